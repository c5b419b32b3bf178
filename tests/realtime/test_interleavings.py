"""Whatever the order of joining, publishing, stalling and leaving: no gap, no double, one state.

Small bounds (a history of 12 events, 2 KiB of buffer) make the rare cases common.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.fakes import FakeClock
from tests.properties import at_most
from tests.realtime.facts import NOW, announced, bought, pinned, recorded, replica, state, take
from tests.realtime.fakes import FakeTransport, Watcher
from tests.realtime.test_broadcast import ManualScheduler
from vetrina.live.show_replica import Gap
from vetrina.protocol.snapshot import public_state
from vetrina.realtime.history import History
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.room import Room
from vetrina.realtime.subscriber import SlowConsumerLimits, Subscriber

CLIENTS = 4
LIMITS = SlowConsumerLimits(soft_bytes=2048, hard_bytes=16_384, lag_ms=5_000)
clients = st.integers(0, CLIENTS - 1)


class Interleavings(RuleBasedStateMachine):
    COST_S = 0.0
    """What a look at the clock costs: with it, every round is followed by a pause."""

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.scheduler = ManualScheduler(slice_size=1, cost_s=self.COST_S)
        self.clock = FakeClock(NOW)
        self.room = self.opened(0, "abcdefgh", state("MUG-1", "CUP-2"))
        self.watchers = [Watcher() for _ in range(CLIENTS)]
        self.transports = [None] * CLIENTS
        self.subscribers = [None] * CLIENTS

    def opened(self, seq, epoch, known):
        show = replica(seq=seq, epoch=epoch, history=History(seq, most_events=12))
        show.state = known
        return Room(show, HubConfig(scheduler=self.scheduler, clock=self.clock))

    @rule(texts=st.lists(st.text("abc", max_size=140), max_size=3), purchases=st.integers(0, 12))
    def publish(self, texts, purchases):
        seq = self.room.position.seq
        events = [announced(text, self.now) for text in texts]
        events += [bought(seq + number, self.now) for number in range(purchases)]
        take(self.room, recorded(seq, [*events, pinned("CUP-2", self.now)]))

    @rule(back=st.integers(1, 5), more=st.integers(0, 2))
    def repeat(self, back, more):
        """The bus delivers again what is known, with something new after it."""
        start = max(0, self.room.position.seq - back)
        events = [announced("again", self.now)] * (self.room.position.seq - start + more)
        take(self.room, recorded(start, events))

    @rule(ahead=st.integers(1, 3))
    def lose(self, ahead):
        """The bus lost something: the room must not pretend."""
        before = self.room.position
        try:
            take(self.room, recorded(before.seq + ahead, [announced("late")]))
        except Gap:
            assert self.room.position == before
        else:
            raise AssertionError("a gap went unnoticed")

    @rule(turns=st.integers(1, 4))
    def turn(self, turns):
        """The event loop comes around: a slice is served, or a pause ends."""
        for _ in range(min(turns, len(self.scheduler.calls))):
            self.scheduler.step()

    @rule(client=clients, role=st.sampled_from(["viewer", "overlay"]))
    def connect(self, client, role):
        if self.subscribers[client] is not None:
            return
        transport = FakeTransport(reading=False)
        subscriber = Subscriber(transport, role, LIMITS)
        self.transports[client], self.subscribers[client] = transport, subscriber
        self.room.join(subscriber, self.watchers[client].position, self.now)

    @rule(client=clients)
    def drop(self, client):
        """The connection breaks: what was not read is lost."""
        if self.subscribers[client] is not None:
            self.room.leave(self.subscribers[client], self.now)
            self.subscribers[client] = self.transports[client] = None

    @rule(client=clients)
    def read(self, client):
        if self.transports[client] is not None:
            self.transports[client].read()
            self.watchers[client].take(self.transports[client].frames())

    @rule(ms=st.integers(0, 3_000))
    def wait(self, ms):
        self.now += ms
        self.clock.advance(ms)
        self.room.check_slow(self.now)
        self.room.counts.signal()
        self.forget_closed()

    @rule()
    def restore_under_another_epoch(self):
        """The log was replaced: every position that clients hold is void."""
        for client in range(CLIENTS):
            self.drop(client)
        self.scheduler.run()
        old = self.room
        epoch = "b" + old.position.epoch[:7]
        self.room = self.opened(old.position.seq, epoch, old.state)

    @rule()
    def settle(self):
        """Everybody connects and reads to the end: all believe the same, and it is true."""
        for client in range(CLIENTS):
            self.connect(client, "viewer")
        self.scheduler.run()
        for client in range(CLIENTS):
            self.read(client)
        self.room.check_slow(self.now)
        self.forget_closed()
        for client in range(CLIENTS):
            self.connect(client, "viewer")
            self.read(client)
            self.check(self.watchers[client])

    def check(self, watcher):
        assert watcher.position == self.room.position
        truth = public_state(self.room.state, 0)
        merged = any("count" in entry for entry in watcher.state["ticker"])
        for field in truth.keys() - ({"viewers", "ticker"} if merged else {"viewers"}):
            assert watcher.state[field] == truth[field], field

    def forget_closed(self):
        for client, transport in enumerate(self.transports):
            if transport is not None and transport.closed is not None:
                assert self.subscribers[client] not in self.room.subscribers.viewers
                self.subscribers[client] = self.transports[client] = None

    @invariant()
    def nobody_holds_more_than_the_soft_limit_and_a_frame(self):
        largest = 24 * 1024
        for transport in self.transports:
            assert transport is None or transport.peak_bytes <= LIMITS.soft_bytes + largest


class PausedInterleavings(Interleavings):
    COST_S = 0.001


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=at_most(80), stateful_step_count=40)
TestPausedInterleavings = PausedInterleavings.TestCase
TestPausedInterleavings.settings = TestInterleavings.settings
