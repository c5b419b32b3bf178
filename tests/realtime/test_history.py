"""The history: what can be resumed, and what it may weigh."""

import pytest

from tests.realtime.facts import NOW, announced, recorded
from vetrina.realtime.history import Entry, History


def entries(after, count, text="x"):
    return [
        Entry(record)
        for record in recorded(after, [announced(text, NOW + n) for n in range(count)])
    ]


def seqs(found):
    return None if found is None else [entry.seq for entry in found]


@pytest.mark.parametrize(
    ("seq", "expected"),
    [(9, None), (10, [11, 12, 13]), (12, [13]), (13, []), (14, None)],
    ids=["before the oldest", "the oldest", "within", "the newest", "yet to come"],
)
def test_what_comes_after_a_position(seq, expected):
    history = History(10)
    history.add(entries(10, 3))
    assert seqs(history.since(seq)) == expected


def test_an_empty_history_has_a_position():
    history = History(7)
    assert history.since(7) == []
    assert history.since(6) is None
    assert history.since(8) is None


def test_the_oldest_are_forgotten_first():
    history = History(0, most_events=3)
    history.add(entries(0, 5))
    assert seqs(history.since(2)) == [3, 4, 5]
    assert history.since(1) is None


def test_large_events_count_for_many():
    history = History(0, most_bytes=1_000)
    history.add(entries(0, 3))
    history.add(entries(3, 1, "x" * 900))
    assert seqs(history.since(3)) == [4]
    assert history.since(2) is None


def test_what_is_forgotten_weighs_nothing():
    history = History(0, most_events=3, most_bytes=1_000)
    for number in range(100):
        history.add(entries(number, 1))
    assert seqs(history.since(97)) == [98, 99, 100]


def test_an_event_larger_than_everything_is_not_kept():
    history = History(0, most_bytes=1_000)
    history.add(entries(0, 1, "x" * 2_000))
    assert history.since(0) is None
    assert history.since(1) == []
    history.add(entries(1, 1))
    assert seqs(history.since(1)) == [2]


def test_when_an_event_happened():
    history = History(10, most_events=2)
    history.add(entries(10, 3))
    assert [history.at(seq) for seq in (11, 12, 13, 14)] == [None, NOW + 1, NOW + 2, None]
