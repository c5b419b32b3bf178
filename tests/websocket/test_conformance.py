"""RFC 6455 from outside, over raw sockets: frames, in the order of the Autobahn suite's categories.

Every fault must reach the client as a close frame with the right code, and TCP must end in peace.
"""

import asyncio

import pytest

from tests.websocket.echo import echo_of
from tests.websocket.raw_socket import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    Frame,
    assert_fault,
    fragments,
    frame,
)
from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket.detached_transport import FRAME_BYTES

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = [0, 1, 125, 126, 127, 128, 65_535, 65_536]


async def assert_alive(client):
    await client.say(frame(PING, b"alive?"))
    assert await client.read_frame() == Frame(PONG, b"alive?")


class TestFraming:
    """1: lengths, and bytes in pieces of any size."""

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
    @pytest.mark.parametrize("chopped", [False, True], ids=["whole", "chopped"])
    async def test_every_length_is_read(self, client, opcode, size, chopped):
        data = (b"*" if opcode == TEXT else b"\xfe") * size
        await client.say_in((1 if size < 1_000 else 997) if chopped else 0, frame(opcode, data))
        assert await client.read_frame() == echo_of(data)

    async def test_many_messages_come_back_in_order(self, client):
        messages = [b"%d" % number for number in range(900)]
        await client.say(*(frame(TEXT, message) for message in messages))
        assert await client.read_all(900) == [echo_of(message) for message in messages]

    @pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
    async def test_what_is_not_masked_is_a_fault(self, client, opcode):
        await client.say(frame(opcode, b"", mask=None))
        await assert_fault(client, 1002)

    async def test_a_mask_of_zeros_is_a_mask(self, client):
        await client.say(frame(TEXT, b"plain", mask=bytes(4)))
        assert await client.read_frame() == echo_of(b"plain")

    @pytest.mark.parametrize(
        "length",
        [
            b"\x7e\x00\x05",
            b"\x7e\x00\x7d",
            b"\x7f" + (5).to_bytes(8, "big"),
            b"\x7f" + (65_535).to_bytes(8, "big"),
            b"\x7f" + (1 << 63).to_bytes(8, "big"),
            b"\x7f" + b"\xff" * 8,
        ],
        ids=lambda length: length.hex(),
    )
    async def test_a_length_written_too_long_is_a_fault_at_once(self, client, length):
        await client.say(frame(TEXT, b"", length=length))
        await assert_fault(client, 1002)


class TestPings:
    """2: heartbeats of the protocol."""

    @pytest.mark.parametrize("chopped", [0, 1], ids=["whole", "chopped"])
    @pytest.mark.parametrize("data", [b"", b"hello", b"\x00\xff\xfe\xfd", b"\xfe" * 125])
    async def test_a_ping_is_answered_with_its_data(self, client, data, chopped):
        await client.say_in(chopped, frame(PING, data))
        assert await client.read_frame() == Frame(PONG, data)

    @pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
    async def test_a_control_frame_of_126_bytes_is_a_fault_before_they_came(self, client, opcode):
        await client.say(frame(opcode, b"", length=b"\x7e\x00\x7e"))
        await assert_fault(client, 1002)

    @pytest.mark.parametrize("data", [b"", b"unsolicited"])
    async def test_a_pong_that_nobody_asked_for_is_passed_over(self, client, data):
        await client.say(frame(PONG, data), frame(PING, b"a"), frame(PONG, data))
        assert await client.read_frame() == Frame(PONG, b"a")
        await assert_alive(client)

    @pytest.mark.parametrize("chopped", [0, 1], ids=["whole", "chopped"])
    async def test_ten_pings_have_ten_answers(self, client, chopped):
        pings = [b"payload-%d" % number for number in range(10)]
        await client.say_in(chopped, *(frame(PING, data) for data in pings))
        assert await client.read_all(10) == [Frame(PONG, data) for data in pings]

    async def test_answers_keep_their_place_among_messages(self, client):
        await client.say(frame(TEXT, b"1"), frame(PING, b"2"), frame(TEXT, b"3"), frame(PING, b"4"))
        expected = [echo_of(b"1"), Frame(PONG, b"2"), echo_of(b"3"), Frame(PONG, b"4")]
        assert await client.read_all(4) == expected

    @pytest.mark.parametrize("opcode", [PING, PONG])
    async def test_a_thousand_are_read_and_more_are_too_many(self, client, opcode):
        await client.say(frame(opcode) * 1_000)
        if opcode == PING:
            assert await client.read_all(1_000) == [Frame(PONG, b"")] * 1_000
        await client.say(frame(opcode) * 1_000)
        ending = await client.end()
        assert (ending.bye, ending.code) == ("too_many_frames", CloseCode.TOO_MANY_FRAMES)

    async def test_forty_thousand_in_one_packet_are_too_many(self, client):
        sending = asyncio.create_task(client.say(frame(PING) * 40_000))
        ending = await client.end()
        assert (ending.bye, ending.code) == ("too_many_frames", CloseCode.TOO_MANY_FRAMES)
        assert not ending.reset
        await sending


class TestReservedBits:
    """3: bits that nobody agreed on."""

    @pytest.mark.parametrize("rsv", range(1, 8))
    @pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, PONG, CLOSE])
    async def test_a_reserved_bit_is_a_fault(self, client, opcode, rsv):
        await client.say(frame(opcode, b"x" if opcode < CLOSE else b"", rsv=rsv))
        await assert_fault(client, 1002)

    @pytest.mark.parametrize("chopped", [0, 1], ids=["whole", "chopped"])
    async def test_what_came_before_is_answered_and_what_follows_is_not(self, client, chopped):
        await client.say_in(chopped, frame(TEXT, b"a"), frame(TEXT, b"b", rsv=2), frame(PING))
        await assert_fault(client, 1002, before=[echo_of(b"a")])

    async def test_a_reserved_bit_on_a_continuation_is_a_fault(self, client):
        await client.say(frame(TEXT, b"a", fin=False), frame(CONT, b"b", rsv=4))
        await assert_fault(client, 1002)


class TestOpcodes:
    """4: opcodes that mean nothing."""

    @pytest.mark.parametrize("opcode", [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
    @pytest.mark.parametrize("data", [b"", b"reserved"])
    async def test_an_unknown_opcode_is_a_fault(self, client, opcode, data):
        await client.say(frame(TEXT, b"a"), frame(opcode, data), frame(PING))
        await assert_fault(client, 1002, before=[echo_of(b"a")])


class TestFragments:
    """5: messages in several frames."""

    @pytest.mark.parametrize("chopped", [0, 1], ids=["whole", "chopped"])
    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize(
        "parts", [(b"ab", b"cd"), (b"", b"", b""), (b"", b"ab", b""), (b"a",) * 500], ids=len
    )
    async def test_fragments_are_one_message(self, client, opcode, parts, chopped):
        await client.say_in(chopped, *fragments(opcode, *parts))
        assert await client.read_frame() == echo_of(b"".join(parts))

    @pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
    async def test_a_control_frame_in_fragments_is_a_fault(self, client, opcode):
        await client.say(*fragments(opcode, b"", b""))
        await assert_fault(client, 1002)

    @pytest.mark.parametrize("chopped", [0, 1], ids=["whole", "chopped"])
    async def test_pings_between_fragments_are_answered_first(self, client, chopped):
        parts = fragments(TEXT, b"fragment1", b"fragment2", b"fragment3")
        between = [frame(PING, b"p1"), frame(PING, b"p2"), frame(PONG)]
        mixed = [data for pair in zip(parts, between, strict=True) for data in pair]
        await client.say_in(chopped, *mixed)
        whole = echo_of(b"fragment1fragment2fragment3")
        assert await client.read_all(3) == [Frame(PONG, b"p1"), Frame(PONG, b"p2"), whole]

    async def test_a_ping_fits_between_fragments_of_a_message_that_is_full(self, client):
        await client.say(frame(TEXT, b"x" * FRAME_BYTES, fin=False), frame(PING, b"y" * 125))
        await client.say(frame(CONT))
        assert await client.read_frame() == Frame(PONG, b"y" * 125)
        assert await client.read_frame() == echo_of(b"x" * FRAME_BYTES)

    @pytest.mark.parametrize("fin", [True, False])
    @pytest.mark.parametrize("before", [b"", frame(TEXT, b"a"), b"".join(fragments(TEXT, b"a"))])
    async def test_a_continuation_of_nothing_is_a_fault(self, client, fin, before):
        await client.say(before, frame(CONT, b"b", fin=fin))
        await assert_fault(client, 1002, before=[echo_of(b"a")] if before else [])

    @pytest.mark.parametrize("fin", [True, False])
    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    async def test_a_message_inside_another_is_a_fault(self, client, opcode, fin):
        await client.say(frame(TEXT, b"a", fin=False), frame(opcode, b"b", fin=fin))
        await assert_fault(client, 1002)

    async def test_a_message_in_too_many_fragments_is_a_flood(self, client):
        await client.say(frame(TEXT, b"", fin=False))
        await client.say_in(3_000, *[frame(CONT, b"", fin=False)] * 1_100)
        assert (await client.end()).code == CloseCode.TOO_MANY_FRAMES
