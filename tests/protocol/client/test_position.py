import pytest
from hypothesis import given

from tests.protocol.test_messages import json_values
from vetrina.protocol.client.position import next_events, reads


def numbered(*seqs):
    return [{"seq": seq, "type": "panicked"} for seq in seqs]


@pytest.mark.parametrize(
    ("events", "fresh"),
    [
        (numbered(43, 44), numbered(43, 44)),
        (numbered(41, 42, 43), numbered(43)),
        (numbered(44), None),
        (numbered(41, 42), None),
        ([], None),
    ],
)
def test_what_follows_is_taken_and_a_gap_is_seen(events, fresh):
    assert next_events(42, events) == fresh


def test_merged_purchases_leave_holes_behind_the_first_event_only():
    merged = {"seq": 43, "type": "purchases_merged", "count": 9}
    assert next_events(42, [merged, *numbered(50)]) == [merged, *numbered(50)]
    assert next_events(43, [merged, *numbered(44)]) is None


@pytest.mark.parametrize(
    ("frame", "readable"),
    [
        ({"type": "pong"}, True),
        ({"type": "confetti"}, True),
        ({"type": "welcome", "epoch": "a", "seq": 0}, True),
        ({"type": "welcome", "epoch": "a"}, False),
        ({"type": "welcome", "seq": 3}, False),
        ({"type": "events", "seq": 3, "events": numbered(3)}, True),
        ({"type": "events", "seq": True, "events": []}, False),
        ({"type": "events", "seq": 3, "events": [{}]}, False),
        ({}, False),
    ],
)
def test_what_can_be_read(frame, readable):
    assert reads(frame) is readable


@given(json_values)
def test_any_json_is_judged(frame):
    assert isinstance(reads(frame), bool)
