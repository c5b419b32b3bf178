"""A room: joining, delivering, resuming, merging and telling the values of the moment."""

from unittest.mock import Mock, patch

import orjson
import pytest

from tests.realtime.facts import NOW, announced, bought, pinned, publish, recorded, room, take
from tests.realtime.fakes import FakeTransport, merged_counts
from vetrina.domain.show.events import Position
from vetrina.live.show_replica import Gap
from vetrina.protocol import codec
from vetrina.protocol.snapshot import public_state
from vetrina.realtime import history as history_module
from vetrina.realtime import room as room_module
from vetrina.realtime import welcomes as welcomes_module
from vetrina.realtime.history import MOST_EVENTS
from vetrina.realtime.subscriber import Subscriber


def joined(to, role="viewer", last=None):
    transport = FakeTransport()
    subscriber = Subscriber(transport, role)
    to.join(subscriber, last, NOW)
    return transport, subscriber


def test_a_snapshot_comes_first_and_then_every_event():
    show = room("MUG-1", seq=4)
    transport, _ = joined(show)
    publish(show, pinned(), announced("Now"))
    welcome, events = transport.frames()
    assert (welcome["type"], welcome["seq"], welcome["epoch"]) == ("welcome", 4, "abcdefgh")
    assert welcome["heartbeat_ms"] == 25_000
    assert welcome["state"]["show"]["slug"] == "drop"
    assert events["seq"] == 6
    assert [event["seq"] for event in events["events"]] == [5, 6]
    assert events["events"][0]["pin"]["product"]["sku"] == "MUG-1"


def test_events_committed_together_are_one_frame():
    show = room("MUG-1")
    transport, _ = joined(show)
    publish(show, announced("a"), announced("b"), announced("c"))
    assert transport.types() == ["welcome", "events"]


def test_control_sees_who_and_how_much_and_others_do_not():
    show = room("MUG-1")
    viewer, _ = joined(show, "viewer")
    overlay, _ = joined(show, "overlay")
    control, _ = joined(show, "control")
    publish(show, bought(1))
    for transport in (viewer, overlay):
        welcome, events = transport.frames()
        assert "totals" not in welcome["state"]
        assert not {"by", "amounts"} & events["events"][0].keys()
    welcome, _, events = control.frames()
    assert welcome["state"]["totals"] == {"orders": 0, "units": 0, "gross": []}
    assert events["events"][0]["by"] == "host"
    assert events["events"][0]["amounts"] == [{"amount": 1000, "currency": "EUR"}]


def test_known_events_are_ignored():
    show = room("MUG-1")
    transport, _ = joined(show)
    events = recorded(0, [announced("a"), announced("b")])
    take(show, events)
    take(show, events)
    take(show, recorded(0, [announced("a"), announced("b"), announced("c")]))
    seqs = [[event["seq"] for event in frame["events"]] for frame in transport.frames()[1:]]
    assert seqs == [[1, 2], [3]]
    assert show.state.announcement.text == "c"


@pytest.mark.parametrize("missing", [[Position("", 2)], [Position("", 1), Position("", 3)]])
def test_a_gap_is_named_and_nothing_is_taken_over(missing):
    show = room("MUG-1")
    transport, _ = joined(show)
    events = [recorded(position.seq - 1, [announced("late")])[0] for position in missing]
    with pytest.raises(Gap, match="expected event"):
        take(show, events)
    assert show.position.seq == 0
    assert show.state.announcement is None
    assert transport.types() == ["welcome"]


def test_a_position_that_is_remembered_is_resumed():
    show = room("MUG-1")
    publish(show, announced("a"), announced("b"))
    publish(show, announced("c"))
    transport, _ = joined(show, last=Position("abcdefgh", 1))
    welcome, events = transport.frames()
    assert "state" not in welcome
    assert welcome["seq"] == 1
    assert events["seq"] == 3
    assert 'vetrina_joins_total{how="resumed"} 1.0' in show.config.metrics.render().decode()
    assert [event["text"] for event in events["events"]] == ["b", "c"]


def test_who_missed_nothing_gets_a_welcome_and_no_events():
    show = room("MUG-1")
    publish(show, announced("a"))
    transport, _ = joined(show, last=Position("abcdefgh", 1))
    (welcome,) = transport.frames()
    assert "state" not in welcome


def test_control_resumes_with_all_fields():
    show = room("MUG-1")
    publish(show, bought(1))
    transport, _ = joined(show, "control", last=Position("abcdefgh", 0))
    _, events, _ = transport.frames()
    assert events["events"][0]["amounts"] == [{"amount": 1000, "currency": "EUR"}]


@pytest.mark.parametrize(
    "last",
    [
        Position("other", 1),
        Position("abcdefgh", 3),
        Position("abcdefgh", 9_007_199_254_740_991),
    ],
    ids=["another epoch", "ahead of us", "far ahead"],
)
def test_a_position_that_is_not_ours_gets_a_snapshot(last):
    show = room("MUG-1")
    publish(show, announced("a"), announced("b"))
    transport, _ = joined(show, last=last)
    (welcome,) = transport.frames()
    assert welcome["state"]["announcement"]["text"] == "b"
    assert welcome["seq"] == 2


def test_a_position_that_was_forgotten_gets_a_snapshot():
    show = room("MUG-1")
    publish(show, *[announced(str(number)) for number in range(MOST_EVENTS + 1)])
    resumed, _ = joined(show, last=Position("abcdefgh", 1))
    forgotten, _ = joined(show, last=Position("abcdefgh", 0))
    assert "state" not in resumed.frames()[0]
    assert "state" in forgotten.frames()[0]


def test_a_storm_of_purchases_is_merged_for_the_public_only():
    show = room("MUG-1")
    viewer, _ = joined(show, "viewer")
    control, _ = joined(show, "control")
    publish(show, *[bought(number) for number in range(20)], announced("Wow"))
    frames = viewer.frames()
    assert list(merged_counts(frames)) == [20]
    assert frames[-1]["seq"] == 21
    assert len(control.frames()[-1]["events"]) == 21


def test_a_resume_merges_what_came_one_by_one():
    show = room("MUG-1")
    for number in range(20):
        publish(show, bought(number))
    viewer, _ = joined(show, "viewer", last=Position("abcdefgh", 5))
    frames = viewer.frames()
    assert list(merged_counts(frames)) == [15]
    assert frames[-1]["seq"] == 20


def test_overlays_are_served_first_and_viewers_last():
    show = room("MUG-1")
    order = []

    class Noting(FakeTransport):
        def __init__(self, name):
            super().__init__()
            self.name = name

        def send(self, frame):
            order.append(self.name)

    for role in ("viewer", "control", "overlay", "viewer"):
        show.join(Subscriber(Noting(role), role), None, NOW)
    order.clear()
    publish(show, announced())
    assert order == ["overlay", "control", "viewer", "viewer"]


def test_an_event_is_encoded_once_for_each_audience():
    show = room("MUG-1")
    for _ in range(100):
        joined(show, "viewer")
    joined(show, "control")
    with (
        patch.object(history_module, "wire_event", wraps=codec.wire_event) as encode,
        patch.object(room_module.messages, "events", wraps=room_module.messages.events) as framed,
    ):
        publish(show, announced("a"), announced("b"))
    assert encode.call_count == 2 * 2
    assert framed.call_count == 2


def test_all_transports_get_the_same_bytes():
    show = room("MUG-1")
    transports = [joined(show)[0] for _ in range(3)]
    publish(show, announced())
    assert len({id(transport.taken[-1]) for transport in transports}) == 1


def test_all_who_join_together_get_one_snapshot():
    show = room("MUG-1")
    for _ in range(100):
        joined(show)
    show.counts.signal()
    make = Mock(wraps=public_state)
    with patch.object(welcomes_module, "VIEWS", {"public": make}):
        transports = [joined(show)[0] for _ in range(50)]
        assert make.call_count == 1
        publish(show, announced())
        late, _ = joined(show)
        assert make.call_count == 2
    assert transports[0].frames()[0]["state"]["viewers"] == 100
    assert late.frames()[0]["state"]["announcement"]["text"] == "Hello"


def test_a_snapshot_counts_a_small_audience_exactly():
    show = room("MUG-1")
    joined(show)
    assert orjson.loads(show.snapshot("public"))["viewers"] == 1


def test_who_left_gets_nothing_more():
    show = room("MUG-1")
    transport, subscriber = joined(show)
    show.leave(subscriber, NOW)
    show.leave(subscriber, NOW)
    publish(show, announced())
    assert transport.types() == ["welcome"]
    assert show.idle_since == NOW


def test_deliveries_are_counted():
    show = room("MUG-1")
    for _ in range(3):
        joined(show)
    publish(show, announced("a"), announced("b"))
    text = show.config.metrics.render().decode()
    assert "vetrina_events_delivered_total 6.0" in text
    assert 'vetrina_frames_sent_total{type="events"} 3.0' in text
    assert 'vetrina_joins_total{how="snapshot"} 3.0' in text
    assert "vetrina_fan_out_seconds_count 1.0" in text
