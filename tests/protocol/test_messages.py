import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.show.events import Position
from vetrina.protocol import messages
from vetrina.protocol.close_codes import CloseCode
from vetrina.protocol.messages import (
    FrameError,
    Hello,
    Painted,
    Ping,
    Tap,
    Unknown,
    Visible,
    parse_client_frame,
)

VIEWER = {"type": "hello", "v": 1, "role": "viewer", "show": "spring-drop", "last": None}
LAST = {"epoch": "kqwhzbea", "seq": 17}

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
words = ["type", "v", "role", "show", "key", "label", "last", "epoch", "seq", "id", "sku", "at"]
kinds = st.sampled_from(["hello", "ping", "tap", "painted", "visible", "viewer", "overlay", "x"])
near_misses = st.dictionaries(
    st.sampled_from([*words, "visible", "active"]), kinds | json_values | st.just(1)
)


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        (VIEWER, Hello(role="viewer", show="spring-drop")),
        (
            {**VIEWER, "last": LAST},
            Hello(role="viewer", show="spring-drop", last=Position("kqwhzbea", 17)),
        ),
        (
            {"type": "hello", "v": 1, "role": "overlay", "key": "ovl_a", "label": "main"},
            Hello(role="overlay", key="ovl_a", label="main"),
        ),
        (
            {"type": "hello", "v": 1, "role": "control", "key": "ctl_a", "show": "s", "label": ""},
            Hello(role="control", key="ctl_a", show="s"),
        ),
        ({"type": "ping", "from": "the future"}, Ping()),
        ({"type": "tap", "id": "c1", "sku": "MUG-1"}, Tap("c1", "MUG-1")),
        ({"type": "painted", "seq": 43, "at": 1763690000123}, Painted(43, 1763690000123)),
        ({"type": "visible", "visible": True, "active": None}, Visible(True, None)),
        ({"type": "confetti", "id": "c2"}, Unknown("confetti", "c2")),
        ({"type": "confetti", "id": 7}, Unknown("confetti", None)),
    ],
)
@pytest.mark.parametrize("as_bytes", [True, False])
def test_what_a_client_may_say(sent, read, as_bytes):
    text = json.dumps(sent)
    assert parse_client_frame(text.encode() if as_bytes else text) == read


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("", CloseCode.BAD_FRAME),
        ("{", CloseCode.BAD_FRAME),
        ("[]", CloseCode.BAD_FRAME),
        ("null", CloseCode.BAD_FRAME),
        ('{"type": null}', CloseCode.BAD_FRAME),
        ('{"type": ""}', CloseCode.BAD_FRAME),
        (b"\xff", CloseCode.BAD_FRAME),
        ("[" * 8000, CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "v": 2}), CloseCode.BAD_VERSION),
        (json.dumps({**VIEWER, "v": "1"}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "v": True}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "role": "guest"}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "role": ["viewer"]}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "show": None}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "show": "s" * 129}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "role": "control"}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "last": 17}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "last": {**LAST, "seq": -1}}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "last": {**LAST, "seq": 1.5}}), CloseCode.BAD_FRAME),
        (json.dumps({**VIEWER, "last": {**LAST, "seq": 2**53}}), CloseCode.BAD_FRAME),
        (json.dumps({"type": "tap", "sku": "MUG-1"}), CloseCode.BAD_FRAME),
        (json.dumps({"type": "visible", "visible": 1}), CloseCode.BAD_FRAME),
        (" " * (messages.FRAME_BYTES + 1), CloseCode.FRAME_TOO_LARGE),
        ("é" * (messages.FRAME_BYTES // 2 + 1), CloseCode.FRAME_TOO_LARGE),
    ],
)
def test_what_ends_a_connection(sent, code):
    with pytest.raises(FrameError) as caught:
        parse_client_frame(sent)
    assert caught.value.code == code
    assert "expected" in caught.value.message


@given(st.text() | st.binary() | json_values.map(json.dumps) | near_misses.map(json.dumps))
def test_nothing_but_frame_error_is_raised(data):
    try:
        frame = parse_client_frame(data)
    except FrameError as error:
        assert error.code.reaction == "stop"
    else:
        assert isinstance(frame, Hello | Ping | Tap | Painted | Visible | Unknown)


def test_a_key_is_in_no_error():
    hello = {"type": "hello", "v": 1, "role": "overlay", "key": "ovl_secret" * 40}
    with pytest.raises(FrameError) as caught:
        parse_client_frame(json.dumps(hello))
    assert "ovl_secret" not in str(caught.value)


def test_welcome_with_a_snapshot_and_without():
    position = Position("kqwhzbea", 42)
    said = {"now": 1763690000123, "heartbeat_ms": 25000, "assets": "9f31c2"}
    full = messages.welcome("spring-drop", position, **said, state=b'{"panic":false}')
    resumed = messages.welcome("spring-drop", position, **said, state=None)
    head = {"type": "welcome", "v": 1, "show": "spring-drop", "epoch": "kqwhzbea", "seq": 42}
    assert json.loads(full) == {**head, **said, "state": {"panic": False}}
    assert json.loads(resumed) == {**head, **said}


def test_events_are_joined_as_they_were_encoded():
    frame = messages.events(45, 1763690000123, [b'{"seq":44}', b'{"seq":45}'])
    assert (
        frame == b'{"type":"events","seq":45,"now":1763690000123,"events":[{"seq":44},{"seq":45}]}'
    )
    assert json.loads(messages.events(3, 1, []))["events"] == []


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (messages.signal(1234), {"type": "signal", "viewers": 1234}),
        (
            messages.signal(1, {"MUG-1": 18}),
            {"type": "signal", "viewers": 1, "taps": {"MUG-1": 18}},
        ),
        (messages.pong(1763690000123), {"type": "pong", "now": 1763690000123}),
        (messages.ack('c"1'), {"type": "ack", "id": 'c"1'}),
        (
            messages.refused(None, "not_allowed", "No."),
            {"type": "refused", "id": None, "code": "not_allowed", "message": "No."},
        ),
        (
            messages.bye(CloseCode.SLOW, (500, 3000)),
            {
                "type": "bye",
                "code": "slow",
                "retry_ms": [500, 3000],
                "message": CloseCode.SLOW.reason,
            },
        ),
        (
            messages.bye(CloseCode.BAD_FRAME, message="v: expected 1"),
            {"type": "bye", "code": "bad_frame", "retry_ms": None, "message": "v: expected 1"},
        ),
    ],
)
def test_what_the_server_says(frame, said):
    assert json.loads(frame) == said
