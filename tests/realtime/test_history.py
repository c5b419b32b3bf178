"""The backlog: what can be resumed, and what it may weigh."""

import pytest

from tests.realtime.facts import NOW, announced, recorded
from vetrina.protocol.codec import wire_event
from vetrina.realtime.history import Entry, History


def entries(after, count, text="x"):
    return [
        Entry(wire_event(record, "public"), wire_event(record, "team"))
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
    backlog = History(10)
    backlog.add(entries(10, 3))
    assert seqs(backlog.since(seq)) == expected


def test_an_empty_backlog_knows_where_it_stands():
    backlog = History(7)
    assert backlog.since(7) == []
    assert backlog.since(6) is None
    assert backlog.since(8) is None


def test_the_oldest_are_forgotten_first():
    backlog = History(0, most_events=3)
    backlog.add(entries(0, 5))
    assert seqs(backlog.since(2)) == [3, 4, 5]
    assert backlog.since(1) is None


def test_large_events_count_for_many():
    backlog = History(0, most_bytes=1_000)
    backlog.add(entries(0, 3))
    backlog.add(entries(3, 1, "x" * 900))
    assert seqs(backlog.since(3)) == [4]
    assert backlog.since(2) is None


def test_what_is_forgotten_weighs_nothing():
    backlog = History(0, most_events=3, most_bytes=1_000)
    for number in range(100):
        backlog.add(entries(number, 1))
    assert seqs(backlog.since(97)) == [98, 99, 100]


def test_an_event_larger_than_everything_is_not_kept():
    backlog = History(0, most_bytes=1_000)
    backlog.add(entries(0, 1, "x" * 2_000))
    assert backlog.since(0) is None
    assert backlog.since(1) == []
    backlog.add(entries(1, 1))
    assert seqs(backlog.since(1)) == [2]


def test_when_an_event_happened():
    backlog = History(10, most_events=2)
    backlog.add(entries(10, 3))
    assert [backlog.at(seq) for seq in (11, 12, 13, 14)] == [None, NOW + 1, NOW + 2, None]
