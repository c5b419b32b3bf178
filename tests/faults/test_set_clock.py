"""Servers on machines whose clock is set, goes wrong, or is another than their neighbour's."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.faults.machine_clock import HOUR_S, MachineClock, faketime, program_clock
from tests.postgres import PostgresServer
from tests.running_server import Served, make_show, purchase, served, signed
from tests.valkey import ValkeyServer
from tests.waiting import PATIENCE_S

SHOW = "drop"
SOON_S = 60.0
AGREE_MS = 1_000
"""What two that agree may be apart on a busy machine; those that do not are 5 s apart or more."""


@pytest.fixture
def clock(tmp_path: Path) -> MachineClock:
    return MachineClock(tmp_path / "clock")


@pytest.fixture
def server(tmp_path: Path, clock: MachineClock) -> Iterator[Served]:
    settings = {"deal_duration_min_s": "1"}
    with served(tmp_path / "data", environment=clock.environment, **settings) as running:
        make_show(running, SHOW)
        yield running


def eventually(condition: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < until, condition  # each asks a server, which takes its time


def command(server: Served, **body: Any) -> None:
    server.call("POST", f"/api/v1/shows/{SHOW}/commands", body)


def start_deal(server: Served, duration_s: int) -> None:
    price = {"amount": 1890, "currency": "EUR"}
    command(server, type="start_deal", sku="MUG-1", price=price, duration_s=duration_s)


def log(server: Served) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = server.call("GET", f"/api/v1/shows/{SHOW}/events")["events"]
    return events


def ended(server: Served) -> bool:
    return any(event["type"] == "deal_ended" for event in log(server))


def said_at(server: Served, text: str) -> int:
    """What time it is for a server: that of something that is said now."""
    command(server, type="announce", text=text)
    return next(int(event["at"]) for event in reversed(log(server)) if event.get("text") == text)


def reasons(server: Served) -> list[str]:
    answer = httpx.get(f"{server.address}/readyz")
    assert answer.status_code == 200
    told: list[str] = answer.json()["reasons"]
    return told


def says(server: Served, text: str) -> bool:
    return any(text in reason for reason in reasons(server))


def test_a_deal_ends_in_time_though_the_clock_was_set_back_by_an_hour(
    server: Served, clock: MachineClock
) -> None:
    start_deal(server, duration_s=2)
    clock.set(-HOUR_S)
    eventually(lambda: ended(server))


def test_a_deal_goes_on_though_the_clock_was_set_forward_by_an_hour(
    server: Served, clock: MachineClock
) -> None:
    start_deal(server, duration_s=600)
    clock.set(HOUR_S)
    eventually(lambda: says(server, "3600.0 s behind the store's clock"))
    assert not ended(server)
    times = [event["at"] for event in log(server)]
    assert times == sorted(times)


def test_orders_count_when_the_clock_was_an_hour_ahead_as_the_show_began(
    server: Served, clock: MachineClock
) -> None:
    command(server, type="end_show")
    clock.set(HOUR_S)
    eventually(lambda: not reasons(server))
    make_show(server, "fast")
    shop = server.call("POST", "/api/v1/connections", {"kind": "generic", "show": "fast"})
    clock.set(0)
    eventually(lambda: says(server, "3600.0 s ahead of the store's clock"))
    body = purchase("A-1")
    with server.client(**signed(shop["secret"], "A-1", body)) as client:
        answer = client.post(f"/webhooks/{shop['id']}", content=body)
    assert answer.json() == {"outcome": "applied"}


def test_a_clock_that_is_set_while_no_show_is_on_is_followed_at_once(
    server: Served, clock: MachineClock
) -> None:
    before = said_at(server, "before")
    command(server, type="end_show")
    clock.set(HOUR_S)

    def now() -> int:
        wished = {"role": "overlay", "label": "now"}
        made = server.call("POST", f"/api/v1/shows/{SHOW}/keys", wished)
        return int(made["created_at"])

    eventually(lambda: now() - before > (HOUR_S - 60) * 1_000)
    assert reasons(server) == []


def test_a_server_that_is_started_after_the_step_has_the_time_of_the_other(
    tmp_path: Path, valkey: ValkeyServer, clock: MachineClock
) -> None:
    """Two on one machine, over SQLite: the second begins when the clock is an hour off."""
    data, environment = tmp_path / "data", clock.environment
    with served(data, environment=environment, redis=valkey.url) as first:
        make_show(first, SHOW)
        clock.set(-HOUR_S)
        eventually(lambda: reasons(first))
        with served(data, environment=environment, redis=valkey.url) as second:
            apart_ms = said_at(second, "by the second") - said_at(first, "by the first")
            assert abs(apart_ms) < SOON_S * 1_000
            eventually(lambda: says(second, "3600.0 s ahead of the store's clock"))


def test_two_machines_that_drift_and_are_five_seconds_apart_agree(
    tmp_path: Path, valkey: ValkeyServer, postgres: str
) -> None:
    right, wrong = MachineClock(tmp_path / "right"), MachineClock(tmp_path / "wrong")
    wrong.set(5)
    right.drift(-500)
    wrong.drift(500)
    given = {"redis": valkey.url, "database": postgres, "deal_duration_min_s": "1"}
    with (
        served(tmp_path / "data", environment=right.environment, **given) as first,
        served(tmp_path / "data", environment=wrong.environment, **given) as second,
    ):
        make_show(first, SHOW)
        for server in (first, second):
            before_ms = time.time_ns() // 1_000_000
            at = said_at(server, server.address)
            after_ms = time.time_ns() // 1_000_000
            assert before_ms - AGREE_MS < at < after_ms + AGREE_MS
        assert reasons(first) == []
        eventually(lambda: says(second, "5.0 s ahead of the store's"))
        wrong.set(-HOUR_S)
        start_deal(first, duration_s=5)
        eventually(lambda: ended(second))
        started, over = (e for e in log(first) if e["type"] in {"deal_started", "deal_ended"})
        assert 5_000 <= over["at"] - started["at"] < SOON_S * 1_000
        before_ms = time.time_ns() // 1_000_000
        assert said_at(second, "an hour back") >= before_ms - AGREE_MS


@pytest.mark.skipif(faketime() is None, reason="libfaketime is not installed")
@pytest.mark.parametrize("ahead_s", [HOUR_S, -HOUR_S])
def test_the_databases_own_clock_is_set_while_a_deal_runs(
    tmp_path: Path, valkey: ValkeyServer, ahead_s: int
) -> None:
    with program_clock() as clock:
        assert clock is not None
        database = PostgresServer(environment=clock.environment)
        try:
            database.start()
            given = {"redis": valkey.url, "database": database.url(database.create())}
            with (
                served(tmp_path / "data", **given) as one,
                served(tmp_path / "data", **given) as two,
            ):
                make_show(one, SHOW)
                start_deal(one, duration_s=600)
                before_ms = time.time_ns() // 1_000_000
                clock.set(ahead_s)
                eventually(lambda: reasons(one) and reasons(two))
                assert not ended(one)
                for server in (one, two):
                    at = said_at(server, server.address)
                    after_ms = time.time_ns() // 1_000_000
                    assert before_ms - AGREE_MS < at < after_ms + AGREE_MS
                clock.set(0)
                eventually(lambda: not reasons(one) and not reasons(two))
                assert not ended(two)
        finally:
            database.close()
