"""Pins while something else goes on: `python -m loadtests.pinning PORT` until its input ends.

A process of its own: whoever makes the load has no time to look at a clock.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Final

import httpx

from loadtests.pins import pin_ms, viewer_of
from loadtests.process_usage import cores, on_core
from tests.running_server import CONTROL_KEY

EVERY_S: Final = 0.1
PING: Final = '{"type":"ping"}'


@dataclass(slots=True)
class Pinned:
    """How long each pin took, in ms, once the block is over."""

    took_ms: list[float]


@dataclass(frozen=True, slots=True)
class _Server:
    port: int


@contextmanager
def pinning(port: int) -> Iterator[Pinned]:
    """Pin something ten times a second during the block."""
    told = Pinned([])
    with on_core(cores()[1]):
        process = subprocess.Popen(
            [sys.executable, "-m", "loadtests.pinning", str(port)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
    assert process.stdout is not None
    process.stdout.readline()
    try:
        yield told
    finally:
        said, _ = process.communicate("", timeout=60)
    told.took_ms.extend(json.loads(said))


async def _pin(port: int) -> list[float]:
    took_ms: list[float] = []
    over = asyncio.create_task(asyncio.to_thread(sys.stdin.read))
    headers = {"authorization": f"Bearer {CONTROL_KEY}"}
    address = f"http://127.0.0.1:{port}/api/v1"
    async with (
        httpx.AsyncClient(base_url=address, headers=headers, timeout=30) as client,
        viewer_of(_Server(port)) as viewer,
    ):
        print("pinning", flush=True)
        while not over.done():
            await viewer.send(PING)
            took_ms.append(await pin_ms(client, viewer, len(took_ms)))
            await asyncio.sleep(EVERY_S)
    return took_ms


if __name__ == "__main__":
    with suppress(PermissionError):
        os.nice(-10)
    print(json.dumps(asyncio.run(_pin(int(sys.argv[1])))))
