"""RFC 6455 from outside, over raw sockets, in the order of the Autobahn test suite's categories.

Every fault must reach the client as a close frame with the right code, and TCP must end in peace.
"""

import asyncio

import pytest
import pytest_asyncio

from server.protocol.close_codes import CloseCode
from server.realtime.detached import FRAME_BYTES
from tests.realtime.echo import echo_of, echo_server
from tests.realtime.raw_socket import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    Ending,
    Frame,
    close,
    fragments,
    frame,
    raw_socket,
)
from tests.realtime.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

SIZES = [0, 1, 125, 126, 127, 128, 65_535, 65_536]
COMPLETE = Frame(CLOSE, b"\x03\xe8")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def server():
    async with echo_server() as echo:
        yield echo
        assert echo.open == set()


@pytest_asyncio.fixture(loop_scope="module")
async def client(server):
    async with raw_socket(server.address) as client:
        yield client
    await until(lambda: not server.open)


async def chop(client, size, *frames):
    """Send frames, in pieces of this size; 0: all at once."""
    data = b"".join(frames)
    await (client.drip(data, size) if size else client.say(data))


async def assert_fault(client, code, before=()):
    ending = await client.end()
    assert ending == Ending([*before, ending.frames[-1]])
    assert ending.code == code


async def assert_alive(client):
    await client.say(frame(PING, b"alive?"))
    assert await client.hear() == Frame(PONG, b"alive?")


class TestFraming:
    """1: lengths, and bytes in pieces of any size."""

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("opcode", [TEXT, BINARY], ids=["text", "binary"])
    @pytest.mark.parametrize("chopped", [False, True], ids=["whole", "chopped"])
    async def test_every_length_is_read(self, client, opcode, size, chopped):
        data = (b"*" if opcode == TEXT else b"\xfe") * size
        await chop(client, (1 if size < 1_000 else 997) if chopped else 0, frame(opcode, data))
        assert await client.hear() == echo_of(data)

    async def test_many_messages_come_back_in_order(self, client):
        messages = [b"%d" % number for number in range(900)]
        await client.say(*(frame(TEXT, message) for message in messages))
        assert await client.hear_all(900) == [echo_of(message) for message in messages]

    @pytest.mark.parametrize("opcode", [TEXT, BINARY, PING, CLOSE])
    async def test_what_is_not_masked_is_a_fault(self, client, opcode):
        await client.say(frame(opcode, b"", mask=None))
        await assert_fault(client, 1002)

    async def test_a_mask_of_zeros_is_a_mask(self, client):
        await client.say(frame(TEXT, b"plain", mask=bytes(4)))
        assert await client.hear() == echo_of(b"plain")

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
        await chop(client, chopped, frame(PING, data))
        assert await client.hear() == Frame(PONG, data)

    @pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
    async def test_a_control_frame_of_126_bytes_is_a_fault_before_they_came(self, client, opcode):
        await client.say(frame(opcode, b"", length=b"\x7e\x00\x7e"))
        await assert_fault(client, 1002)

    @pytest.mark.parametrize("data", [b"", b"unsolicited"])
    async def test_a_pong_that_nobody_asked_for_is_passed_over(self, client, data):
        await client.say(frame(PONG, data), frame(PING, b"a"), frame(PONG, data))
        assert await client.hear() == Frame(PONG, b"a")
        await assert_alive(client)

    @pytest.mark.parametrize("chopped", [0, 1], ids=["whole", "chopped"])
    async def test_ten_pings_have_ten_answers(self, client, chopped):
        pings = [b"payload-%d" % number for number in range(10)]
        await chop(client, chopped, *(frame(PING, data) for data in pings))
        assert await client.hear_all(10) == [Frame(PONG, data) for data in pings]

    async def test_answers_keep_their_place_among_messages(self, client):
        await client.say(frame(TEXT, b"1"), frame(PING, b"2"), frame(TEXT, b"3"), frame(PING, b"4"))
        expected = [echo_of(b"1"), Frame(PONG, b"2"), echo_of(b"3"), Frame(PONG, b"4")]
        assert await client.hear_all(4) == expected

    @pytest.mark.parametrize("opcode", [PING, PONG])
    async def test_a_thousand_are_read_and_more_are_too_many(self, client, opcode):
        await client.say(frame(opcode) * 1_000)
        if opcode == PING:
            assert await client.hear_all(1_000) == [Frame(PONG, b"")] * 1_000
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
        await chop(client, chopped, frame(TEXT, b"a"), frame(TEXT, b"b", rsv=2), frame(PING))
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
        await chop(client, chopped, *fragments(opcode, *parts))
        assert await client.hear() == echo_of(b"".join(parts))

    @pytest.mark.parametrize("opcode", [PING, PONG, CLOSE])
    async def test_a_control_frame_in_fragments_is_a_fault(self, client, opcode):
        await client.say(*fragments(opcode, b"", b""))
        await assert_fault(client, 1002)

    @pytest.mark.parametrize("chopped", [0, 1], ids=["whole", "chopped"])
    async def test_pings_between_fragments_are_answered_first(self, client, chopped):
        parts = fragments(TEXT, b"fragment1", b"fragment2", b"fragment3")
        between = [frame(PING, b"p1"), frame(PING, b"p2"), frame(PONG)]
        mixed = [data for pair in zip(parts, between, strict=True) for data in pair]
        await chop(client, chopped, *mixed)
        whole = echo_of(b"fragment1fragment2fragment3")
        assert await client.hear_all(3) == [Frame(PONG, b"p1"), Frame(PONG, b"p2"), whole]

    async def test_a_ping_fits_between_fragments_of_a_message_that_is_full(self, client):
        await client.say(frame(TEXT, b"x" * FRAME_BYTES, fin=False), frame(PING, b"y" * 125))
        await client.say(frame(CONT))
        assert await client.hear() == Frame(PONG, b"y" * 125)
        assert await client.hear() == echo_of(b"x" * FRAME_BYTES)

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
        await chop(client, 3_000, *[frame(CONT, b"", fin=False)] * 1_100)
        assert (await client.end()).code == CloseCode.TOO_MANY_FRAMES


VALID = [
    "κόσμε",
    "Hello-µ@ßöäüàá-UTF-8!!",
    "\u07ff\u0800\ud7ff\ue000\uffff",
    "\ufffd\ufffe\U0001fffe",
    "\U00010000\U0010ffff",
    "\x00\x7f\x80",
]
INVALID = [
    b"\x80",
    b"\xbf",
    b"\xc0\xaf",
    b"\xc1\xbf",
    b"\xe0\x80\x80",
    b"\xe0\x9f\xbf",
    b"\xed\xa0\x80",
    b"\xed\xbf\xbf",
    b"\xf0\x80\x80\x80",
    b"\xf0\x8f\xbf\xbf",
    b"\xf4\x90\x80\x80",
    b"\xf5\x80\x80\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xfc\x84\x80\x80\x80\x80",
    b"\xfe",
    b"\xff",
    b"\xce\xba\xe1\xbd\xb9\xcf",
    b"\xe2\x82",
    b"\xf0\x9f\x8e",
    b"\xe2\x28\xa1",
]


class TestUtf8:
    """6: what is text."""

    @pytest.mark.parametrize("text", VALID)
    async def test_text_may_be_cut_anywhere(self, client, text):
        data = text.encode()
        await client.say(frame(TEXT, data))
        await client.say(*fragments(TEXT, *(bytes([byte]) for byte in data)))
        for at in range(1, len(data)):
            await client.say(*fragments(TEXT, data[:at], data[at:]))
        assert await client.hear_all(1 + len(data)) == [echo_of(data)] * (1 + len(data))

    @pytest.mark.parametrize("data", INVALID, ids=bytes.hex)
    @pytest.mark.parametrize("in_pieces", [False, True])
    async def test_what_is_no_text_is_a_fault(self, client, data, in_pieces):
        parts = [bytes([byte]) for byte in b"a" + data] if in_pieces else [b"a" + data]
        await client.say(frame(TEXT, b"good"), *fragments(TEXT, *parts))
        await assert_fault(client, 1007, before=[echo_of(b"good")])

    async def test_a_fragment_that_is_no_text_is_told_before_the_message_ends(self, client):
        await client.say(frame(TEXT, b"\xce\xba\xff", fin=False))
        await assert_fault(client, 1007)

    @pytest.mark.parametrize("data", INVALID, ids=bytes.hex)
    async def test_bytes_may_be_anything(self, client, data):
        await client.say(frame(BINARY, data))
        assert await client.hear() == echo_of(data)


class TestClosing:
    """7: how a client ends it."""

    @pytest.mark.parametrize(
        "code",
        [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999],
    )
    async def test_a_good_code_comes_back(self, client, code):
        await client.say(close(code))
        assert (await client.end()).code == code

    @pytest.mark.parametrize(
        "code",
        [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535],
    )
    async def test_a_bad_code_is_a_fault(self, client, code):
        await client.say(close(code))
        await assert_fault(client, 1002)

    async def test_no_code_is_answered_with_none(self, client):
        await client.say(close(None))
        assert await client.end() == Ending([Frame(CLOSE, b"")])

    async def test_one_byte_is_a_fault(self, client):
        await client.say(frame(CLOSE, b"a"))
        await assert_fault(client, 1002)

    async def test_a_reason_may_have_123_bytes(self, client):
        await client.say(close(1000, b"*" * 123))
        assert (await client.end()).code == 1000

    async def test_a_reason_of_124_bytes_is_a_fault(self, client):
        await client.say(close(1000, b"*" * 124))
        await assert_fault(client, 1002)

    async def test_a_reason_that_is_no_text_is_a_fault(self, client):
        await client.say(close(1000, b"\xce\xba\xff"))
        await assert_fault(client, 1007)

    @pytest.mark.parametrize("chopped", [0, 1], ids=["whole", "chopped"])
    async def test_what_was_said_before_is_answered_before(self, client, chopped):
        await chop(client, chopped, frame(TEXT, b"a"), frame(PING, b"b"), close())
        assert (await client.end()).frames == [echo_of(b"a"), Frame(PONG, b"b"), COMPLETE]

    @pytest.mark.parametrize("after", [frame(TEXT, b"a"), frame(PING), close(), b"\xff" * 100])
    async def test_what_follows_a_close_is_passed_over(self, client, after):
        await client.say(close(), after)
        assert (await client.end()).frames == [COMPLETE]

    async def test_a_message_that_was_not_finished_is_forgotten(self, client):
        await client.say(frame(TEXT, b"a", fin=False), close(), frame(CONT, b"b"))
        assert (await client.end()).frames == [COMPLETE]

    @pytest.mark.parametrize("half", [b"", frame(TEXT, b"abc")[:-1], frame(TEXT, b"a", fin=False)])
    async def test_an_end_without_a_close_is_an_end(self, client, half):
        await client.say(frame(TEXT, b"a"), half)
        client.writer.write_eof()
        assert await client.end() == Ending([echo_of(b"a")])


class TestLimits:
    """9 and 10: how large, and how much at once."""

    async def test_a_message_one_byte_too_large_is_told_by_its_length_alone(self, client):
        await client.say(frame(BINARY, b"", length=b"\x7f" + (FRAME_BYTES + 1).to_bytes(8, "big")))
        await assert_fault(client, 1009)

    async def test_fragments_that_are_too_large_together_are_told_by_their_lengths(self, client):
        half = b"x" * (FRAME_BYTES // 2)
        await client.say(frame(BINARY, half, fin=False), frame(CONT, half, fin=False))
        await client.say(frame(CONT, b"", length=b"\x01"))
        await assert_fault(client, 1009)

    @pytest.mark.parametrize(
        ("bad", "code"),
        [(frame(BINARY, b"x" * 4_000_000), 1009), (frame(3, b"") + b"x" * 4_000_000, 1002)],
        ids=["too large", "then a flood"],
    )
    async def test_last_words_arrive_although_the_client_goes_on_talking(self, client, bad, code):
        """A socket that is closed with bytes unread is reset, and its last words may be lost."""
        await client.say(bad)
        ending = await client.end()
        assert (ending.code, ending.reset) == (code, False)

    async def test_a_large_message_in_many_fragments(self, client):
        parts = [b"%064d" % number for number in range(900)]
        await client.say(*fragments(TEXT, *parts))
        assert await client.hear() == echo_of(b"".join(parts))
