"""Put a server under load: `python -m loadtests fanout --viewers 8000`.

Without --server each scenario starts a server of its own, on one core, with an empty data folder,
and the swarm on another. Exit code 1 when a promise was not kept, 2 when used wrongly.
"""

from __future__ import annotations

import argparse
import fcntl
import gc
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich.console import Console

from loadtests.bench_context import Bench
from loadtests.machine import described
from loadtests.progress import Progress
from loadtests.result import Promise, Result
from loadtests.results_file import file_of_today, record
from loadtests.scenarios import (
    attacks,
    beside_centrifugo,
    concurrent_sales,
    cross_process_latency,
    fan_out,
    growth,
    imports,
    interaction_latency,
    join_and_leave,
    lists,
    page_load,
    received_bytes,
    reconnect,
    reconnect_store_reads,
    rush,
    rush_in_trouble,
    shop,
    slow_consumers,
    worker_scaling,
)
from loadtests.swarm.http_client import CallFailed
from loadtests.targets import BASELINES, CannotRun

SCENARIOS: Final[dict[str, Callable[[Bench], Result]]] = {
    "fanout": fan_out.fanout,
    "burst": fan_out.burst,
    "compare": fan_out.compare,
    "pin": interaction_latency.pin,
    "join_storm": join_and_leave.join_storm,
    "memory": join_and_leave.memory,
    "taps": interaction_latency.taps,
    "bytes": received_bytes.received,
    "slow": slow_consumers.slow,
    "stuck": slow_consumers.stuck,
    "jitter": reconnect.jitter,
    "avalanche": reconnect.avalanche,
    "workers": worker_scaling.workers,
    "hop": cross_process_latency.hop,
    "together": concurrent_sales.together,
    "returning": reconnect_store_reads.returning,
    "pages": page_load.pages,
    "attacks": attacks.attacks,
    "growth": growth.growth,
    "lists": lists.lists,
    "imports": imports.imports,
    "shop": shop.shop,
    "rush": rush.rush,
    "rush_in_trouble": rush_in_trouble.rush_in_trouble,
    "centrifugo": beside_centrifugo.centrifugo,
}
LOCK: Final = Path(tempfile.gettempdir()) / "vetrina-loadtests.lock"
BUSY: Final = 0.5
"""A load so much above the number of cores is not only ours."""
ALL: Final = tuple(name for name in SCENARIOS if name not in ("fanout", "burst", "centrifugo"))
"""`compare` measures the first two, and the last needs Go to build what it measures."""


def run(name: str, bench: Bench) -> Result:
    """One scenario. What keeps it from running is an outcome that is not kept."""
    scenario = SCENARIOS[name]
    load = os.getloadavg()[0]
    bench.progress.begin(name, (scenario.__doc__ or "").splitlines()[0])
    try:
        outcome = scenario(bench)
    except (CannotRun, CallFailed, TimeoutError) as reason:
        outcome = Result(name, {}, [Promise("it ran", 0, "exactly", 1)], f"not run: {reason}")
    finally:
        bench.progress.end()
        gc.collect()
    outcome.figures["load_before"] = round(load, 2)
    if load > (os.cpu_count() or 1) + BUSY:
        words = f"others use this machine (load {load:.1f}): latencies say little"
        outcome.note = "; ".join(filter(None, (outcome.note, words)))
    for promise in outcome.promises:
        style = "green" if promise.kept else "bold red"
        bench.progress.console.print(f"  [{style}]{promise}[/]", highlight=False)
    if outcome.note:
        bench.progress.console.print(f"  [yellow]{outcome.note}[/]", highlight=False)
    return outcome


def main() -> int:
    options = _options()
    if sys.platform != "linux":
        sys.exit("The load client needs Linux: it uses epoll, /proc and the addresses 127.0.0.x.")
    console = Console(soft_wrap=True)
    names = ALL if "all" in options.scenario else options.scenario
    bench = Bench(
        Progress(console),
        viewers=options.viewers,
        seconds=options.seconds,
        rounds=options.rounds,
        churn=options.churn,
        purchases=options.purchases,
        against=_against(options.against),
        address=options.server,
        key=os.environ.get("VETRINA_CONTROL_KEY", ""),
        pid=options.pid,
    )
    alone = LOCK.open("w")
    try:
        fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        sys.exit("Another measurement runs on this machine; both would be wrong. Wait for it.")
    machine, where = described(), options.out or file_of_today()
    console.print(f"# {machine}", highlight=False)
    kept = True
    for name in names:
        outcome = run(name, bench)
        record(outcome, machine, where)
        kept = kept and outcome.kept
    console.print(f"\nwritten to {where}", highlight=False)
    return 0 if kept else 1


def _against(word: str) -> tuple[str, ...]:
    if word in ("all", "none"):
        return tuple(BASELINES) if word == "all" else ()
    names = tuple(word.split(","))
    if unknown := [name for name in names if name not in BASELINES]:
        sys.exit(f"unknown baseline {unknown[0]}; there are {', '.join(BASELINES)}")
    return names


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    add = parser.add_argument
    listed = f"{', '.join(SCENARIOS)}, or all of them"
    add("scenario", nargs="+", choices=[*SCENARIOS, "all"], metavar="scenario", help=listed)
    add("--viewers", type=int, help="number of viewers")
    add("--seconds", type=int, help="length of those that last")
    add("--rounds", type=int, default=9, help="measurements, of which the median counts")
    add("--churn", type=int, default=50_000, help="connections that come and go in memory")
    add("--purchases", type=int, default=1_000_000, help="the longest log of growth")
    add("--against", default="all", help="baselines: all, none, or names with commas")
    add("--server", help="a running one, its control key in VETRINA_CONTROL_KEY")
    add("--pid", type=int, help="the process of --server, to measure what it uses")
    add("--out", type=Path, help="result file; by default one in loadtests/results")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
