"""RFC 6455 from outside: text, closing and limits (Autobahn 6 to 10)."""

import pytest

from tests.websocket.echo import echo_of
from tests.websocket.raw_socket import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    Ending,
    Frame,
    assert_fault,
    close,
    fragments,
    frame,
)
from vetrina.websocket.detached_transport import FRAME_BYTES

pytestmark = pytest.mark.asyncio(loop_scope="module")

COMPLETE = Frame(CLOSE, b"\x03\xe8")

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
        assert await client.read_all(1 + len(data)) == [echo_of(data)] * (1 + len(data))

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
        assert await client.read_frame() == echo_of(data)


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
        await client.say_in(chopped, frame(TEXT, b"a"), frame(PING, b"b"), close())
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

    async def test_a_message_one_byte_too_large_is_refused_by_its_length_alone(self, client):
        await client.say(frame(BINARY, b"", length=b"\x7f" + (FRAME_BYTES + 1).to_bytes(8, "big")))
        await assert_fault(client, 1009)

    async def test_fragments_that_are_too_large_together_are_refused_by_their_lengths(self, client):
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
        assert await client.read_frame() == echo_of(b"".join(parts))
