"""The swarm's frame parser, however the bytes are cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.swarm import framing
from loadtests.swarm.framing import (
    ACCEPT,
    BINARY,
    CLOSE,
    PING,
    PONG,
    TEXT,
    FrameReader,
    WireError,
    client_frame,
    close_code,
    server_frame,
    upgrade_status,
)

SIZES = st.sampled_from([0, 1, 125, 126, 127, 65535, 65536])
MESSAGES = st.lists(
    st.tuples(st.sampled_from([TEXT, BINARY]), SIZES.map(lambda size: b"x" * size))
    | st.tuples(st.sampled_from([PING, PONG, CLOSE]), st.binary(max_size=125)),
    max_size=4,
)


@given(MESSAGES, st.data())
def test_messages_come_out_as_they_went_in(
    messages: list[tuple[int, bytes]], data: st.DataObject
) -> None:
    stream = b"".join(server_frame(*message) for message in messages)
    cuts = sorted(data.draw(st.sets(st.integers(0, len(stream)), max_size=6)))
    reader, found = FrameReader(), []
    for begin, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += reader.feed(stream[begin:end])
    assert found == messages
    assert reader.idle


def test_a_fragmented_message_is_joined_around_a_ping() -> None:
    reader = FrameReader()
    begin = bytes((TEXT, 3)) + b"one"
    end = bytes((0x80, 3)) + b"two"
    assert reader.feed(begin) == []
    assert not reader.idle
    assert reader.feed(server_frame(PING, b"?") + end) == [(PING, b"?"), (TEXT, b"onetwo")]
    assert reader.idle


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(client_frame(TEXT, b"masked"), id="masked"),
        pytest.param(bytes((0xC1, 0)), id="compressed though nobody offered it"),
        pytest.param(bytes((0x83, 0)), id="reserved opcode"),
        pytest.param(bytes((0x09, 0)), id="fragmented ping"),
        pytest.param(bytes((0x80, 0)), id="continuation of nothing"),
        pytest.param(bytes((TEXT, 0)) + server_frame(TEXT, b""), id="text inside a text"),
        pytest.param(bytes((0x82, 127)) + b"\1" + bytes(7), id="far too long"),
    ],
)
def test_a_server_that_breaks_the_protocol_is_found_out(data: bytes) -> None:
    with pytest.raises(WireError):
        FrameReader().feed(data)


def test_a_client_frame_is_masked_with_zeros() -> None:
    assert client_frame(TEXT, b"hi") == b"\x81\x82\0\0\0\0hi"
    assert client_frame(TEXT, b"x" * 200)[:4] == b"\x81\xfe\0\xc8"


def test_an_upgrade_is_accepted_only_for_our_own_key() -> None:
    head = b"HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: "
    assert upgrade_status(head + ACCEPT) == 101
    assert upgrade_status(b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5") == 503
    for wrong in (
        head + b"other",
        b"SSH-2.0-x",
        head + ACCEPT + b"\r\nSec-WebSocket-Extensions: x",
    ):
        with pytest.raises(WireError):
            upgrade_status(wrong)


def test_the_key_and_its_answer_belong_together() -> None:
    assert framing.upgrade_request("127.0.0.1", 8000, "/ws").count(b"Sec-WebSocket-Key: ") == 1
    assert len(ACCEPT) == 28


def test_a_close_without_a_code_is_1005() -> None:
    assert close_code(b"") == 1005
    assert close_code((4101).to_bytes(2, "big") + b"slow") == 4101
