"""Percentiles: exact enough, and the same however the samples were divided."""

from __future__ import annotations

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadtests.swarm.histogram import Histogram

SAMPLES = st.lists(st.integers(0, 10**11), min_size=1, max_size=60)


def of(samples: list[int]) -> Histogram:
    made = Histogram()
    for sample in samples:
        made.add(sample)
    return made


@given(SAMPLES, st.sampled_from([1, 50, 95, 99, 99.9, 100]))
def test_a_percentile_is_a_sample_within_one_percent(samples: list[int], percent: float) -> None:
    wanted = sorted(samples)[math.ceil(len(samples) * percent / 100) - 1]
    assert of(samples).percentile_ns(percent) == pytest.approx(wanted, rel=0.01, abs=1)


@given(SAMPLES, SAMPLES)
def test_parts_merge_to_the_whole(one: list[int], other: list[int]) -> None:
    merged = of(one)
    merged.merge(of(other))
    whole = of(one + other)
    assert merged.summary_ms() == whole.summary_ms()
    assert merged.as_json() == whole.as_json()


@given(SAMPLES)
def test_another_process_reads_the_same(samples: list[int]) -> None:
    told = json.loads(json.dumps(of(samples).as_json()))
    assert Histogram.from_json(told).summary_ms() == of(samples).summary_ms()


def test_merged_percentiles_are_not_means_of_percentiles() -> None:
    fast, slow = of([1_000_000] * 99), of([100_000_000])
    fast.merge(slow)
    assert fast.percentile_ns(99) == pytest.approx(1_000_000, rel=0.01)
    assert fast.most_ns == 100_000_000


def test_nothing_was_recorded() -> None:
    assert Histogram().summary_ms() == {
        "count": 0, "p50": 0.0, "p95": 0.0, "p99": 0.0, "p99.9": 0.0, "mean": 0.0, "max": 0.0,
    }  # fmt: skip


def test_adding_goes_on_after_somebody_asked() -> None:
    times = of([10])
    assert times.percentile_ns(100) == 10
    times.add(20)
    assert len(times) == 2
    assert times.percentile_ns(100) == 20
