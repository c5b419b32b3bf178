"""What a show of a thousand, and of a million, needs: computed from a result, with its assumptions.

    python -m loadtests.capacity [RESULT.json] [--frames 2] [--node-cores 4] …

A model and no measurement: nobody here has had a million viewers. Every assumption is an option.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from loadtests.results_file import newest

SIZES: Final = (1_000, 10_000, 100_000, 1_000_000)
GIB: Final = 2**30


@dataclass(frozen=True, slots=True)
class Costs:
    """What one process was measured to need."""

    delivery_us: float
    join_us: float
    idle_us: float
    """CPU for each viewer and second, when nothing happens."""
    viewer_kib: float
    base_mib: float


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What is not measured. The defaults are those of the documentation."""

    frames: float = 2.0
    """Events frames that each viewer gets in a second, in the busiest minutes."""
    frame_bytes: int = 400
    """Mean length of such a frame."""
    wire_bytes: int = 82
    """Headers of WebSocket, TCP and IP, and the acknowledgement."""
    watch_s: float = 600.0
    """How long a viewer stays: so many new ones come all the time."""
    core_share: float = 0.5
    """How much of its core a process may use in the busiest minutes; the rest is for a rush."""
    fan_out_ms: float = 100.0
    """The last viewer of a process may have an event so much later than the first."""
    kernel_kib: float = 4.0
    """What the kernel keeps for a socket, beside the process."""
    node_cores: int = 4
    """Cores of a machine; one of them is for the system and the proxy."""
    node_gib: int = 8
    node_price: float = 0.05
    """Euro for a machine and hour."""
    egress_price: float = 0.01
    """Euro for a GB that leaves the data centre."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a show of this size needs."""

    viewers: int
    processes: int
    nodes: int
    memory_gib: float
    joins_per_s: float
    gbit_per_s: float
    gb_per_hour: float
    redis_per_s: float
    euro_per_1000: float
    """For each thousand viewers and hour."""


def most_viewers(costs: Costs, assumed: Assumptions) -> int:
    """How many one process can serve: its core and the patience of the last one bound it."""
    each_us = assumed.frames * costs.delivery_us + costs.idle_us + costs.join_us / assumed.watch_s
    by_core = assumed.core_share * 1e6 / each_us
    by_patience = assumed.fan_out_ms * 1000 / costs.delivery_us
    return max(1, int(min(by_core, by_patience) // 100 * 100))


def need(viewers: int, costs: Costs, assumed: Assumptions) -> Need:
    """Whole processes and whole machines."""
    processes = math.ceil(viewers / most_viewers(costs, assumed))
    kib = viewers * (costs.viewer_kib + assumed.kernel_kib)
    memory_gib = kib * 1024 / GIB + processes * costs.base_mib / 1024
    by_cores = math.ceil(processes / max(1, assumed.node_cores - 1))
    by_memory = math.ceil(memory_gib / assumed.node_gib / 0.7)
    nodes = max(by_cores, by_memory)
    bytes_per_s = viewers * assumed.frames * (assumed.frame_bytes + assumed.wire_bytes)
    gb_per_hour = bytes_per_s * 3600 / 1e9
    euro = nodes * assumed.node_price + gb_per_hour * assumed.egress_price
    return Need(
        viewers,
        processes,
        nodes,
        memory_gib,
        viewers / assumed.watch_s,
        bytes_per_s * 8 / 1e9,
        gb_per_hour,
        # The store orders, Redis only carries: one message to each process for each frame.
        assumed.frames * processes if processes > 1 else 0.0,
        euro / viewers * 1000,
    )


def costs_of(result: Mapping[str, Any]) -> Costs:
    """Read them from a result. Raises KeyError where a scenario is missing."""
    figures = {name: told["figures"] for name, told in result["scenarios"].items()}
    return Costs(
        figures["compare"]["targets"]["vetrina"]["one"]["us"],
        figures["join_storm"]["us"],
        figures["memory"]["idle_us_per_viewer_second"],
        max(figures["memory"]["idle_kib"], figures["memory"]["after_traffic_kib"]),
        figures["memory"]["base_mib"],
    )


def table(costs: Costs, assumed: Assumptions) -> Iterator[str]:
    """The model as Markdown."""
    yield "| viewers | processes | machines | memory | new a second | egress | Redis | euro |"
    yield "|---:|---:|---:|---:|---:|---:|---:|---:|"
    for size in SIZES:
        told = need(size, costs, assumed)
        yield (
            f"| {size:,} | {told.processes:,} | {told.nodes:,} | {told.memory_gib:,.1f} GiB"
            f" | {told.joins_per_s:,.0f}"
            f" | {told.gbit_per_s:,.3g} Gbit/s, {told.gb_per_hour:,.0f} GB"
            f" | {told.redis_per_s:,.0f}/s | {told.euro_per_1000:.3f} |"
        )


def words(costs: Costs, assumed: Assumptions) -> str:
    """What the table stands on."""
    measured = (
        f"Measured, one process on one core: {costs.delivery_us:.1f} µs a delivery,"
        f" {costs.join_us:.0f} µs a new viewer, {costs.idle_us:.1f} µs a viewer and second when"
        f" nothing happens, {costs.viewer_kib:.1f} KiB a viewer, {costs.base_mib:.0f} MiB idle."
    )
    told = (
        f"{assumed.frames:g} frames of {assumed.frame_bytes} bytes a second in the busiest minutes,"
        f" {assumed.wire_bytes} bytes around each",
        f"viewers stay {assumed.watch_s / 60:g} minutes",
        f"a process may use {assumed.core_share:.0%} of its core",
        f"its last viewer hears {assumed.fan_out_ms:g} ms after its first",
        f"the kernel keeps {assumed.kernel_kib:g} KiB a socket",
        f"machines of {assumed.node_cores} cores, one of them for the system, and"
        f" {assumed.node_gib} GiB for {assumed.node_price:g} euro an hour",
        f"{assumed.egress_price:g} euro a GB",
    )
    most = most_viewers(costs, assumed)
    return (
        f"{measured}\n\nAssumed: {'; '.join(told)}.\n\nThat is {most:,} viewers for each process;"
        f" should all of them come at once, they are in after {most * costs.join_us / 1e6:.1f} s."
        " Egress is that of the busiest minutes, for a second and for an hour; Redis is messages"
        " handed out; euro is for 1,000 viewers and an hour."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("result", type=Path, nargs="?")
    for field in fields(Assumptions):
        kind = type(field.default)
        option = f"--{field.name.replace('_', '-')}"
        parser.add_argument(option, type=kind, default=field.default, help="%(default)s")
    options = vars(parser.parse_args())
    where = options.pop("result") or newest()
    costs, assumed = costs_of(json.loads(where.read_text())), Assumptions(**options)
    print(words(costs, assumed), "\n".join(table(costs, assumed)), sep="\n\n")


if __name__ == "__main__":
    main()
