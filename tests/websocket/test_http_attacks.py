"""What strangers may send to a plain HTTP connection, and where it ends."""

import asyncio
import logging
from contextlib import AsyncExitStack

import pytest

from tests.realtime.uvicorn_server import WAYS, serving
from tests.waiting import until
from tests.websocket.echo import Echo
from tests.websocket.raw_socket import HANDSHAKE
from tests.websocket.test_http_protocol import CHUNKED, REQUEST, UPLOAD, Pages, calling, refused
from vetrina.websocket.plain_connections import PlainConnections
from vetrina.websocket.request_head import HEAD_BYTES, MOST_BODY_BYTES
from vetrina.websocket.uvicorn_protocol import uvicorn_options

POST = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3000\r\n\r\n" + b"x" * 3000
MANY = 300


class Gate(Pages):
    """Answers when it is opened; counts who was let in. `/now` is answered at once, unread."""

    def __init__(self):
        super().__init__()
        self.opened = asyncio.Event()
        self.asked = 0

    async def __call__(self, scope, receive, send):
        self.asked += 1
        if scope["path"] == "/now":
            headers = [(b"content-length", b"4")]
            await send({"type": "http.response.start", "status": 401, "headers": headers})
            await send({"type": "http.response.body", "body": b"away"})
            return
        await self.opened.wait()
        await super().__call__(scope, receive, send)


@pytest.fixture
async def gate():
    return Gate()


@pytest.fixture(params=WAYS)
def live_socket(request):
    return Echo() if request.param == WAYS[0] else None


@pytest.fixture
async def address(gate, live_socket):
    async with serving(gate, live_socket=live_socket) as address:
        yield address
        gate.opened.set()


async def test_requests_that_wait_on_one_connection_are_bounded(address, gate):
    """They were all parsed and kept at once: 57,600 took 130 MiB, and others waited for seconds."""
    async with calling(address) as caller:
        sent = asyncio.create_task(caller.say(REQUEST * 1_000_000))
        await until(lambda: gate.asked == 1)
        await asyncio.wait({sent}, timeout=1)
        assert not sent.done(), "26 MB are not read while the first request waits"
        assert gate.asked == 1
        sent.cancel()
    gate.opened.set()  # else the server waits for it, five seconds


async def test_pipelined_requests_are_all_answered_in_their_order(address, gate):
    async with calling(address) as caller:
        await caller.say((REQUEST + POST) * MANY)
        await until(lambda: gate.asked == 1)
        gate.opened.set()
        for _ in range(2 * MANY):
            assert b" 200 " in await caller.reader.readuntil(b"ok")
        await caller.say(REQUEST)
        assert b" 200 " in await caller.reader.readuntil(b"ok")


async def test_a_malformed_request_behind_others_is_refused_after_their_answers(address, gate):
    async with calling(address) as caller:
        await caller.say(REQUEST + REQUEST + b"NONSENSE\r\n\r\n" + REQUEST)
        await until(lambda: gate.asked == 1)
        gate.opened.set()
        told = await caller.ended()
        assert told.count(b"HTTP/1.1 200 ") == 2
        assert told.rpartition(b"HTTP/1.1 ")[2].startswith(b"400 ")


async def test_a_body_that_nobody_wants_is_not_read(address, gate):
    """Answer, then close: after a 401 gigabytes were taken."""
    async with calling(address) as caller:
        head = b"POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 15000000\r\n\r\n"
        flood = asyncio.create_task(caller.say(head + b"x" * 15_000_000))
        told = await caller.reader.readuntil(b"away")
        assert b" 401 " in told
        assert b"connection: close" in told
        assert await caller.ended() == b""
        await asyncio.wait({flood}, timeout=10)
        assert flood.done(), "the server has hung up"


async def test_a_small_body_that_nobody_wants_leaves_the_connection(address):
    async with calling(address) as caller:
        head = b"POST /now HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n"
        for _ in range(3):
            await caller.say(head)
            assert b" 401 " in await caller.reader.readuntil(b"away")
            await caller.say(b"x" * 10)


@pytest.mark.parametrize("path", [b"/", b"/now"])
async def test_endless_tiny_chunks_end_the_connection(address, gate, path):
    gate.opened.set()
    async with calling(address) as caller:
        await caller.say(CHUNKED.replace(b"/", path, 1))
        for _ in range(200):
            await caller.say(b"1\r\na\r\n" * 100)
        told = await caller.ended()
        assert refused(told, 400) or told.startswith(b"HTTP/1.1 401 ")
    await until(lambda: gate.running == 0)


async def test_a_body_in_ordinary_chunks_is_fine(address, gate):
    gate.opened.set()
    async with calling(address) as caller:
        await caller.say(CHUNKED + b"20\r\n%b\r\n" % (b"x" * 32) * 5_000 + b"0\r\n\r\n")
        assert b" 200 " in await caller.reader.readuntil(b"ok")


async def test_a_body_that_is_larger_than_anything_here_takes_is_refused_at_once(address, gate):
    async with calling(address) as caller:
        length = b"%d" % (MOST_BODY_BYTES + 1)
        await caller.say(UPLOAD.replace(b"1000000", length))
        assert refused(await caller.ended(), 413)
    assert gate.asked == 0


HEAD = b"GET /ws HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"
OLD_HANDSHAKE = HANDSHAKE.replace(b"HTTP/1.1", b"HTTP/1.0")


@pytest.mark.parametrize(
    "head",
    [
        HEAD,
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        OLD_HANDSHAKE,
        HANDSHAKE[:-2] + b"Content-Length: 5\r\n\r\nhello",
        HANDSHAKE[:-2] + b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ids=["two hosts", "twice the same", "no host", "HTTP/1.0", "length", "chunked"],
)
async def test_a_head_that_can_be_read_in_two_ways_is_refused(address, gate, head):
    """RFC 9112 3.2, RFC 9110 7.8."""
    async with calling(address) as caller:
        await caller.say(head)
        assert (await caller.ended()).startswith(b"HTTP/1.1 400 ")
    assert gate.asked == 0


async def test_no_host_is_needed_in_http_1_0(address, gate):
    gate.opened.set()
    async with calling(address) as caller:
        await caller.say(b"GET / HTTP/1.0\r\n\r\n")
        assert b" 200 " in await caller.ended()


@pytest.mark.parametrize(("more", "status"), [(0, 200), (1, 431)])
async def test_a_head_has_64_kib_and_no_byte_more(address, gate, more, status):
    gate.opened.set()
    begin, end = REQUEST[:-2] + b"X: ", b"\r\n\r\n"
    value = b"y" * (HEAD_BYTES - len(begin) - len(end) + more)
    async with calling(address) as caller:
        await caller.say(begin + value + end)
        assert (await caller.reader.readline()).startswith(b"HTTP/1.1 %d " % status)


async def test_the_log_tells_of_malformed_requests_once_in_a_while(address, caplog):
    with caplog.at_level(logging.INFO):
        for _ in range(50):
            async with calling(address) as caller:
                await caller.say(b"NONSENSE\r\n\r\n")
                await caller.ended()
    assert len(caplog.records) <= 2


async def test_who_sends_no_request_makes_room_for_who_does(gate, live_socket):
    """Half a head on each of many connections took every descriptor."""
    gate.opened.set()
    plain = PlainConnections(most=20)
    options = uvicorn_options(plain=plain, socket=live_socket)
    async with serving(gate, **options) as address, AsyncExitStack() as stack:
        half = [await stack.enter_async_context(calling(address)) for _ in range(60)]
        for caller in half:
            await caller.say(b"GET / HT")
        for _ in range(5):
            async with calling(address) as honest:
                await honest.say(REQUEST)
                assert b" 200 " in await honest.reader.readuntil(b"ok")
        ended = [one for one in half if one.reader.at_eof() or one.reader.exception()]
        assert len(ended) >= 40


class Stranger:
    """A connection of an address, as the limits see it."""

    def __init__(self, plain, address, open_now=1):
        self.plain, self.ended = plain, False
        self.inside = plain.enter(address, open_now)
        if self.inside:
            plain.waits(self, self.inside)

    def give_up(self):
        self.ended = True
        self.plain.leave(self, self.inside)


def test_one_address_has_so_many_plain_connections_and_its_own_make_room():
    plain = PlainConnections(most_per_address=3)
    flood = [Stranger(plain, "203.0.113.7") for _ in range(10)]
    other = Stranger(plain, "198.51.100.1")
    assert [one.ended for one in flood] == [True] * 7 + [False] * 3
    assert not other.ended


def test_who_is_being_answered_is_not_ended_and_then_nobody_comes_in():
    plain = PlainConnections(most_per_address=2)
    busy = [Stranger(plain, "203.0.113.7") for _ in range(2)]
    for one in busy:
        plain.asks(one, one.inside)
    assert not Stranger(plain, "203.0.113.7").inside
    assert not any(one.ended for one in busy)
    plain.waits(busy[1], busy[1].inside)
    assert Stranger(plain, "203.0.113.7").inside
    assert [one.ended for one in busy] == [False, True]


def test_a_proxy_is_not_one_visitor():
    plain = PlainConnections(most_per_address=2, exempt=lambda address: address == "10.0.0.1")
    behind = [Stranger(plain, "10.0.0.1") for _ in range(10)]
    assert all(one.inside for one in behind)
    assert not any(one.ended for one in behind)


def test_all_together_have_so_many_and_the_log_says_it_once(caplog):
    plain = PlainConnections(most=2)
    first = Stranger(plain, "203.0.113.1", 1)
    second = Stranger(plain, "203.0.113.2", 2)
    third = Stranger(plain, "203.0.113.3", 3)
    fourth = Stranger(plain, "203.0.113.4", 3)
    assert [one.ended for one in (first, second, third, fourth)] == [True, True, False, False]
    assert len(caplog.records) == 1
