"""Store reads of two processes when thousands reconnect."""

from __future__ import annotations

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Final

from loadtests.bench_context import Bench
from loadtests.clusters import Balanced, Unpinned, two
from loadtests.publisher import Publisher
from loadtests.result import Promise, Result
from loadtests.swarm.connection import LIVE
from loadtests.targets import QUIET_SHOW, SHOW

VIEWERS: Final = 5_000
EVENTS: Final = 5
AWAY_S: Final = 1.0
SPREAD_S: Final = 1.0
READS: Final = 1
_READS: Final = re.compile(r'vetrina_store_reads_total\{table="(\w+)"\}')


def returning(bench: Bench) -> Result:
    """Thousands lose their connections to two processes and come back: one read of the log."""
    bench.no_other("it kills two processes")
    viewers = bench.viewers or VIEWERS
    with two() as servers:
        swarm = Balanced([server.port for server in servers])
        with bench.publishing(swarm, servers[0].target) as publisher:
            bench.progress.say(f"{viewers:,} viewers come")
            swarm.fill(viewers)
            _publish(swarm, publisher)
            bench.progress.say("all connections are reset")
            swarm.begin_phase()
            back_s, missed = _cut(swarm, publisher, servers)
            cut, faults = swarm.counts.as_json(), swarm.counts.faults
            bench.progress.say("both processes are killed and start again")
            anew = _killed(swarm, publisher, servers)
            stand = sum(each.phase == LIVE and each.seq == swarm.head for each in swarm.viewers)
    figures = {
        "viewers": viewers,
        "all_back_s": back_s,
        "reads": [dict(each) for each in missed],
        "counts": cut,
        "anew_reads": [dict(each) for each in anew],
        "anew_counts": swarm.counts.as_json(),
    }
    return Result(
        "returning",
        figures,
        [
            Promise(
                "a process's reads of the log, connections reset", _most(missed), "at most", READS
            ),
            Promise("a process's reads of the log, both new", _most(anew), "at most", READS),
            Promise("viewers that stand at the end", stand, "exactly", viewers),
            Promise("faults", faults + swarm.counts.faults, "exactly", 0),
        ],
    )


def _cut(
    swarm: Balanced, publisher: Publisher, servers: Sequence[Unpinned]
) -> tuple[float, list[Counter[str]]]:
    """All connections at once, and events meanwhile; how soon all are back, and the reads."""
    before, began = [_reads(server) for server in servers], time.monotonic()
    for viewer in swarm.viewers:
        viewer.reset(AWAY_S + random.uniform(0, SPREAD_S))
    fired = publisher.fired
    publisher.burst(EVENTS, AWAY_S / 2)
    # Nothing may be on its way when servers are killed.
    swarm.run(lambda: publisher.fired >= fired + EVENTS and not publisher.busy, 30)
    _all_there(swarm)
    took_s = round(time.monotonic() - began - AWAY_S - SPREAD_S, 2)
    return took_s, [_reads(server) - was for server, was in zip(servers, before, strict=True)]


def _killed(
    swarm: Balanced, publisher: Publisher, servers: Sequence[Unpinned]
) -> list[Counter[str]]:
    """Both at once, as in a power cut. A process reads each show once as it starts, whoever comes;
    that is taken off.
    """
    swarm.begin_phase()

    def restart() -> None:
        for server in servers:
            server.kill()
        for server in servers:
            server.start()

    thread = threading.Thread(target=restart)
    thread.start()
    swarm.run(lambda: not thread.is_alive(), 60)
    _publish(swarm, publisher)
    at_start = Counter(events=len((SHOW, QUIET_SHOW)))
    return [_reads(server) - at_start for server in servers]


def _publish(swarm: Balanced, publisher: Publisher) -> None:
    """Some events, and wait until everybody has them."""
    swarm.run(lambda: swarm.live == len(swarm.viewers), 60)
    head = swarm.head
    publisher.burst(EVENTS, 0.05)
    swarm.run(lambda: swarm.head >= head + EVENTS and not publisher.busy, 30)
    _all_there(swarm)


def _all_there(swarm: Balanced) -> None:
    def there() -> bool:
        return swarm.live == len(swarm.viewers) and all(
            viewer.seq == swarm.head for viewer in swarm.viewers
        )

    if not swarm.run(there, 60):
        raise TimeoutError(f"{swarm.live} of {len(swarm.viewers)} viewers are back after 60 s")


def _reads(server: Unpinned) -> Counter[str]:
    """Statements by table, until now."""
    told = server.target.metrics().items()
    return Counter({found[1]: int(many) for name, many in told if (found := _READS.match(name))})


def _most(reads: Sequence[Counter[str]]) -> int:
    """Of the log, by the process that read more of it."""
    return max(each["events"] for each in reads)
