"""What a stranger sends uses up nothing that belongs to others."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
import pytest

from tests.fakes import FakeClock
from tests.web.conftest import problem, site_over
from tests.web.live_socket import HELLO, LiveSocket
from tests.web.shops import NOW_MS, shop
from vetrina.realtime.connection_limits import ConnectionCounter, ConnectionLimits, address_group
from vetrina.store.ports.store import Store
from vetrina.web.http.rate_limiter import is_own


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW_MS)


async def test_unsigned_posts_use_up_nothing_of_the_shops_allowance(
    store: Store, tmp_path: Path, clock: FakeClock
) -> None:
    """57 of 60 signed orders were answered with 429."""
    async with site_over(store, tmp_path, clock, webhooks_per_second=3) as site:
        await site.show()
        seller = await shop(site, "shopify")
        for _ in range(3):
            problem(await seller.send(b"{}", {}), 401, "bad_signature")
        problem(await seller.send(b"{}", {}), 429, "rate_limited")
        answers = [(await seller.deliver("paid")).status_code for _ in range(4)]
        assert answers == [200, 200, 200, 429]


async def knock(live: LiveSocket, address: str, *hello: Any) -> Any:
    """Open a socket from an address and leave it open, as a viewer if `hello` is said.

    The first thing that the server says, and the socket's task.
    """
    said: asyncio.Queue[Any] = asyncio.Queue()
    came: asyncio.Queue[Any] = asyncio.Queue()
    came.put_nowait({"type": "websocket.connect"})
    scope = {
        "type": "websocket", "path": "/ws", "headers": [], "client": (address, 1),
        "extensions": {"websocket.http.response": {}},
    }  # fmt: skip
    for one in hello:
        came.put_nowait({"type": "websocket.receive", "text": orjson.dumps(one).decode()})
    task = asyncio.create_task(live.endpoint(scope, came.get, said.put))
    first = (await said.get())["type"]
    return (await said.get() if hello and first == "websocket.accept" else first), task


async def test_an_address_that_is_full_uses_up_no_handshake_of_others() -> None:
    """64 of 150 viewers got 503 over one address that was refused anyway."""
    live = LiveSocket(limits=ConnectionLimits(most_per_address=1), accepts_per_s=2)
    came = [await knock(live, "203.0.113.7", HELLO) for _ in range(6)]
    honest = await knock(live, "203.0.113.8", HELLO)
    told = [orjson.loads(said["text"]) for said, _ in (*came, honest)]
    assert [frame["type"] for frame in told] == ["welcome", *["bye"] * 5, "welcome"]
    assert {frame["code"] for frame in told[1:-1]} == {"overloaded"}
    for _, task in (*came, honest):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def test_an_ipv4_client_of_an_ipv6_listener_is_itself() -> None:
    """With VETRINA_HOST=:: all of them were one client."""
    counter = ConnectionCounter(ConnectionLimits(most_per_address=1))
    assert counter.enter("::ffff:203.0.113.7")
    assert counter.is_full("203.0.113.7")
    assert not counter.is_full("::ffff:203.0.113.8")
    assert address_group("::ffff:203.0.113.7") == "203.0.113.7"
    assert is_own("::ffff:127.0.0.1")
