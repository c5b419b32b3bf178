"""Values of the moment: viewers, taps and overlays, of which only the newest are sent."""

from tests.realtime.facts import NOW, room
from tests.realtime.fakes import FakeTransport
from vetrina.realtime.presence import MOST_SIGNALLED, Overlays
from vetrina.realtime.subscriber import Subscriber

NO_OVERLAYS = {"overlays": [], "complete": True}


def joined(to, role="viewer"):
    transport = FakeTransport()
    subscriber = Subscriber(transport, role)
    to.join(subscriber, None, NOW)
    return transport, subscriber


def test_signals_tell_viewers_when_their_number_changed():
    show = room("MUG-1")
    viewer, _ = joined(show)
    overlay, _ = joined(show, "overlay")
    show.counts.signal()
    show.counts.signal()
    _, gone = joined(show)
    show.leave(gone, NOW)
    show.counts.signal()
    assert viewer.frames()[1:] == [{"type": "signal", "viewers": 1}]
    assert overlay.frames()[1:] == [{"type": "signal", "viewers": 1}]


def test_taps_are_for_control_only_and_only_of_the_bag():
    show = room("MUG-1")
    viewer, _ = joined(show)
    control, _ = joined(show, "control")
    show.counts.signal()
    assert show.tap("MUG-1")
    assert show.tap("MUG-1")
    assert not show.tap("NOPE")
    show.counts.signal()
    told = {"type": "signal", "viewers": 1, "taps": {"MUG-1": 2}, **NO_OVERLAYS}
    assert control.frames()[-1] == told
    assert [frame["type"] for frame in viewer.frames()] == ["welcome", "signal"]


def test_control_that_comes_later_learns_of_taps_at_once():
    show = room("MUG-1")
    show.tap("MUG-1")
    show.counts.signal()
    control, _ = joined(show, "control")
    told = {"type": "signal", "viewers": 0, "taps": {"MUG-1": 1}, **NO_OVERLAYS}
    assert control.frames()[-1] == told


def test_control_is_told_of_overlays_that_come_and_go_and_of_nothing_twice():
    show = room("MUG-1")
    control, _ = joined(show, "control")
    viewer, _ = joined(show)
    show.counts.signal()
    control.frames()
    overlay = show.overlays.connect("key_1", "main", "OBS 31.0", NOW)
    show.counts.signal()
    show.counts.signal()
    overlay.active = True
    overlay.painted(1, NOW, NOW)
    show.counts.signal()
    show.overlays.disconnect(overlay, NOW)
    show.counts.signal()
    show.counts.signal()
    (came, painted, went) = [frame["overlays"][0] for frame in control.frames()]
    assert (came["label"], came["connected"], came["painted_seq"]) == ("main", True, None)
    assert (painted["active"], painted["painted_seq"], painted["paint_ms"]) == (True, 1, 0)
    assert not went["connected"]
    assert all("overlays" not in frame for frame in viewer.frames())


def test_an_overlay_that_is_heard_all_the_time_is_no_news_but_one_that_falls_silent_is():
    show = room("MUG-1")
    control, _ = joined(show, "control")
    overlay = show.overlays.connect("key_1", "main", None, NOW)
    show.counts.signal()
    control.frames()
    for _ in range(5):
        show.config.clock.advance(25_000)
        overlay.seen_at = show.config.clock.now_ms()
        show.counts.signal()
    assert control.frames() == []
    show.config.clock.advance(75_000)
    show.counts.signal()
    assert control.frames()[-1]["overlays"][0]["heartbeat_age_ms"] == 75_000


def test_overlays_of_other_processes_are_told_with_ours():
    show = room("MUG-1")
    control, _ = joined(show, "control")
    here = show.overlays.connect("key_1", "main", None, NOW)
    show.overlays.disconnect(here, NOW)
    moved = Overlays().connect("key_1", "main", None, NOW).listed(NOW)
    show.counts.set_remote(0, {}, [moved], complete=False)
    show.counts.signal()
    told = control.frames()[-1]
    assert told["overlays"] == [moved]
    assert not told["complete"]


def test_very_many_overlays_are_not_told_each_time():
    show = room("MUG-1")
    for number in range(MOST_SIGNALLED + 1):
        show.overlays.connect("key_1", f"wall {number}", None, NOW)
    control, _ = joined(show, "control")
    assert control.frames()[-1] == {"type": "signal", "viewers": 0, "taps": {}}


def test_control_that_lagged_is_told_of_overlays_with_its_snapshot():
    show = room("MUG-1")
    control, subscriber = joined(show, "control")
    control.reading = False
    show.overlays.connect("key_1", "main", None, NOW)
    subscriber.lagging_since = NOW
    show.subscribers.lagging.add(subscriber)
    show.counts.signal()
    control.reading = True
    show.check_slow(NOW)
    assert control.frames()[-1]["overlays"][0]["label"] == "main"


def test_who_follows_from_the_shop_hears_all_and_is_not_counted():
    show = room("MUG-1")
    transport = FakeTransport()
    visitor = Subscriber(transport, "viewer", counted=False)
    show.join(visitor, None, NOW)
    joined(show)
    show.counts.signal()
    assert show.counts.viewers == 1
    assert transport.frames()[-1] == {"type": "signal", "viewers": 1}
    show.leave(visitor, NOW)
    show.leave(visitor, NOW)
    assert show.counts.viewers == 1
