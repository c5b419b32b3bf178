import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.web.http.sealing import NONCE_BYTES, BadSeal, joined, seal, unseal


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


@pytest.mark.parametrize(
    "sealed", [b"", b"short", bytes(NONCE_BYTES), bytes(28), bytes(48), bytes(200)]
)
def test_what_is_no_seal(sealed):
    with pytest.raises(BadSeal):
        unseal(b"secret", sealed)


def test_the_same_text_never_looks_the_same():
    """A nonce that comes again would give away what differs between two texts."""
    assert len({seal(b"secret", b"text")[:NONCE_BYTES] for _ in range(50)}) == 50


OLD = {
    b"application/json\n{}": (
        "6f0dd2c3670c9b61706dc9419d666c9f24c79d19b6905a6cc6119260ed0f6a27737b71968a41ace2"
        "b017454aecaf6dfc4d2df41273be6594d8fcffa8e2f7dd6c2c085a"
    ),
    b"": (
        "c4c6e692126f78293e3dea40efc2bc62acc456b2a900e971f807feee2cd24f4ccefde218d6784c0f"
        "b5a8dfc343c59717"
    ),
}


@pytest.mark.parametrize("text", OLD)
def test_what_earlier_versions_sealed_opens(text):
    """A response stored before an update is asked for after it."""
    sealed = bytes.fromhex(OLD[text])
    assert unseal(b"secret", sealed) == text
    with pytest.raises(BadSeal):
        unseal(b"another", sealed)


@given(st.lists(st.binary(max_size=8), max_size=4), st.lists(st.binary(max_size=8), max_size=4))
def test_two_lists_are_never_joined_alike(one, two):
    assert (joined(*one) == joined(*two)) == (one == two)
