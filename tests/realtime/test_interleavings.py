"""Whatever the order of joining, publishing, stalling and leaving: no gap, no double, one state.

Small bounds (a backlog of 12 events, 2 KiB of patience) make the rare cases common.
"""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.properties import at_most
from tests.realtime.facts import NOW, announced, bought, pinned, recorded, room
from tests.realtime.fakes import FakeMember, Watcher
from tests.realtime.test_broadcast import ManualPacing
from vetrina.protocol.snapshot import public_state
from vetrina.realtime.history import History
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.room import Gap, Room
from vetrina.realtime.subscriber import SlowConsumerLimits, Subscriber

CLIENTS = 4
PATIENCE = SlowConsumerLimits(soft_bytes=2048, hard_bytes=16_384, lag_ms=5_000)
clients = st.integers(0, CLIENTS - 1)


class Interleavings(RuleBasedStateMachine):
    COST_S = 0.0
    """What a look at the clock costs: with it, every round is followed by a pause."""

    def __init__(self):
        super().__init__()
        self.now = NOW
        self.pacing = ManualPacing(slice_size=1, cost_s=self.COST_S)
        self.room = self.with_small_backlog(room("MUG-1", "CUP-2"))
        self.watchers = [Watcher() for _ in range(CLIENTS)]
        self.members = [None] * CLIENTS
        self.seats = [None] * CLIENTS

    def with_small_backlog(self, show):
        show._backlog = History(show.position.seq, most_events=12)
        show.house = HubConfig(pacing=self.pacing)
        return show

    @rule(texts=st.lists(st.text("abc", max_size=140), max_size=3), purchases=st.integers(0, 12))
    def publish(self, texts, purchases):
        seq = self.room.position.seq
        events = [announced(text, self.now) for text in texts]
        events += [bought(seq + number, self.now) for number in range(purchases)]
        self.room.advance(recorded(seq, [*events, pinned("CUP-2", self.now)]), self.now)

    @rule(back=st.integers(1, 5), more=st.integers(0, 2))
    def repeat(self, back, more):
        """The bus delivers again what is known, with something new after it."""
        start = max(0, self.room.position.seq - back)
        events = [announced("again", self.now)] * (self.room.position.seq - start + more)
        self.room.advance(recorded(start, events), self.now)

    @rule(ahead=st.integers(1, 3))
    def lose(self, ahead):
        """The bus lost something: the room must not pretend."""
        before = self.room.position
        try:
            self.room.advance(recorded(before.seq + ahead, [announced("late")]), self.now)
        except Gap:
            assert self.room.position == before
        else:
            raise AssertionError("a gap went unnoticed")

    @rule(turns=st.integers(1, 4))
    def turn(self, turns):
        """The event loop comes around: a slice is served, or a pause ends."""
        for _ in range(min(turns, len(self.pacing.calls))):
            self.pacing.step()

    @rule(client=clients, role=st.sampled_from(["viewer", "overlay"]))
    def connect(self, client, role):
        if self.seats[client] is not None:
            return
        member = FakeMember(reading=False)
        seat = Subscriber(member, role, PATIENCE)
        self.members[client], self.seats[client] = member, seat
        self.room.join(seat, self.watchers[client].position, self.now)

    @rule(client=clients)
    def drop(self, client):
        """The line breaks: what was not read is lost."""
        if self.seats[client] is not None:
            self.room.leave(self.seats[client], self.now)
            self.seats[client] = self.members[client] = None

    @rule(client=clients)
    def read(self, client):
        if self.members[client] is not None:
            self.members[client].read()
            self.watchers[client].take(self.members[client].frames())

    @rule(ms=st.integers(0, 3_000))
    def wait(self, ms):
        self.now += ms
        self.room.look_after_slow(self.now)
        self.room.signal()
        self.forget_closed()

    @rule()
    def restore_under_another_epoch(self):
        """The log was replaced: every position that clients hold is void."""
        for client in range(CLIENTS):
            self.drop(client)
        self.pacing.run()
        old = self.room
        epoch = "b" + old.position.epoch[:7]
        self.room = self.with_small_backlog(Room("drop", epoch, old.position.seq, old.state))

    @rule()
    def settle(self):
        """Everybody connects and reads to the end: all believe the same, and it is true."""
        for client in range(CLIENTS):
            self.connect(client, "viewer")
        self.pacing.run()
        for client in range(CLIENTS):
            self.read(client)
        self.room.look_after_slow(self.now)
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
        for client, member in enumerate(self.members):
            if member is not None and member.closed is not None:
                assert self.seats[client] not in self.room.seating.viewers
                self.seats[client] = self.members[client] = None

    @invariant()
    def nobody_holds_more_than_the_soft_limit_and_a_frame(self):
        largest = 24 * 1024
        for member in self.members:
            assert member is None or member.peak_bytes <= PATIENCE.soft_bytes + largest


class PausedInterleavings(Interleavings):
    COST_S = 0.001


TestInterleavings = Interleavings.TestCase
TestInterleavings.settings = settings(max_examples=at_most(80), stateful_step_count=40)
TestPausedInterleavings = PausedInterleavings.TestCase
TestPausedInterleavings.settings = TestInterleavings.settings
