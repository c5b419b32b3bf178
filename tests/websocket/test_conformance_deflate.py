"""RFC 7692 from outside: what is agreed, and what compressed messages may be (Autobahn 12, 13)."""

import tracemalloc
import zlib

import orjson
import pytest
import pytest_asyncio
from websockets.asyncio.client import connect
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from tests.waiting import until
from tests.websocket.echo import echo_of
from tests.websocket.raw_socket import (
    BINARY,
    CONT,
    PING,
    TEXT,
    assert_fault,
    close,
    fragments,
    frame,
    raw_socket,
)
from vetrina.websocket.detached_transport import FRAME_BYTES
from vetrina.websocket.framing import SharedFrame

pytestmark = pytest.mark.asyncio(loop_scope="module")

OFFER = b"Sec-WebSocket-Extensions: permessage-deflate"
AGREED = "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
SIZES = [0, 16, 64, 256, 1024, 4096, 8192, 65_536]
RSV1 = 4


@pytest_asyncio.fixture(loop_scope="module")
async def client(echo):
    async with raw_socket(echo.address, OFFER) as client:
        yield client
    await until(lambda: not echo.open)


def packed(data, flush=zlib.Z_SYNC_FLUSH, bits=15):
    """A message's data as a client compresses it (7.2.1)."""
    deflate = zlib.compressobj(wbits=-bits)
    out = deflate.compress(data) + deflate.flush(flush)
    return out.removesuffix(b"\x00\x00\xff\xff")


def unpacked(data):
    """And back (7.2.2), with no memory of an earlier message."""
    inflate = zlib.decompressobj(wbits=-15)
    return inflate.decompress(data + b"\x00\x00\xff\xff")


class TestAgreeing:
    """What is offered, and what is answered."""

    @pytest.mark.parametrize(
        ("offers", "answer"),
        [
            (b"permessage-deflate", AGREED),
            (b"permessage-deflate; client_max_window_bits", AGREED),
            (b"permessage-deflate;client_no_context_takeover", AGREED),
            (b"permessage-deflate; server_no_context_takeover", AGREED),
            (
                b"permessage-deflate; client_max_window_bits=10",
                f"{AGREED}; client_max_window_bits=10",
            ),
            (
                b"permessage-deflate; server_max_window_bits=15",
                f"{AGREED}; server_max_window_bits=15",
            ),
            (
                b'permessage-deflate; client_max_window_bits="15"',
                f"{AGREED}; client_max_window_bits=15",
            ),
            # A smaller window than that of frames for many: plain is right, too.
            (b"permessage-deflate; server_max_window_bits=8", None),
            (b"permessage-deflate; server_max_window_bits=9", None),
            (b"permessage-deflate; server_max_window_bits=14", None),
            (b"permessage-deflate; server_max_window_bits=10, permessage-deflate", AGREED),
            (b"x-webkit-deflate-frame, permessage-deflate; client_max_window_bits", AGREED),
            (b"permessage-deflate, permessage-deflate; client_max_window_bits", AGREED),
            # What must be declined (7.1).
            (b"permessage-deflate; server_max_window_bits", None),
            (b"permessage-deflate; server_max_window_bits=7", None),
            (b"permessage-deflate; server_max_window_bits=16", None),
            (b"permessage-deflate; server_max_window_bits=015", None),
            (b"permessage-deflate; client_max_window_bits=99", None),
            (b"permessage-deflate; client_no_context_takeover=1", None),
            (b"permessage-deflate; server_no_context_takeover; server_no_context_takeover", None),
            (b"permessage-deflate; mystery", None),
            (b"permessage-deflate; mystery=1, permessage-deflate", AGREED),
            (b"permessage-snappy", None),
            (b"permessage-deflate-2", None),
            # What is no header at all.
            (b"permessage-deflate; ;", None),
            (b"permessage-deflate; =15", None),
            (b"permessage-deflate; client_max_window_bits=\xff", None),
            (b",;,;,", None),
            (b"", None),
        ],
        ids=repr,
    )
    async def test_an_offer_is_answered(self, echo, offers, answer):
        async with raw_socket(echo.address, b"Sec-WebSocket-Extensions: " + offers) as client:
            assert client.extension == answer
            await client.say(frame(TEXT, b"a"), close())
            assert (await client.end()).frames[0] == echo_of(b"a")

    async def test_offers_may_come_in_several_headers(self, echo):
        narrow = OFFER + b"; server_max_window_bits=10"
        async with raw_socket(echo.address, OFFER, narrow) as client:
            assert client.extension == AGREED

    @pytest.mark.parametrize(
        "offer",
        [
            {},
            {"server_max_window_bits": 15},
            {"client_max_window_bits": 9},
            {"server_no_context_takeover": True, "client_no_context_takeover": True},
        ],
        ids=str,
    )
    async def test_a_real_client_understands_the_answer(self, echo, offer):
        factory = ClientPerMessageDeflateFactory(**offer)
        async with connect(
            f"ws://{echo.address}/", compression=None, extensions=[factory]
        ) as client:
            assert client.protocol.extensions
            await client.send("x" * 5_000)
            assert await client.recv() == echo_of(b"x" * 5_000).data.decode()


class TestMessages:
    """Compressed messages, in both directions."""

    @pytest.mark.parametrize("size", SIZES)
    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    @pytest.mark.parametrize("bits", [9, 15])
    async def test_a_compressed_message_is_read(self, client, opcode, size, bits):
        data = (b"lorem ipsum " * 6_000)[:size]
        await client.say(frame(opcode, packed(data, bits=bits), rsv=RSV1))
        assert await client.read_frame() == echo_of(data)

    async def test_plain_messages_may_come_between(self, client):
        for data in (b"a" * 200, b"b", b"c" * 200):
            await client.say(frame(TEXT, packed(data), rsv=RSV1), frame(TEXT, data))
        expected = [echo_of(data) for data in (b"a" * 200, b"b", b"c" * 200) for _ in range(2)]
        assert await client.read_all(6) == expected

    @pytest.mark.parametrize("flush", [zlib.Z_FULL_FLUSH, zlib.Z_FINISH])
    async def test_other_ways_to_end_a_block_are_read(self, client, flush):
        await client.say(frame(TEXT, packed(b"hello", flush), rsv=RSV1))
        assert await client.read_frame() == echo_of(b"hello")

    @pytest.mark.parametrize("step", [1, 7, 50])
    async def test_a_compressed_message_in_fragments(self, client, step):
        data = bytes(range(256)) * 8
        wire = packed(data)
        first, *rest = fragments(
            BINARY, *(wire[at : at + step] for at in range(0, len(wire), step))
        )
        await client.say(bytes([first[0] | 0x40]) + first[1:], frame(PING, b"p"), *rest)
        assert (await client.read_frame()).data == b"p"
        assert await client.read_frame() == echo_of(data)

    async def test_text_may_be_cut_within_a_code_point(self, client):
        data = "così 🎉".encode() * 20
        wire = packed(data)
        for at in (1, 5, len(wire) - 1):
            first, last = frame(TEXT, wire[:at], fin=False, rsv=RSV1), frame(CONT, wire[at:])
            await client.say(first, last)
            assert await client.read_frame() == echo_of(data)

    async def test_a_frame_for_many_is_packed_for_who_takes_it_only(self, echo):
        text = orjson.dumps({"text": "così 🎉" * 1_000})
        shared = SharedFrame(text, pack=True)
        for headers, packs in (((OFFER,), True), ((), False)):
            async with raw_socket(echo.address, *headers) as client:
                (socket,) = echo.open
                socket.try_send(shared)
                socket.send(shared)
                for heard in await client.read_all(2):
                    assert heard.packed == packs
                    assert (unpacked(heard.data) if packs else heard.data) == text
            await until(lambda: not echo.open)


class TestFaults:
    """What no compressed message may be."""

    @pytest.mark.parametrize("opcode", [TEXT, BINARY])
    async def test_compression_that_was_not_agreed_is_a_fault(self, echo, opcode):
        async with raw_socket(echo.address) as client:
            await client.say(frame(opcode, packed(b"hello"), rsv=RSV1))
            await assert_fault(client, 1002)

    async def test_the_mark_on_a_continuation_is_a_fault(self, client):
        wire = packed(b"hello")
        await client.say(
            frame(TEXT, wire[:2], fin=False, rsv=RSV1), frame(CONT, wire[2:], rsv=RSV1)
        )
        await assert_fault(client, 1002)

    @pytest.mark.parametrize("rsv", [1, 2, 5, 6])
    async def test_other_bits_stay_reserved(self, client, rsv):
        await client.say(frame(TEXT, packed(b"hello"), rsv=rsv))
        await assert_fault(client, 1002)

    async def test_a_compressed_ping_is_a_fault(self, client):
        await client.say(frame(PING, packed(b"hello"), rsv=RSV1))
        await assert_fault(client, 1002)

    async def test_what_cannot_be_unpacked_is_a_fault(self, client):
        await client.say(frame(BINARY, b"\xff" * 50, rsv=RSV1))
        await assert_fault(client, 1002)

    async def test_what_unpacks_to_no_text_is_a_fault(self, client):
        await client.say(frame(TEXT, packed(b"\xff\xfe"), rsv=RSV1))
        await assert_fault(client, 1007)

    async def test_a_client_has_no_memory_of_earlier_messages(self, client):
        deflate = zlib.compressobj(wbits=-15)
        for _ in range(2):
            wire = deflate.compress(b"a long sentence, said twice") + deflate.flush(
                zlib.Z_SYNC_FLUSH
            )
            await client.say(frame(TEXT, wire[:-4], rsv=RSV1))
        await client.read_frame()
        await assert_fault(client, 1002)


BOMB = packed(bytes(100_000_000))


class TestBombs:
    """A little that unpacks to much, or pretends to."""

    @pytest.mark.parametrize("in_pieces", [False, True])
    async def test_a_bomb_is_refused_before_it_takes_memory(self, client, in_pieces):
        assert 60_000 < len(BOMB) < 100_000
        wire = BOMB[: FRAME_BYTES - 10]
        parts = [wire[:20], wire[20:]] if in_pieces else [wire]
        first, *rest = fragments(BINARY, *parts)
        tracemalloc.start()
        try:
            await client.say(bytes([first[0] | 0x40]) + first[1:], *rest)
            await assert_fault(client, 1009)
            assert tracemalloc.get_traced_memory()[1] < 2_000_000
        finally:
            tracemalloc.stop()

    async def test_a_message_that_unpacks_to_one_byte_too_many(self, client):
        await client.say(frame(BINARY, packed(bytes(FRAME_BYTES + 1)), rsv=RSV1))
        await assert_fault(client, 1009)

    async def test_fragments_that_unpack_to_too_much_together(self, client):
        deflate = zlib.compressobj(wbits=-15)
        wire = deflate.compress(bytes(40_000)) + deflate.flush(zlib.Z_SYNC_FLUSH)
        await client.say(frame(BINARY, wire, fin=False, rsv=RSV1))
        wire = deflate.compress(bytes(40_000)) + deflate.flush(zlib.Z_SYNC_FLUSH)
        await client.say(frame(CONT, wire))
        await assert_fault(client, 1009)

    async def test_what_follows_the_end_of_the_stream_counts(self, client):
        """The decompressor kept it all, 64 MB for one connection."""
        end = packed(b"a", zlib.Z_FINISH)
        await client.say(frame(BINARY, end, fin=False, rsv=RSV1))
        await client.say(*[frame(CONT, b"\xaa" * 30_000, fin=False)] * 3)
        await assert_fault(client, 1009)

    async def test_blocks_that_unpack_to_nothing_count(self, client):
        nothing = b"\x00\x00\x00\xff\xff" * 6_000
        await client.say(frame(BINARY, nothing, fin=False, rsv=RSV1))
        await client.say(*[frame(CONT, nothing, fin=False)] * 3)
        await assert_fault(client, 1009)
