"""What a long log costs: the start, the first viewer, a pin and an order, by length of the log."""

from __future__ import annotations

import asyncio
import time
from functools import partial
from typing import Any, Final

import httpx
import orjson
from websockets.asyncio.client import connect

from loadtests import bulk_fill
from loadtests.bench_context import Bench
from loadtests.process_usage import Observed, cores, on_core
from loadtests.result import Promise, Result
from loadtests.targets import SHOW, Pinned
from tests.running_server import purchase, signed

LENGTHS: Final = (10_000, 100_000, 1_000_000)
READY_S: Final = 3.0
FIRST_VIEWER_MS: Final = 100.0
PATIENCE_S: Final = 300.0
PINS: Final = 20
HELLO: Final = orjson.dumps({"type": "hello", "v": 1, "role": "viewer", "show": SHOW}).decode()


def growth(bench: Bench) -> Result:
    """A running show with 10,000, 100,000 and 1,000,000 purchases is started and watched."""
    figures: dict[str, Any] = {}
    with bench.own() as server, on_core(cores()[1]):
        made = server.call("POST", "/api/v1/connections", {"kind": "generic", "show": SHOW})
        server.stop()
        there = 0
        for length in _lengths(bench.purchases):
            _fill(bench, server, made["id"], range(there, length))
            there = length
            figures[f"{length:,}"] = _measured(bench, server, made, length)
            bench.progress.say(f"{length:,}: {figures[f'{length:,}']}")
        bulk_fill.forgotten_state(server.data, SHOW)
        bench.progress.say("the log is read once more, as after an update")
        figures["after an update"] = _started(server)
        bench.progress.say(f"after an update: {figures['after an update']}")
    longest = figures[f"{there:,}"]
    return Result(
        "growth",
        figures,
        [
            Promise(f"ready, {there:,} purchases", longest["ready_s"], "at most", READY_S, "s"),
            Promise(
                f"first viewer, {there:,} purchases",
                longest["first_viewer_ms"],
                "at most",
                FIRST_VIEWER_MS,
                "ms",
            ),
            Promise("a known order is found", longest["duplicate"], "exactly", True),
        ],
    )


def _lengths(most: int) -> list[int]:
    return sorted({*(length for length in LENGTHS if length < most), most})


def _fill(bench: Bench, server: Pinned, connection: str, numbers: range) -> None:
    def tell(reached: int) -> None:
        if reached % 100_000 == 0:
            bench.progress.say(f"{reached:,} purchases are in the log")

    bench.progress.say(f"the log grows to {numbers.stop:,} purchases")
    bulk_fill.purchases(server.data, SHOW, connection, numbers, tell)


def _measured(bench: Bench, server: Pinned, made: dict[str, Any], length: int) -> dict[str, Any]:
    bench.progress.say(f"a start with {length:,} purchases")
    rounds = [_started(server) for _ in range(max(1, bench.rounds // 3))]
    told = {name: _median([each[name] for each in rounds]) for name in rounds[0]}
    _run(server)
    try:
        return {**told, **_commands(server, made, length)}
    finally:
        server.stop()


def _started(server: Pinned) -> dict[str, float]:
    """Start, wait until ready, let one viewer in, and a second one; then stop."""
    began = time.monotonic()
    _run(server)
    try:
        ready_s, used = time.monotonic() - began, Observed(server.pid)
        ready_cpu_s = used.used().total_ns / 1e9
        first_ms, second_ms = asyncio.run(_viewers(server))
        viewer_cpu_ms = used.used().total_ns / 1e6 - ready_cpu_s * 1e3
        return {
            "ready_s": round(ready_s, 2),
            "ready_cpu_s": round(ready_cpu_s, 2),
            "first_viewer_ms": round(first_ms, 1),
            "second_viewer_ms": round(second_ms, 1),
            "both_viewers_cpu_ms": round(viewer_cpu_ms, 1),
            "resident_mib": round(used.resident_bytes() / 2**20, 1),
        }
    finally:
        server.stop()


def _run(server: Pinned) -> None:
    server.start()
    deadline = time.monotonic() + PATIENCE_S
    while httpx.get(f"{server.address}/readyz").status_code != httpx.codes.OK:
        if time.monotonic() > deadline:
            raise TimeoutError(f"not ready within {PATIENCE_S:.0f} s")
        time.sleep(0.01)


async def _viewers(server: Pinned) -> tuple[float, float]:
    """From opening a connection to the welcome, in ms, of two viewers one after the other."""
    return await _welcomed_ms(server), await _welcomed_ms(server)


async def _welcomed_ms(server: Pinned) -> float:
    """As clients do: who is sent away while a long log is read comes back."""
    began = time.perf_counter()
    address = f"ws://127.0.0.1:{server.port}/ws"
    while True:
        async with connect(address, compression=None, ping_timeout=None) as socket:
            await socket.send(HELLO)
            frame = orjson.loads(await asyncio.wait_for(socket.recv(), PATIENCE_S))
            if frame["type"] == "welcome":
                return (time.perf_counter() - began) * 1e3


def _commands(server: Pinned, made: dict[str, Any], length: int) -> dict[str, Any]:
    """A pin, an order that came before, and a new one: answers in ms."""
    url = f"{server.address}/webhooks/{made['id']}"
    path = f"/api/v1/shows/{SHOW}/commands"
    with server.client() as client:
        pins = []
        for number in range(PINS):
            pin = {"type": "pin_product", "sku": ("MUG-1", "APR-3")[number % 2]}
            pins.append(_ms(partial(client.post, path, json=pin)))
        known = _order(client, url, made["secret"], f"A-{length // 2}")
        new = _order(client, url, made["secret"], f"new-{length}")
    return {
        "pin_ms": round(_median(pins), 1),
        "known_order_ms": round(known[0], 1),
        "new_order_ms": round(new[0], 1),
        "duplicate": known[1] == "duplicate" and new[1] == "applied",
    }


def _order(client: httpx.Client, url: str, secret: str, number: str) -> tuple[float, str]:
    body = purchase(number)
    answers: list[httpx.Response] = []
    took_ms = _ms(
        lambda: answers.append(client.post(url, content=body, headers=signed(secret, number, body)))
    )
    return took_ms, answers[0].json().get("outcome", answers[0].text)


def _ms(call: Any) -> float:
    began = time.perf_counter()
    call()
    return (time.perf_counter() - began) * 1e3


def _median(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
