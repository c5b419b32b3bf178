"""Rounds and pauses: who is served when, and what travels together."""

import pytest

from tests.fakes import FakeClock
from tests.realtime.facts import NOW, announced, bought, publish, room
from tests.realtime.fakes import FakeTransport, Watcher
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.fair_scheduling import LONGEST_PAUSE_S
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.subscriber import Subscriber
from vetrina.websocket.framing import SharedFrame


class ManualScheduler:
    """Time stands still until the test moves it; every look at the clock costs `cost_s`."""

    def __init__(self, slice_size=2, cost_s=0.0):
        self.slice = slice_size
        self.cost_s = cost_s
        self.now_s = 0.0
        self.calls = []

    def time(self):
        self.now_s += self.cost_s
        return self.now_s

    def later(self, delay_s, callback):
        self.calls.append((self.now_s + delay_s, callback))

    @property
    def pause_s(self):
        """How long the next thing put off has to wait."""
        return self.calls[0][0] - self.now_s

    def step(self):
        """Do what was put off first."""
        at, callback = self.calls.pop(0)
        self.now_s = max(self.now_s, at)
        callback()

    def run(self):
        while self.calls:
            self.step()


@pytest.fixture
def scheduler():
    return ManualScheduler()


@pytest.fixture
def show(scheduler):
    return room("MUG-1", config=HubConfig(scheduler=scheduler, clock=FakeClock(NOW)))


def join(show, role="viewer", last=None):
    transport = FakeTransport()
    subscriber = Subscriber(transport, role)
    show.join(subscriber, last, NOW)
    transport.taken.clear()
    return transport, subscriber


def texts(transport):
    return [
        event["text"]
        for frame in transport.frames()
        if frame["type"] == "events"
        for event in frame["events"]
    ]


def test_when_it_is_quiet_nobody_waits(show, scheduler):
    transport, _ = join(show)
    publish(show, announced("a"))
    publish(show, announced("b"))
    assert texts(transport) == ["a", "b"]
    assert scheduler.calls == []


def test_many_viewers_are_served_in_slices_with_room_between_them(show, scheduler):
    transports = [join(show)[0] for _ in range(5)]
    publish(show, announced("a"))
    assert [bool(transport.taken) for transport in transports] == [True, True, False, False, False]
    assert scheduler.pause_s == 0
    scheduler.step()
    assert [bool(transport.taken) for transport in transports] == [True, True, True, True, False]
    scheduler.run()
    assert [texts(transport) for transport in transports] == [["a"]] * 5


def test_overlays_and_control_do_not_wait_for_the_viewers(show, scheduler):
    for _ in range(5):
        join(show)
    overlay, _ = join(show, "overlay")
    control, _ = join(show, "control")
    for text in "abc":
        publish(show, announced(text))
    assert texts(overlay) == texts(control) == ["a", "b", "c"]


def test_what_comes_during_a_round_leaves_together_after_it(show, scheduler):
    transports = [join(show)[0] for _ in range(5)]
    for text in "abcd":
        publish(show, announced(text))
    scheduler.run()
    for transport in transports:
        first, second = transport.frames()
        assert [event["text"] for event in first["events"]] == ["a"]
        assert [event["text"] for event in second["events"]] == ["b", "c", "d"]


def test_a_costly_round_is_followed_by_a_pause_of_at_most_twenty_milliseconds(show, scheduler):
    transport, _ = join(show)
    scheduler.cost_s = 0.060
    publish(show, announced("a"))
    assert scheduler.pause_s == pytest.approx(LONGEST_PAUSE_S) == 0.020
    scheduler.cost_s = 0.0
    publish(show, announced("b"))
    assert texts(transport) == ["a"]
    scheduler.run()
    assert texts(transport) == ["b"]


def test_a_cheaper_round_is_followed_by_a_shorter_pause(show, scheduler):
    join(show)
    scheduler.cost_s = 0.002
    publish(show, announced("a"))
    assert scheduler.pause_s == pytest.approx(0.008)


def test_purchases_that_waited_are_merged(show, scheduler):
    transports = [join(show)[0] for _ in range(5)]
    publish(show, announced("a"))
    for number in range(20):
        publish(show, bought(number))
    scheduler.run()
    _, frame = transports[0].frames()
    assert [event["type"] for event in frame["events"]] == ["purchases_merged"]
    assert frame["events"][0]["count"] == 20


def test_who_joins_in_the_middle_gets_nothing_twice(show, scheduler):
    """A newcomer's snapshot knows what the round tells, and what waits for the next one."""
    for _ in range(5):
        join(show)
    publish(show, announced("a"))
    publish(show, announced("b"))
    newcomer, _ = join(show)
    publish(show, announced("c"))
    scheduler.run()
    assert texts(newcomer) == ["c"]


def test_who_resumes_in_the_middle_gets_everything_once(show, scheduler):
    for _ in range(5):
        join(show)
    before = show.position
    publish(show, announced("a"))
    publish(show, announced("b"))
    transport = FakeTransport()
    show.join(Subscriber(transport, "viewer"), before, NOW)
    publish(show, announced("c"))
    scheduler.run()
    assert texts(transport) == ["a", "b", "c"]


def test_who_caught_up_in_the_middle_waits_for_the_end_of_the_round(show, scheduler):
    first, _ = join(show)
    for _ in range(3):
        join(show)
    slow, _ = join(show)
    watcher = Watcher()
    watcher.position = show.position
    slow.reading = False
    slow.send(b"x" * 100_000)
    publish(show, announced("a"))
    scheduler.run()
    assert show.subscribers.lagging
    publish(show, announced("b"))
    slow.waiting.clear()
    slow.reading = True
    show.check_slow(NOW)
    assert slow.frames() == []
    scheduler.run()
    watcher.take(slow.frames())
    assert watcher.position == show.position
    assert texts(first) == ["a", "b"]


def test_who_leaves_in_the_middle_is_sent_nothing_more(show, scheduler):
    for _ in range(3):
        join(show)
    transport, subscriber = join(show)
    publish(show, announced("a"))
    publish(show, announced("b"))
    transport.close(CloseCode.RESTART)
    show.leave(subscriber, NOW)
    scheduler.run()
    assert transport.frames() == []
    assert subscriber not in show.subscribers.lagging


def test_signals_wait_for_the_round_and_only_the_newest_is_sent(show, scheduler):
    transports = [join(show)[0] for _ in range(5)]
    publish(show, announced("a"))
    show.counts.signal()
    join(show)
    show.config.clock.advance(2_000)
    show.counts.signal()
    scheduler.run()
    signals = [frame for frame in transports[0].frames() if frame["type"] == "signal"]
    assert signals == [{"type": "signal", "viewers": 6}]


def test_one_write_for_each_connection_and_round(show, scheduler):
    """However many events a round carries: one frame is made, and everybody takes that one."""
    transports = [join(show)[0] for _ in range(5)]
    publish(show, announced("first"))
    for number in range(30):
        publish(show, announced(str(number)))
    scheduler.run()
    assert [len(transport.taken) for transport in transports] == [2] * 5
    assert len({id(transport.taken[1]) for transport in transports}) == 1


def test_a_large_audience_gets_its_size_less_often_than_control():
    """Telling five thousand every second would cost more than the events do."""
    show = room("MUG-1")
    control, _ = join(show, "control")
    viewer, _ = join(show)
    for _ in range(4_999):
        show.subscribers.add(Subscriber(FakeTransport(), "viewer"))
    counts = []
    for _ in range(11):
        show.counts.signal()
        counts.append(len(viewer.frames()))
        show.subscribers.add(Subscriber(FakeTransport(), "viewer"))
        show.config.clock.advance(1_000)
    assert [second for second, count in enumerate(counts) if count] == [0, 6]
    assert len(control.frames()) == 11


@pytest.mark.parametrize("role", ["viewer", "overlay", "control"])
@pytest.mark.parametrize("closes", [True, False])
def test_a_connection_that_fails_does_not_silence_the_others(show, scheduler, caplog, role, closes):
    """The round ended there, and the room stayed deaf: it waited for the end of that round."""
    before = [join(show)[0] for _ in range(3)]
    failing, _ = join(show, role)
    behind = [join(show)[0] for _ in range(3)]

    def fail(*_):
        raise RuntimeError("no transport")

    failing.take = failing.send = fail
    failing.close = failing.close if closes else fail
    publish(show, announced("a"))
    show.counts.signal()
    scheduler.run()
    publish(show, announced("b"))
    scheduler.run()
    assert [texts(transport) for transport in before + behind] == [["a", "b"]] * 6
    assert failing.closed == (CloseCode.INTERNAL_ERROR if closes else None)
    assert "no transport" in caplog.text


def test_signals_are_not_kept_waiting_by_events_that_never_stop(show, scheduler):
    scheduler.cost_s = 0.002
    transport, _ = join(show)
    publish(show, announced("0"))
    for number in range(1, 9):
        show._broadcast.signal(SharedFrame(b'{"type":"signal"}'))
        publish(show, announced(str(number)))
        scheduler.step()
    scheduler.run()
    frames = transport.frames()
    assert [frame["type"] for frame in frames].count("signal") >= 4
    events = [event for frame in frames for event in frame.get("events", ())]
    assert [event["text"] for event in events] == [str(number) for number in range(9)]


def test_what_waits_is_not_left_out_by_a_frame_that_is_ready(show, scheduler):
    transports = [join(show)[0] for _ in range(3)]

    publish(show, announced("a"))
    publish(show, announced("b"))
    show._broadcast._idle = [].pop
    with pytest.raises(IndexError):
        scheduler.step()
    show._broadcast._idle = lambda: None
    publish(show, announced("c"))
    scheduler.run()
    assert [texts(transport) for transport in transports] == [["a", "b", "c"]] * 3
