"""Whatever comes: the parsers answer, or raise what they say they raise."""

import zlib

from hypothesis import given
from hypothesis import strategies as st

from vetrina.websocket.handshake import read_opening, refusal
from vetrina.websocket.parsing import Flood, FrameError, FrameParser

HEADS = [
    b"GET /ws HTTP/1.1", b"Host: a", b"Upgrade: websocket", b"Connection: Upgrade",
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", b"Sec-WebSocket-Version: 13",
    b"Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10, permessage-deflate",
]  # fmt: skip
MOST = 1_000


@st.composite
def heads(draw):
    """A right head with a few bytes changed, lines doubled or gone."""
    lines = draw(st.permutations(HEADS[1:]))
    lines = [HEADS[0], *draw(st.lists(st.sampled_from(lines), max_size=9)), *lines]
    head = bytearray(b"\r\n".join(lines) + b"\r\n\r\n")
    for _ in range(draw(st.integers(0, 4))):
        head[draw(st.integers(0, len(head) - 1))] = draw(st.integers(0, 255))
    return bytes(head)


@st.composite
def frames(draw):
    """Something like a frame: the mask is zero, so that what is drawn is what is read."""
    payload = draw(st.binary(max_size=140))
    if draw(st.booleans()):
        payload = zlib.compress(payload, wbits=-15)
    opcode = draw(st.sampled_from([0, 1, 1, 2, 8, 9, 10, 3]))
    first = opcode | draw(st.sampled_from([0x00, 0x80, 0x80, 0xC0, 0x40, 0xA0]))
    size = len(payload)
    length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
    return bytes([first]) + length + bytes(4) + payload


@given(head=heads() | st.binary(max_size=200))
def test_a_head_is_right_or_refused(head):
    opening = read_opening(head, deflate=True)
    answer = refusal(head) if opening is None else opening.acceptance
    status = answer.split(b" ")[1]
    assert answer.startswith(b"HTTP/1.1 ")
    assert answer.endswith(b"\r\n\r\n") or opening is None
    assert (status == b"101") == (opening is not None)
    assert answer.count(b"\r\n\r\n") == 1


@given(
    data=st.lists(frames() | st.binary(max_size=30), max_size=12).map(b"".join),
    deflate=st.booleans(),
    sizes=st.lists(st.integers(1, 50), min_size=1, max_size=5),
)
def test_bytes_are_read_the_same_in_pieces_of_any_size(data, deflate, sizes):
    assert parsed(data, [len(data) + 1], deflate) == parsed(data, sizes, deflate)


def parsed(data, sizes, deflate):
    """What is read from these bytes, in pieces of these sizes, and how it ended."""
    parser, found, at, turn = FrameParser(MOST, deflate=deflate), [], 0, 0
    try:
        while at < len(data):
            size = sizes[turn % len(sizes)]
            for frame in parser.feed(data[at : at + size]):
                assert len(frame.data) <= MOST
                found.append((frame.opcode, bytes(frame.data)))
            at, turn = at + size, turn + 1
    except FrameError as fault:
        return found, fault.code
    except Flood:
        return found, None
    return found, parser.idle
