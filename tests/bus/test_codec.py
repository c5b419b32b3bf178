"""Messages as bytes: whatever goes in comes out, and strange bytes are told as such."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.histories import histories
from vetrina.bus.codec import BadMessage, decode, encode, is_from
from vetrina.bus.port import ConnectionChanged, Doubt, KeyRevoked, Message, Published, Tallied
from vetrina.domain.show.events import Position, Recorded

words = st.text(max_size=20)
counts = st.integers(min_value=0, max_value=10**9)
overlays = st.fixed_dictionaries({"label": words, "connected": st.booleans()})


@st.composite
def published(draw: st.DrawFn) -> Published:
    events = [step.event for step in draw(histories)]
    by = draw(st.none() | words)
    recorded = tuple(Recorded(number, event, by) for number, event in enumerate(events, 1))
    return Published(draw(words), Position(draw(words), len(recorded)), recorded)


messages = st.one_of(
    published(),
    st.builds(KeyRevoked, words),
    st.builds(ConnectionChanged, words),
    st.builds(Doubt, words),
    st.builds(
        Tallied,
        words,
        words,
        counts,
        st.dictionaries(words, counts, max_size=3),
        st.lists(overlays, max_size=3).map(tuple),
    ),
)


@given(messages)
def test_what_is_sent_is_what_arrives(message: Message) -> None:
    assert decode(encode("a1b2c3d4", message)) == message


@given(messages)
def test_a_process_knows_its_own_messages(message: Message) -> None:
    data = encode("a1b2c3d4", message)
    assert is_from("a1b2c3d4", data)
    assert not is_from("a1b2c3d", data)
    assert not is_from("ffffffff", data)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_message_or_a_bad_message(data: bytes) -> None:
    try:
        decode(data)
    except BadMessage as error:
        assert "expected a message" in str(error)


@pytest.mark.parametrize(
    "fields",
    [
        b"{}",
        b"[]",
        b"null",
        b'{"kind":"from_the_future"}',
        b'{"kind":"published","show":"a","epoch":"e","seq":1,"events":[{"seq":1,"type":"no_such"}]}',
        b'{"kind":"published","show":"a","epoch":"e","seq":1,"events":[[1]]}',
        b'{"kind":"published","show":"a","epoch":"e","seq":"x","events":[]}',
        b'{"kind":"tallied","process":"p","show":"a","viewers":1,"taps":3,"overlays":[]}',
    ],
)
def test_a_message_of_another_release_is_bad(fields: bytes) -> None:
    with pytest.raises(BadMessage):
        decode(b"a1b2c3d4 " + fields)


def test_fields_of_a_newer_release_do_no_harm() -> None:
    data = b'a1b2c3d4 {"kind":"key_revoked","key":"k","colour":"red"}'
    assert decode(data) == KeyRevoked("k")
