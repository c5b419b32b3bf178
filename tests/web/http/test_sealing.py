import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.web.http.sealing import SALT_BYTES, TAG_BYTES, BadSeal, joined, seal, unseal


@given(secret=st.binary(max_size=64), text=st.binary(max_size=2000))
def test_what_is_sealed_can_be_opened_again(secret, text):
    assert unseal(secret, seal(secret, text)) == text


@given(text=st.binary(min_size=16, max_size=500))
def test_the_text_cannot_be_seen(text):
    assert text not in seal(b"secret", text)


@given(text=st.binary(max_size=100), position=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_changed_seal_does_not_open(text, position, bit):
    sealed = bytearray(seal(b"secret", text))
    sealed[position % len(sealed)] ^= 1 << bit
    with pytest.raises(BadSeal):
        unseal(b"secret", bytes(sealed))


@given(secret=st.binary(max_size=40), other=st.binary(max_size=40))
def test_another_secret_does_not_open(secret, other):
    if secret != other:
        with pytest.raises(BadSeal):
            unseal(other, seal(secret, b"text"))


@pytest.mark.parametrize("sealed", [b"", b"short", bytes(SALT_BYTES + TAG_BYTES)])
def test_what_is_no_seal(sealed):
    with pytest.raises(BadSeal):
        unseal(b"secret", sealed)


def test_the_same_text_never_looks_the_same():
    """Two streams alike would give away what differs between two texts."""
    assert len({seal(b"secret", b"text")[SALT_BYTES + TAG_BYTES :] for _ in range(50)}) > 45


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_two_lists_are_never_joined_alike(one, two):
    assert (joined(*one) == joined(*two)) == (one == two)
