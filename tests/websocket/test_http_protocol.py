"""Connections that are no socket yet, and some that never mean to be one."""

import asyncio
import contextlib
from contextlib import AsyncExitStack, asynccontextmanager

import pytest

from tests.realtime.uvicorn_server import WAYS, serving
from tests.waiting import PATIENCE_S, until
from tests.websocket.echo import Echo
from tests.websocket.raw_socket import HANDSHAKE
from vetrina.websocket import first_read, http_protocol

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
UPLOAD = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
CHUNKED = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
QUICK_S = 0.1


class Pages:
    """Answers "ok" once it has the whole body; `/big` answers with 40 MB."""

    def __init__(self):
        self.running = 0

    async def __call__(self, scope, receive, send):
        self.running += 1
        try:
            while (await receive()).get("more_body"):
                pass
            length = [] if scope["path"] == "/big" else [(b"content-length", b"2")]
            await send({"type": "http.response.start", "status": 200, "headers": length})
            for _ in range(400 if scope["path"] == "/big" else 0):
                body = {"type": "http.response.body", "body": b"x" * 100_000, "more_body": True}
                await send(body)
            await send({"type": "http.response.body", "body": b"ok"})
        finally:
            self.running -= 1


class Caller:
    """One TCP connection to a server."""

    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer

    async def say(self, data):
        self.writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def drip(self, data):
        """Say it byte by byte, for as long as somebody listens."""
        for byte in data:
            if self.writer.transport.is_closing():
                return
            await self.say(bytes([byte]))
            await asyncio.sleep(0)

    async def ended(self):
        """What came until the server hung up."""
        try:
            return await asyncio.wait_for(self.reader.read(), PATIENCE_S)
        except ConnectionError:
            return b""


@asynccontextmanager
async def calling(address):
    host, port = address.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Caller(reader, writer)
    finally:
        writer.transport.abort()


def refused(answer, status):
    """Whether it says so; a client that goes on sending may miss it."""
    return answer == b"" or answer.startswith(b"HTTP/1.1 %d " % status)


@pytest.fixture
def pages():
    return Pages()


@pytest.fixture(params=WAYS)
def live_socket(request):
    """With one, what is no plain handshake comes to HTTP by way of the first read."""
    return Echo() if request.param == WAYS[0] else None


@pytest.fixture
async def address(pages, live_socket):
    options = {"live_socket": live_socket, "timeout_keep_alive": QUICK_S}
    async with serving(pages, **options) as address:
        yield address


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(http_protocol, "HEAD_S", QUICK_S)
    monkeypatch.setattr(first_read, "HEAD_S", QUICK_S)
    monkeypatch.setattr(http_protocol, "BODY_S", QUICK_S)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("begin", [b"", b"GET / HT", b"GET / HTTP/1.1\r\nHost: a\r\n"])
async def test_a_head_that_does_not_end_in_time_ends_the_connection(address, begin):
    async with calling(address) as caller:
        await caller.say(begin)
        assert await caller.ended() == b""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("head", [b"GET / HTTP/1.1\r\n", HANDSHAKE[:-2]])
async def test_a_dripping_head_gains_no_time(address, head):
    async with calling(address) as caller:
        dripping = asyncio.create_task(caller.drip(head + b"X: " + b"y" * 10_000_000))
        assert await caller.ended() == b""
        await dripping


@pytest.mark.parametrize("flood", [b"x" * 20_000, b"a: b\r\n" * 3_000], ids=["one", "many"])
async def test_a_head_without_end_is_cut_off(address, flood):
    async with calling(address) as caller:
        await caller.say(b"GET / HTTP/1.1\r\nHost: a\r\nX: ")
        for _ in range(50):
            await caller.say(flood)
        assert refused(await caller.ended(), 431)


async def test_headers_after_a_body_are_cut_off(address):
    async with calling(address) as caller:
        await caller.say(CHUNKED + b"1\r\nx\r\n0\r\n")
        for _ in range(50):
            await caller.say(b"a: %b\r\n" % (b"x" * 10_000))
        assert refused(await caller.ended(), 431)


async def test_a_few_headers_after_a_body_are_fine(address):
    async with calling(address) as caller:
        await caller.say(CHUNKED + b"1\r\nx\r\n0\r\nchecksum: 12\r\n\r\n")
        assert (await caller.ended()).endswith(b"ok")


@pytest.mark.usefixtures("impatient")
async def test_an_upload_that_stops_ends_the_connection(address, pages):
    async with calling(address) as caller:
        await caller.say(UPLOAD + b"x" * 1_000)
        assert await caller.ended() == b""
        await until(lambda: pages.running == 0)


async def test_an_upload_over_a_slow_network_is_given_time_for_each_step(address, monkeypatch):
    monkeypatch.setattr(http_protocol, "BODY_STEP_BYTES", 100_000)
    given = []
    wait = http_protocol.BoundedHttpProtocol.wait
    monkeypatch.setattr(
        http_protocol.BoundedHttpProtocol, "wait", lambda self, s: (given.append(s), wait(self, s))
    )
    async with calling(address) as caller:
        await caller.say(UPLOAD + b"x" * 1_000_000)
        assert (await caller.ended()).endswith(b"ok")
    assert 3 <= given.count(http_protocol.BODY_S) <= 11


@pytest.mark.usefixtures("impatient")
async def test_empty_lines_after_a_request_do_not_hold_the_connection(address):
    """They ended uvicorn's keep-alive, and nothing else watched."""
    async with calling(address) as caller:
        await caller.say(REQUEST)
        await caller.reader.readuntil(b"ok")
        await caller.say(b"\r\n")
        assert await caller.ended() == b""


async def test_a_connection_serves_one_request_after_another(address):
    async with calling(address) as caller:
        for _ in range(3):
            await caller.say(REQUEST)
            assert b" 200 " in await caller.reader.readuntil(b"ok")
        await caller.say(b"\r\n" + REQUEST + REQUEST)
        for _ in range(2):
            assert b" 200 " in await caller.reader.readuntil(b"ok")


async def test_an_upgrade_in_the_middle_of_an_answer_leaves_no_task_behind(address, pages):
    """The answer waited for ever to be told that the client reads on, or is gone."""
    async with calling(address) as caller:
        caller.writer.transport.pause_reading()
        await caller.say(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        await until(lambda: pages.running == 1)
        await caller.say(HANDSHAKE)
        await until(lambda: pages.running == 0)


async def test_an_answer_that_is_not_read_ends_the_connection(address, pages, monkeypatch):
    """It kept its place, its buffer and its task for as long as the client liked."""
    monkeypatch.setattr(http_protocol, "UNREAD_S", QUICK_S)
    async with calling(address) as caller:
        caller.writer.transport.pause_reading()
        await caller.say(b"GET /big HTTP/1.1\r\nHost: a\r\n\r\n")
        await until(lambda: pages.running == 1)
        await until(lambda: pages.running == 0)


async def test_an_upload_does_not_hold_up_the_end_of_the_server(pages, monkeypatch):
    monkeypatch.setattr(http_protocol, "LAST_S", QUICK_S)
    patient = {"timeout_graceful_shutdown": 2 * PATIENCE_S}
    async with (
        asyncio.timeout(PATIENCE_S),
        AsyncExitStack() as stack,
        serving(pages, **patient) as address,
    ):
        caller = await stack.enter_async_context(calling(address))
        await caller.say(UPLOAD)
        await until(lambda: pages.running == 1)
    assert pages.running == 0
