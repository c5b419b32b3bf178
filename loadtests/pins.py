"""How long a pin takes to a viewer, while something else goes on."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Protocol

import httpx
import orjson
from websockets.asyncio.client import ClientConnection, connect

from loadtests.targets import SHOW

HELLO: Final = orjson.dumps({"type": "hello", "v": 1, "role": "viewer", "show": SHOW}).decode()


class Server(Protocol):
    """Any that listens on this machine."""

    @property
    def port(self) -> int:
        """Where."""
        ...


@asynccontextmanager
async def viewer_of(server: Server) -> AsyncIterator[ClientConnection]:
    """Somebody who watches the show."""
    async with connect(f"ws://127.0.0.1:{server.port}/ws", compression=None) as socket:
        await socket.send(HELLO)
        yield socket


async def pin_ms(client: httpx.AsyncClient, viewer: ClientConnection, number: int) -> float:
    """From the request to the frame at a viewer, in ms."""
    began = time.perf_counter()
    command = {"type": "pin_product", "sku": ("MUG-1", "APR-3")[number % 2]}
    asked = asyncio.create_task(client.post(f"/shows/{SHOW}/commands", json=command))
    while b'"product_pinned"' not in await viewer.recv(decode=False):
        pass
    took_ms = (time.perf_counter() - began) * 1e3
    (await asked).raise_for_status()
    return took_ms


def spread(took_ms: list[float]) -> dict[str, float]:
    """The middle and the slow end."""
    return {
        "p50_ms": round(statistics.median(took_ms), 2),
        "p99_ms": round(statistics.quantiles(took_ms, n=100)[98], 2),
    }
