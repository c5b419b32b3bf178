"""Rounds and pauses: who is served when, and what travels together."""

import pytest

from tests.fakes import FakeClock
from tests.realtime.facts import NOW, announced, bought, publish, room
from tests.realtime.fakes import FakeMember, Watcher
from vetrina.metrics import Metrics
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.fair_scheduling import LONGEST_PAUSE_S
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.subscriber import Subscriber
from vetrina.websocket.framing import SharedFrame


class ManualPacing:
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
def pacing():
    return ManualPacing()


@pytest.fixture
def show(pacing):
    show = room("MUG-1")
    show.house = HubConfig(Metrics(), pacing=pacing, clock=FakeClock(NOW))
    return show


def join(show, role="viewer", last=None):
    member = FakeMember()
    seat = Subscriber(member, role)
    show.join(seat, last, NOW)
    member.taken.clear()
    return member, seat


def texts(member):
    return [
        event["text"]
        for frame in member.frames()
        if frame["type"] == "events"
        for event in frame["events"]
    ]


def test_when_it_is_quiet_nobody_waits(show, pacing):
    member, _ = join(show)
    publish(show, announced("a"))
    publish(show, announced("b"))
    assert texts(member) == ["a", "b"]
    assert pacing.calls == []


def test_a_crowd_is_served_in_slices_with_room_between_them(show, pacing):
    members = [join(show)[0] for _ in range(5)]
    publish(show, announced("a"))
    assert [bool(member.taken) for member in members] == [True, True, False, False, False]
    assert pacing.pause_s == 0
    pacing.step()
    assert [bool(member.taken) for member in members] == [True, True, True, True, False]
    pacing.run()
    assert [texts(member) for member in members] == [["a"]] * 5


def test_overlays_and_control_do_not_wait_for_the_crowd(show, pacing):
    for _ in range(5):
        join(show)
    overlay, _ = join(show, "overlay")
    control, _ = join(show, "control")
    for text in "abc":
        publish(show, announced(text))
    assert texts(overlay) == texts(control) == ["a", "b", "c"]


def test_what_comes_during_a_round_leaves_together_after_it(show, pacing):
    members = [join(show)[0] for _ in range(5)]
    for text in "abcd":
        publish(show, announced(text))
    pacing.run()
    for member in members:
        first, second = member.frames()
        assert [event["text"] for event in first["events"]] == ["a"]
        assert [event["text"] for event in second["events"]] == ["b", "c", "d"]


def test_a_costly_round_is_followed_by_a_pause_of_at_most_twenty_milliseconds(show, pacing):
    member, _ = join(show)
    pacing.cost_s = 0.060
    publish(show, announced("a"))
    assert pacing.pause_s == pytest.approx(LONGEST_PAUSE_S) == 0.020
    pacing.cost_s = 0.0
    publish(show, announced("b"))
    assert texts(member) == ["a"]
    pacing.run()
    assert texts(member) == ["b"]


def test_a_cheaper_round_is_followed_by_a_shorter_pause(show, pacing):
    join(show)
    pacing.cost_s = 0.002
    publish(show, announced("a"))
    assert pacing.pause_s == pytest.approx(0.008)


def test_purchases_that_waited_are_merged(show, pacing):
    members = [join(show)[0] for _ in range(5)]
    publish(show, announced("a"))
    for number in range(20):
        publish(show, bought(number))
    pacing.run()
    _, frame = members[0].frames()
    assert [event["type"] for event in frame["events"]] == ["purchases_merged"]
    assert frame["events"][0]["count"] == 20


def test_who_joins_in_the_middle_is_told_nothing_twice(show, pacing):
    """A newcomer's snapshot knows what the round tells, and what waits for the next one."""
    for _ in range(5):
        join(show)
    publish(show, announced("a"))
    publish(show, announced("b"))
    newcomer, _ = join(show)
    publish(show, announced("c"))
    pacing.run()
    assert texts(newcomer) == ["c"]


def test_who_resumes_in_the_middle_is_told_everything_once(show, pacing):
    for _ in range(5):
        join(show)
    before = show.position
    publish(show, announced("a"))
    publish(show, announced("b"))
    member = FakeMember()
    show.join(Subscriber(member, "viewer"), before, NOW)
    publish(show, announced("c"))
    pacing.run()
    assert texts(member) == ["a", "b", "c"]


def test_who_caught_up_in_the_middle_waits_for_the_end_of_the_round(show, pacing):
    first, _ = join(show)
    for _ in range(3):
        join(show)
    slow, _ = join(show)
    watcher = Watcher()
    watcher.position = show.position
    slow.reading = False
    slow.send(b"x" * 100_000)
    publish(show, announced("a"))
    pacing.run()
    assert show.seating.lagging
    publish(show, announced("b"))
    slow.waiting.clear()
    slow.reading = True
    show.look_after_slow(NOW)
    assert slow.frames() == []
    pacing.run()
    watcher.take(slow.frames())
    assert watcher.position == show.position
    assert texts(first) == ["a", "b"]


def test_who_leaves_in_the_middle_is_sent_nothing_more(show, pacing):
    for _ in range(3):
        join(show)
    member, seat = join(show)
    publish(show, announced("a"))
    publish(show, announced("b"))
    member.close(CloseCode.RESTART)
    show.leave(seat, NOW)
    pacing.run()
    assert member.frames() == []
    assert seat not in show.seating.lagging


def test_signals_wait_for_the_round_and_only_the_newest_is_told(show, pacing):
    members = [join(show)[0] for _ in range(5)]
    publish(show, announced("a"))
    show.signal()
    join(show)
    show.house.clock.advance(1_000)
    show.signal()
    pacing.run()
    signals = [frame for frame in members[0].frames() if frame["type"] == "signal"]
    assert signals == [{"type": "signal", "viewers": 6}]


def test_one_write_for_each_connection_and_round(show, pacing):
    """However many events a round carries: one frame is made, and everybody takes that one."""
    members = [join(show)[0] for _ in range(5)]
    publish(show, announced("first"))
    for number in range(30):
        publish(show, announced(str(number)))
    pacing.run()
    assert [len(member.taken) for member in members] == [2] * 5
    assert len({id(member.taken[1]) for member in members}) == 1


def test_a_large_crowd_hears_of_its_size_less_often_than_control():
    """Telling five thousand every second would cost more than the events do."""
    show = room("MUG-1")
    show.house = HubConfig(Metrics(), clock=FakeClock(NOW))
    control, _ = join(show, "control")
    viewer, _ = join(show)
    for _ in range(4_999):
        show.seating.add(Subscriber(FakeMember(), "viewer"))
    counts = []
    for _ in range(11):
        show.signal()
        counts.append(len(viewer.frames()))
        show.seating.add(Subscriber(FakeMember(), "viewer"))
        show.house.clock.advance(1_000)
    assert [second for second, count in enumerate(counts) if count] == [0, 6]
    assert len(control.frames()) == 11


@pytest.mark.parametrize("role", ["viewer", "overlay", "control"])
@pytest.mark.parametrize("closes", [True, False])
def test_a_connection_that_fails_does_not_silence_the_others(show, pacing, caplog, role, closes):
    """The round ended there, and the room stayed deaf: it waited for the end of that round."""
    before = [join(show)[0] for _ in range(3)]
    failing, _ = join(show, role)
    behind = [join(show)[0] for _ in range(3)]

    def fail(*_):
        raise RuntimeError("no transport")

    failing.take = failing.send = fail
    failing.close = failing.close if closes else fail
    publish(show, announced("a"))
    show.signal()
    pacing.run()
    publish(show, announced("b"))
    pacing.run()
    assert [texts(member) for member in before + behind] == [["a", "b"]] * 6
    assert failing.closed == (CloseCode.INTERNAL_ERROR if closes else None)
    assert "no transport" in caplog.text


def test_signals_are_not_kept_waiting_by_events_that_never_stop(show, pacing):
    pacing.cost_s = 0.002
    member, _ = join(show)
    publish(show, announced("0"))
    for number in range(1, 9):
        show._flow.signal(SharedFrame(b'{"type":"signal"}'))
        publish(show, announced(str(number)))
        pacing.step()
    pacing.run()
    frames = member.frames()
    assert [frame["type"] for frame in frames].count("signal") >= 4
    events = [event for frame in frames for event in frame.get("events", ())]
    assert [event["text"] for event in events] == [str(number) for number in range(9)]


def test_what_waits_is_not_left_out_by_a_frame_that_is_ready(show, pacing):
    members = [join(show)[0] for _ in range(3)]

    publish(show, announced("a"))
    publish(show, announced("b"))
    show._flow.on_rest = [].pop
    with pytest.raises(IndexError):
        pacing.step()
    show._flow.on_rest = None
    publish(show, announced("c"))
    pacing.run()
    assert [texts(member) for member in members] == [["a", "b", "c"]] * 3
