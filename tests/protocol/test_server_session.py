import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import Hello, Painted, Ping, Tap, Visible
from vetrina.protocol.server_session import Closing, Refusal, ServerSession, SessionLimits

LIMITS = SessionLimits()
VIEWER = '{"type":"hello","v":1,"role":"viewer","show":"s","last":null}'
OVERLAY = '{"type":"hello","v":1,"role":"overlay","key":"ovl_a"}'
CONTROL = '{"type":"hello","v":1,"role":"control","key":"ctl_a","show":"s"}'
PING = '{"type":"ping"}'
TAP = '{"type":"tap","id":"c1","sku":"MUG-1"}'
PAINTED = '{"type":"painted","seq":3,"at":5}'
VISIBLE = '{"type":"visible","visible":true,"active":false}'


def greeted(hello: str, manners: SessionLimits = LIMITS) -> ServerSession:
    session = ServerSession(manners, 0)
    assert isinstance(session.receive(hello, 0), Hello)
    return session


def code_of(decision: object) -> CloseCode:
    assert isinstance(decision, Closing)
    return decision.code


def test_hello_comes_first_and_tells_the_role():
    session = ServerSession(LIMITS, 0)
    assert session.role is None
    assert session.receive(VIEWER, 5) == Hello(role="viewer", show="s")
    assert session.role == "viewer"
    assert session.received_at == 5


@pytest.mark.parametrize("frame", [PING, TAP, '{"type":"confetti"}'])
def test_nothing_comes_before_hello(frame):
    assert code_of(ServerSession(LIMITS, 0).receive(frame, 1)) == CloseCode.HELLO_EXPECTED


def test_hello_comes_once():
    assert code_of(greeted(VIEWER).receive(VIEWER, 1)) == CloseCode.HELLO_EXPECTED


def test_hello_has_ten_seconds():
    session = ServerSession(LIMITS, 1000)
    assert session.deadline == 11_000
    assert session.overdue(10_999) is None
    assert code_of(session.overdue(11_000)) == CloseCode.HELLO_TIMEOUT


def test_silence_has_two_and_a_half_heartbeats():
    session = greeted(VIEWER)
    session.receive(PING, 20_000)
    assert session.deadline == 82_500
    assert session.overdue(82_499) is None
    assert code_of(session.overdue(82_500)) == CloseCode.SILENT


@pytest.mark.parametrize(
    ("hello", "frame", "decision"),
    [
        (VIEWER, PING, Ping()),
        (VIEWER, TAP, Tap("c1", "MUG-1")),
        (OVERLAY, PAINTED, Painted(3, 5)),
        (OVERLAY, VISIBLE, Visible(True, False)),
        (CONTROL, PING, Ping()),
    ],
)
def test_each_role_may_say_its_own(hello, frame, decision):
    assert greeted(hello).receive(frame, 1) == decision


@pytest.mark.parametrize(
    ("hello", "frame", "frame_id"),
    [(OVERLAY, TAP, "c1"), (CONTROL, TAP, "c1"), (VIEWER, PAINTED, None), (VIEWER, VISIBLE, None)],
)
def test_what_belongs_to_another_role_is_refused(hello, frame, frame_id):
    decision = greeted(hello).receive(frame, 1)
    assert isinstance(decision, Refusal)
    assert (decision.id, decision.code) == (frame_id, "not_allowed")


def test_a_type_from_the_future_is_refused():
    session = greeted(VIEWER)
    decision = session.receive('{"type":"confetti","id":"c9"}', 1)
    assert isinstance(decision, Refusal)
    assert (decision.id, decision.code) == ("c9", "unknown_type")
    assert session.receive(PING, 2) == Ping()


def test_what_is_no_frame_closes_with_its_reason():
    decision = greeted(VIEWER).receive("{", 1)
    assert code_of(decision) == CloseCode.BAD_FRAME
    assert "expected JSON" in decision.message


def test_a_burst_is_allowed_and_then_the_rate_holds():
    manners = SessionLimits(frames_per_s=2, burst=5)
    session = greeted(VIEWER, manners)
    for _ in range(4):
        assert session.receive(PING, 0) == Ping()
    assert session.receive(PING, 500) == Ping()
    assert code_of(session.receive(PING, 900)) == CloseCode.TOO_MANY_FRAMES


@given(st.lists(st.integers(0, 3000), max_size=100))
def test_no_window_has_more_frames_than_the_bucket_gives(pauses):
    manners = SessionLimits(frames_per_s=2, burst=5)
    session = greeted(VIEWER, manners)
    now, taken = 0, [0]
    for pause in pauses:
        now += pause
        if isinstance(session.receive(PING, now), Closing):
            break
        taken.append(now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            most = manners.burst + (taken[last] - taken[first]) * manners.frames_per_s / 1000
            assert last - first + 1 <= most + 1e-6
