from itertools import cycle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.fixtures import load
from tests.protocol.test_messages import json_values
from vetrina.protocol.client.session import Session
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import Hello

SCRIPTS = load("session")["scripts"]
VIEWER = Hello(role="viewer", show="spring-drop")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["name"])
def test_a_script(script):
    randoms = cycle(script["random"])
    session = Session(Hello(**script["hello"]), lambda: next(randoms))
    for step in script["steps"]:
        call, *values = step["in"].values()
        out = getattr(session, call)(step["now"], *values)
        got = {"out": out, "state": session.state, "position": session.position}
        assert got == {key: step[key] for key in got}


seqs = st.integers(0, 30)
welcomes = st.fixed_dictionaries(
    {"type": st.just("welcome"), "epoch": st.sampled_from("ab"), "seq": seqs},
    optional={"state": st.just({"panic": False}), "heartbeat_ms": json_values, "now": seqs},
)
event_frames = st.tuples(seqs, st.integers(0, 4)).map(
    lambda run: {
        "type": "events",
        "seq": run[0] + run[1] - 1,
        "events": [{"seq": run[0] + offset, "type": "calmed"} for offset in range(run[1])],
    }
)
byes = st.fixed_dictionaries(
    {"type": st.just("bye"), "code": st.sampled_from([code.label for code in CloseCode])},
    optional={"retry_ms": st.just([100, 200]) | json_values},
)
frames = welcomes | event_frames | byes | st.just({"type": "pong", "now": 5}) | json_values
codes = st.sampled_from([1000, 1006, *CloseCode]).filter(lambda code: code < 4500)
inputs = st.one_of(
    st.tuples(st.sampled_from(("opened", "tick", "wake"))),
    st.tuples(st.just("closed"), codes),
    st.tuples(st.just("frame"), frames),
)
courses = st.lists(st.tuples(st.sampled_from((0, 10, 3_000, 70_000)), inputs), max_size=60)
randoms = st.floats(0, 1, exclude_max=True)


@given(courses, randoms)
def test_only_a_stopped_session_has_nothing_to_wait_for(course, random):
    session = Session(VIEWER, lambda: random)
    scheduled, now = None, 0
    for pause, (call, *values) in [(0, ("start",)), *course]:
        now += pause
        for action in getattr(session, call)(now, *values):
            if action["do"] == "schedule":
                scheduled = action["at"]
        assert scheduled == session.wake_at
        assert (scheduled is None) == (session.state == "stopped")


@given(courses, randoms)
def test_there_is_one_socket_at_a_time_and_frames_need_it(course, random):
    session = Session(VIEWER, lambda: random)
    sockets, now = 0, 0
    for pause, (call, *values) in [(0, ("start",)), *course]:
        now += pause
        if call == "closed" and session.state not in ("waiting", "stopped"):
            sockets -= 1
        for action in getattr(session, call)(now, *values):
            sockets += {"open": 1, "close": -1}.get(action["do"], 0)
            assert action["do"] != "send" or sockets == 1
            assert sockets in (0, 1)
        assert sockets == (session.state not in ("waiting", "stopped"))


@given(courses, randoms)
def test_events_are_delivered_once_and_in_order(course, random):
    session = Session(VIEWER, lambda: random)
    now, last = 0, None
    for pause, (call, *values) in [(0, ("start",)), *course]:
        now += pause
        for action in getattr(session, call)(now, *values):
            if action["do"] == "snapshot":
                last = values[0]["seq"]
            elif action["do"] == "events":
                for event in action["events"]:
                    assert event["seq"] == last + 1
                    last = event["seq"]
        if session.position is not None:
            assert session.position["seq"] == last


@given(courses, randoms)
def test_time_alone_leads_back_to_a_try(course, random):
    session = Session(VIEWER, lambda: random)
    now = 0
    session.start(now)
    for pause, (call, *values) in course:
        now += pause
        getattr(session, call)(now, *values)
    for _ in range(200):
        if session.state in ("connecting", "stopped"):
            break
        now = max(now, int(session.wake_at) + 1)
        session.tick(now)
    assert session.state in ("connecting", "stopped")
