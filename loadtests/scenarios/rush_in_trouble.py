"""The same rush while the process is killed once, and with a payment provider that has its day off.

Where it is killed buyers send an Idempotency-Key, and send it again when the line is cut.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, Final

import httpx
import orjson

from loadtests.bench_context import Bench
from loadtests.process_usage import cores, on_core
from loadtests.result import Promise, Result
from loadtests.scenarios.rush import (
    ANSWERED_WITHIN_S,
    BUYERS,
    CONNECTIONS,
    PIECES,
    PRESSED_WITHIN_S,
    SHOP,
    SKU,
    STEP_S,
    Rush,
    open_shop,
    provider,
)
from loadtests.swarm.event_loop import EventLoop
from loadtests.swarm.http_client import PatientClient
from loadtests.targets import SHOW, Pinned

KILLED_AFTER: Final = 200
"""Answers."""
PAGES_WITHIN_S: Final = 5.0
"""Pages that a killed process left undone come when their buyers look again."""
MANY: Final = 1_000_000
DAYS_OFF: Final[Mapping[str, Mapping[str, Any]]] = {
    "answers after 1 s": {"slow_s": 1.0},
    "answers 429": {"busy": MANY},
    "answers 500": {"broken": MANY},
    "never answers": {"away": True},
}
WELL: Final = {"slow_s": 0.0, "busy": 0, "broken": 0, "away": False}


def rush_in_trouble(bench: Bench) -> Result:
    """The rush on one process with SQLite: killed once, and with a provider that fails."""
    bench.no_other("it kills the server")
    figures = {"killed once": _rush(bench, "killed once", {}, kill=True)}
    for words, switches in DAYS_OFF.items():
        figures[f"provider {words}"] = _rush(bench, f"provider {words}", switches)
    promises = []
    for where, told in figures.items():
        wrong = sum(told["other"].values()) + told["silent"]
        promises += [
            Promise(f"held ({where})", told["held"], "exactly", PIECES),
            Promise(f"without an answer, or a wrong one ({where})", wrong, "exactly", 0),
            Promise(f"asked to pay twice ({where})", told["pages_twice"], "exactly", 0),
        ]
    return Result("rush_in_trouble", figures, promises)


def _rush(
    bench: Bench, words: str, switches: Mapping[str, Any], *, kill: bool = False
) -> dict[str, Any]:
    with (
        bench.own(private_addresses="true") as server,
        on_core(cores()[1]),
        provider() as address,
    ):
        open_shop(server, address)
        _switch(address, switches)
        bench.progress.say(f"{words}: {BUYERS:,} press")
        loop, told = EventLoop(), Rush()
        ending = threading.Thread(target=_again, args=(server,))
        try:
            _press(loop, server.port, told, ending.start if kill else None)
        finally:
            loop.close()
        if kill:
            ending.join()
        _switch(address, WELL)
        pages = _pages(address)
    tokens = {one.json()["checkout"]["token"] for one in told.won}
    return {
        "buyers": BUYERS,
        "held": len(tokens),
        "silent": told.pressed - told.answered,
        **told.figures(),
        "pages": len(pages),
        "pages_twice": sum(1 for many in pages.values() if many > 1),
    }


def _press(loop: EventLoop, port: int, told: Rush, kill: Callable[[], object] | None) -> None:
    clients = [PatientClient(loop, "127.0.0.1", port, "") for _ in range(CONNECTIONS)]
    body = orjson.dumps(
        {"shop": SHOP["handle"], "show": SHOW, "items": [{"sku": SKU, "quantity": 1}]}
    )
    steps = round(PRESSED_WITHIN_S / STEP_S)

    def press(number: int) -> None:
        for _ in range(BUYERS // steps):
            told.pressed += 1
            client = clients[told.pressed % CONNECTIONS]
            key = f"buyer-{told.pressed}" if kill is not None else ""
            client.post("/api/v1/checkouts", body, told.take, key)
        if number + 1 < steps:
            loop.later(STEP_S, press, number + 1)

    press(0)
    if kill is not None:
        loop.run(lambda: told.answered >= KILLED_AFTER, ANSWERED_WITHIN_S)
        kill()
    loop.run(lambda: told.pressed == BUYERS == told.answered, ANSWERED_WITHIN_S)
    for client in clients:
        client.close()


def _again(server: Pinned) -> None:
    server.kill()
    server.start()


def _switch(provider: str, switches: Mapping[str, Any]) -> None:
    httpx.post(f"{provider}/_double/switches", json=dict(switches)).raise_for_status()


def _pages(provider: str) -> Counter[str]:
    """How many pages there are for each order, once those for all are made, or after a while."""
    until = time.monotonic() + PAGES_WITHIN_S
    while len(found := _orders(provider)) < PIECES and time.monotonic() < until:
        time.sleep(1.0)
    return found


def _orders(provider: str) -> Counter[str]:
    sessions = httpx.get(f"{provider}/_double/account", timeout=30).json()["sessions"]
    return Counter(one["client_reference_id"] for one in sessions.values())
