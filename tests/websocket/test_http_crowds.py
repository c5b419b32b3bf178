"""Connections that keep a server busy, and what others feel and what stays of them."""

import gc
import weakref
from contextlib import AsyncExitStack

import pytest

from tests.realtime.uvicorn_server import serving
from tests.waiting import until
from tests.websocket.test_http_attacks import Gate
from tests.websocket.test_http_protocol import CHUNKED, REQUEST, Pages, calling
from vetrina.websocket import http_protocol
from vetrina.websocket.plain_connections import PlainConnections
from vetrina.websocket.uvicorn_protocol import uvicorn_options


class Counting(Pages):
    """Counts the requests that it answers."""

    def __init__(self):
        super().__init__()
        self.asked = 0

    async def __call__(self, scope, receive, send):
        self.asked += 1
        await super().__call__(scope, receive, send)


async def test_who_sends_many_requests_at_once_waits_for_all_others():
    """Of twelve floods each had a request answered in every turn of the loop."""
    pages = Counting()
    async with serving(pages) as address, AsyncExitStack() as stack:
        for _ in range(40):
            flood = await stack.enter_async_context(calling(address))
            await flood.say(REQUEST * 2_000)
        await until(lambda: pages.asked > 100)
        async with calling(address) as honest:
            before = pages.asked
            await honest.say(REQUEST)
            assert b" 200 " in await honest.reader.readuntil(b"ok")
            assert pages.asked - before < 40


HALF_A_BODY = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nx"
PLACES = 6
"""Of an address. An answer that nobody reads is 16 MB, more than the kernel takes."""


@pytest.mark.parametrize(
    "sent", [b"GET / HT", HALF_A_BODY, REQUEST], ids=["head", "body", "unread"]
)
async def test_whose_client_is_due_makes_room_for_who_asks(sent, monkeypatch):
    """Half a body, or an answer that nobody reads, held the places of an address for a minute."""
    monkeypatch.setattr(http_protocol, "UNREAD_S", 3600)
    plain = PlainConnections(most_per_address=PLACES, exempt=lambda _: False)
    server = serving(Everything(), **uvicorn_options(plain=plain))
    async with server as address, AsyncExitStack() as stack:
        for _ in range(PLACES):
            caller = await stack.enter_async_context(calling(address))
            await caller.say(sent)
        await until(lambda: len(plain._waiting) == PLACES)
        for _ in range(5):
            async with calling(address) as honest:
                await honest.say(b"GET /small HTTP/1.1\r\nHost: a\r\n\r\n")
                assert b" 200 " in await honest.reader.readuntil(b"ok")


class Everything:
    """Reads the whole body and answers with 16 MB; `/small` is answered with two bytes."""

    async def __call__(self, scope, receive, send):
        while (await receive()).get("more_body"):
            pass
        body = b"ok" if scope["path"] == "/small" else b"x" * 16_000_000
        headers = [(b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": body})


class Remembering(PlainConnections):
    """Knows of each connection whether it is still in memory."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def waits(self, connection, address):
        self.seen.append(weakref.ref(connection))
        super().waits(connection, address)


AWAY = CHUNKED.replace(b" / ", b" /now ")
TINY = AWAY + b"1\r\na\r\n" * 3_000
UNWANTED = AWAY + b"5\r\nhello\r\n"


@pytest.mark.parametrize("sent", [b"GET / HT", TINY, UNWANTED], ids=["half", "tiny", "unwanted"])
async def test_a_connection_that_ended_leaves_nothing_in_memory(sent):
    """Floods of bodies left 130 MiB until the garbage was collected, which is seldom."""
    gc.collect()
    gc.disable()
    try:
        plain = Remembering()
        async with serving(Gate(), **uvicorn_options(plain=plain)) as address:
            for _ in range(5):
                async with calling(address) as caller:
                    await caller.say(sent)
                    if sent != b"GET / HT":
                        await caller.reader.readline()
            await until(lambda: plain.seen and not any(one() for one in plain.seen))
    finally:
        gc.enable()
