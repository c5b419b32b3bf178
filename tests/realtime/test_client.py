"""A client from hello to its end: what its frames do, and what they may not do."""

import orjson
import pytest

from tests.fakes import FakeClock
from tests.realtime.facts import NOW, announced, publish, room
from tests.realtime.fakes import FakeTransport
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import Hello
from vetrina.realtime.client import TAPS_AT_ONCE, Client
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.subscriber import Subscriber


class Peer:
    """A client at its transport, in a room with one product."""

    def __init__(self, role="viewer", **hello):
        self.clock = FakeClock(NOW)
        self.config = HubConfig()
        self.room = room("MUG-1", config=self.config)
        self.transport = FakeTransport()
        self.client = Client(self.transport, self.clock, self.config, "OBS 31.0")
        frame = {"type": "hello", "v": 1, "role": role, "show": "drop", "key": "k", **hello}
        said = self.client.receive(orjson.dumps(frame))
        assert isinstance(said, Hello)
        self.client.admit(self.room, said, "key_1")
        self.transport.frames()

    def say(self, **frame):
        self.client.receive(orjson.dumps(frame))
        return self.transport.frames()

    def metric(self, line):
        return line in self.config.metrics.render().decode().splitlines()


def test_a_ping_is_answered_with_the_time():
    peer = Peer()
    peer.clock.advance(1_234)
    assert peer.say(type="ping") == [{"type": "pong", "now": NOW + 1_234}]


def test_a_tap_is_counted_and_acknowledged():
    peer = Peer()
    control = FakeTransport()
    peer.room.join(Subscriber(control, "control"), None, NOW)
    assert peer.say(type="tap", id="c1", sku="MUG-1") == [{"type": "ack", "id": "c1"}]
    peer.room.counts.signal()
    assert control.frames()[-1]["taps"] == {"MUG-1": 1}


def test_a_tap_beside_the_bag_is_refused():
    (refused,) = Peer().say(type="tap", id="c1", sku="NOPE")
    assert (refused["type"], refused["id"], refused["code"]) == ("refused", "c1", "not_in_bag")


def test_a_finger_that_plays_is_refused_and_may_go_on_later():
    peer = Peer()
    for _ in range(TAPS_AT_ONCE):
        assert peer.say(type="tap", id="c1", sku="MUG-1")[0]["type"] == "ack"
    assert peer.say(type="tap", id="c2", sku="MUG-1")[0]["code"] == "rate_limited"
    peer.clock.advance(500)
    assert peer.say(type="tap", id="c3", sku="MUG-1")[0]["type"] == "ack"


@pytest.mark.parametrize(
    ("role", "frame"),
    [
        ("viewer", {"type": "painted", "seq": 1, "at": NOW}),
        ("viewer", {"type": "visible", "visible": True, "active": True}),
        ("control", {"type": "painted", "seq": 1, "at": NOW}),
        ("overlay", {"type": "tap", "id": "c1", "sku": "MUG-1"}),
        ("control", {"type": "tap", "id": "c1", "sku": "MUG-1"}),
    ],
)
def test_every_role_says_only_its_own(role, frame):
    peer = Peer(role)
    (refused,) = peer.say(**frame)
    assert (refused["type"], refused["code"]) == ("refused", "not_allowed")
    assert peer.transport.closed is None


def test_what_an_overlay_tells_is_listed():
    peer = Peer("overlay", label="main")
    publish(peer.room, announced(at=NOW))
    peer.clock.advance(3_000)
    peer.say(type="visible", visible=True, active=False)
    peer.say(type="painted", seq=1, at=NOW + 40)
    peer.clock.advance(2_000)
    (listed,) = peer.room.overlay_list(peer.clock.now_ms())
    assert [listed] == [
        {
            "id": listed["id"],
            "label": "main",
            "connected": True,
            "lost": False,
            "visible": True,
            "active": False,
            "painted_seq": 1,
            "painted_at": NOW + 40,
            "paint_ms": 40,
            "heartbeat_age_ms": 2_000,
            "engine": "OBS 31.0",
        }
    ]


def test_an_overlay_cannot_have_painted_what_has_not_happened():
    peer = Peer("overlay")
    peer.say(type="painted", seq=1, at=NOW)
    assert peer.room.overlay_list(NOW)[0]["painted_seq"] is None


def test_an_overlay_that_is_gone_stays_listed():
    peer = Peer("overlay")
    peer.client.gone(NOW)
    peer.client.gone(NOW)
    assert peer.room.overlay_list(NOW)[0]["connected"] is False
    assert len(peer.room.subscribers) == 0


def test_an_unknown_type_is_refused_and_the_connection_goes_on():
    peer = Peer()
    (refused,) = peer.say(type="dance", id="c9")
    assert (refused["code"], refused["id"]) == ("unknown_type", "c9")
    assert peer.say(type="ping")[0]["type"] == "pong"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        (b"{", CloseCode.BAD_FRAME),
        (b'{"type":"tap"}', CloseCode.BAD_FRAME),
        (b'{"type":"hello","v":1,"role":"viewer","show":"drop"}', CloseCode.HELLO_EXPECTED),
        (b'"' + b"x" * 20_000 + b'"', CloseCode.FRAME_TOO_LARGE),
    ],
    ids=["no json", "a field is missing", "hello again", "too large"],
)
def test_bad_frames_end_the_connection_and_the_room_is_left_at_once(frame, code):
    peer = Peer()
    peer.client.receive(frame)
    assert peer.transport.closed == code
    assert peer.transport.message
    assert len(peer.room.subscribers) == 0


def test_too_many_frames_end_the_connection():
    peer = Peer()
    for _ in range(peer.config.limits.burst):
        peer.client.receive(b'{"type":"ping"}')
    assert peer.transport.closed == CloseCode.TOO_MANY_FRAMES


def test_a_silent_client_is_closed_after_two_and_a_half_heartbeats():
    peer = Peer()
    peer.clock.advance(60_000)
    peer.say(type="ping")
    peer.clock.advance(62_499)
    peer.client.check()
    assert peer.transport.closed is None
    peer.clock.advance(1)
    peer.client.check()
    assert peer.transport.closed == CloseCode.SILENT


def test_hello_must_come_within_ten_seconds():
    clock = FakeClock(NOW)
    transport = FakeTransport()
    client = Client(transport, clock, HubConfig())
    clock.advance(9_999)
    client.check()
    assert transport.closed is None
    clock.advance(1)
    client.check()
    assert transport.closed == CloseCode.HELLO_TIMEOUT


def test_connections_are_counted_by_role():
    peer = Peer("overlay")
    assert peer.metric('vetrina_connections{role="overlay"} 1.0')
    peer.client.close(CloseCode.RESTART)
    peer.client.gone(NOW)
    assert peer.metric('vetrina_connections{role="overlay"} 0.0')
    assert peer.metric('vetrina_frames_received_total{type="hello"} 1.0')
