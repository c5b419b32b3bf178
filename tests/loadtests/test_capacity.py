"""The capacity model: what bounds a process, and that it adds up."""

from __future__ import annotations

from loadtests.capacity import SIZES, Assumptions, Costs, most_viewers, need, table, words

COSTS = Costs(delivery_us=10, join_us=150, idle_us=10, viewer_kib=3, base_mib=100)


def test_the_core_bounds_a_process_that_talks_much() -> None:
    # 20 frames of 10 µs, 10 µs idle and a quarter of a microsecond for new ones: half a core.
    assumed = Assumptions(frames=20)
    assert most_viewers(COSTS, assumed) == int(0.5e6 / (200 + 10 + 0.25) // 100 * 100)


def test_the_patience_of_the_last_viewer_bounds_one_that_talks_little() -> None:
    assert most_viewers(COSTS, Assumptions(frames=0.1, fan_out_ms=50)) == 5_000


def test_a_million_is_whole_processes_and_machines() -> None:
    assumed = Assumptions()
    told = need(1_000_000, COSTS, assumed)
    assert told.processes * most_viewers(COSTS, assumed) >= 1_000_000
    assert (told.processes - 1) * most_viewers(COSTS, assumed) < 1_000_000
    assert told.nodes * (assumed.node_cores - 1) >= told.processes
    assert told.nodes * assumed.node_gib > told.memory_gib
    assert told.gb_per_hour == told.gbit_per_s / 8 * 3600
    assert told.redis_per_s == assumed.frames * told.processes


def test_one_process_needs_no_redis() -> None:
    assert need(1_000, COSTS, Assumptions()).redis_per_s == 0


def test_the_table_has_every_size_and_the_words_every_assumption() -> None:
    rows = list(table(COSTS, Assumptions()))
    assert [row.split(" | ")[0] for row in rows[2:]] == [f"| {size:,}" for size in SIZES]
    said = words(COSTS, Assumptions(watch_s=420, egress_price=0.07))
    assert "7 minutes" in said
    assert "0.07 euro" in said
