"""Twenty viewers of a real server, from end to end. How fast it is, is not asserted here."""

from __future__ import annotations

import os
import select

import pytest

from loadtests.process_usage import Observed, on_core
from loadtests.publisher import Publisher
from loadtests.swarm.protocols import Vetrina
from loadtests.swarm.swarm import ADDRESS_HOLDS, Swarm, address_of
from loadtests.targets import CannotRun, Target, baseline, own_server, running_server
from tests.waiting import PATIENCE_S

pytestmark = pytest.mark.skipif(
    not hasattr(select, "epoll"), reason="the swarm needs Linux: epoll, /proc and 127.0.0.x"
)
VIEWERS = 20


def all_at_head(swarm: Swarm) -> bool:
    return swarm.live == VIEWERS and all(viewer.seq == swarm.head for viewer in swarm.viewers)


def test_everybody_hears_everything_across_a_cut_line() -> None:
    with own_server() as server:
        target = server.target()
        swarm = Swarm(target.host, target.port, target.protocol)
        publisher = Publisher(swarm, target, connections=2)
        try:
            swarm.fill(VIEWERS, PATIENCE_S)
            swarm.begin_phase()
            publisher.fire()
            assert swarm.deliveries(VIEWERS, PATIENCE_S)
            assert len(swarm.times.delivery) == VIEWERS

            swarm.viewers[3].reset(back_after_s=0.05)
            publisher.burst(3, 0.0)
            assert swarm.deliveries(4 * VIEWERS, PATIENCE_S)
            assert swarm.run(lambda: all_at_head(swarm), PATIENCE_S)
            assert swarm.counts.faults == 0
            assert (swarm.counts.kicked, swarm.counts.resumed) == (1, 1)
            assert swarm.counts.deliveries == 4 * VIEWERS
            assert len(swarm.times.replay) == 1

            swarm.tap(swarm.viewers[0], "MUG-1")
            swarm.tap(swarm.viewers[1], "no such thing")
            assert swarm.run(lambda: swarm.counts.acks == 2, PATIENCE_S)
            assert swarm.counts.tap_refusals == {"not_in_bag": 1}
            assert target.metrics()['vetrina_connections{role="viewer"}'] == VIEWERS
        finally:
            publisher.close()
            swarm.close()


def test_a_baseline_is_measured_with_the_same_swarm() -> None:
    with baseline("send_loop") as target:
        swarm = Swarm(target.host, target.port, target.protocol)
        publisher = Publisher(swarm, target)
        try:
            swarm.fill(VIEWERS, PATIENCE_S)
            publisher.burst(3, 0.001)
            assert swarm.deliveries(3 * VIEWERS, PATIENCE_S)
            assert swarm.counts.faults == 0
            assert target.process.used().total_ns > 0
            assert target.process.open_files() > VIEWERS
        finally:
            swarm.close()


def test_a_baseline_that_cannot_run_says_why() -> None:
    with pytest.raises(CannotRun, match="no_such_thing"), baseline("no_such_thing"):
        pass


def test_the_swarm_attacks_nobody_else() -> None:
    with pytest.raises(CannotRun, match="not on this machine"):
        running_server("http://192.0.2.1:8000", "ctl_x", None)


def test_a_scenario_that_needs_the_process_says_so() -> None:
    target = Target("vetrina", "127.0.0.1", 1, Vetrina("x"), None)
    with pytest.raises(CannotRun, match="--pid"):
        _ = target.process


def test_viewers_share_addresses_of_this_machine_only() -> None:
    addresses = {address_of(number) for number in range(0, 120_000, ADDRESS_HOLDS)}
    assert len(addresses) == 300
    assert all(address.startswith("127.0.") for address in addresses)


def test_a_core_is_given_back() -> None:
    before = os.sched_getaffinity(0)
    with on_core(min(before)):
        assert os.sched_getaffinity(0) == {min(before)}
    assert os.sched_getaffinity(0) == before


def test_a_process_is_seen_from_outside() -> None:
    me = Observed(os.getpid())
    before = me.used()
    sum(range(200_000))
    assert (me.used() - before).total_ns > 0
    assert me.resident_bytes() > 1_000_000
    assert me.open_files() >= 3
