"""Viewers, overlays and hosts for people who know locust.

    SHOW=spring-drop CONTROL_KEY=ctl_… locust -f loadtests/locustfile.py --host http://127.0.0.1:8000

| variable | what |
|---|---|
| `SHOW` | the slug of the show; default `demo` |
| `CONTROL_KEY` | lets hosts pin products; without it there are no hosts |
| `OVERLAY_KEY` | lets overlays in; without it there are none |

The rows of type `live`: `connect` (TCP and upgrade), `snapshot` or `resume` (hello to welcome),
`delivery` (from the server's time of an event until it is here, on a clock corrected by pings),
`tap` (to its answer), `painted`. A failure is a refusal, a close by the server, or a gap in the
numbers of events. All users come from one address, and a server lets 500 in from each unless
VETRINA_CONNECTIONS_PER_ADDRESS says otherwise. For more than that take `loadtests`.

What is new in a frame, which close ends it for good and how long to stay away is `protocol/client`;
the rest of its session is left out, since a user here is a greenlet that reads and one that pings.
"""

from __future__ import annotations

import json
import os
import random
import time
from typing import Any

import gevent
import websocket
from locust import HttpUser, User, between, constant_pacing, events, task

from vetrina.protocol.client.backoff import Backoff, Range, usable_range
from vetrina.protocol.client.position import next_events
from vetrina.protocol.client.session import NO_CODE, STABLE_MS
from vetrina.protocol.close_codes import BY_LABEL, reaction_to

SHOW = os.environ.get("SHOW", "demo")
CONTROL_KEY = os.environ.get("CONTROL_KEY", "")
OVERLAY_KEY = os.environ.get("OVERLAY_KEY", "")
TIMEOUT_S = 30
PING_S = 10


class Failed(Exception):
    """A row's failure; the message is what the statistics are grouped by."""


def _record(name: str, took_ms: float, length: int = 0, failure: Exception | None = None) -> None:
    """Add to a row."""
    events.request.fire(
        request_type="live",
        name=name,
        response_time=took_ms,
        response_length=length,
        exception=failure,
        context={},
    )


class LiveUser(User):
    """A socket that is read in the background, and comes back when it is closed."""

    abstract = True
    role = "viewer"

    def on_start(self) -> None:
        """Come in; with a greenlet that reads and one that pings."""
        self.socket: websocket.WebSocket | None = None
        self.position: dict[str, Any] | None = None
        self.skus: list[str] = []
        self.behind_ms = 0.0
        self.pinged_ms = 0.0
        self.taps: dict[str, float] = {}
        self.backoff = Backoff("overlay" if self.role == "overlay" else "viewer", random.random)
        self.closed: tuple[int, Range | None] = NO_CODE, None
        """The code of the last close, and when the server asked to come back."""
        self.greenlets = [gevent.spawn(self._stay), gevent.spawn(self._ping)]

    def on_stop(self) -> None:
        """Leave."""
        gevent.killall(self.greenlets)
        if self.socket is not None:
            self.socket.close()

    def say(self, frame: dict[str, Any]) -> bool:
        """Send a frame; False when nobody is connected."""
        if self.socket is None:
            return False
        try:
            self.socket.send(json.dumps(frame))
        except (OSError, websocket.WebSocketException):
            return False
        return True

    def hello(self) -> dict[str, Any]:
        """The first frame."""
        return {"type": "hello", "v": 1, "role": self.role, "show": SHOW, "last": self.position}

    def applied(self, frame: dict[str, Any]) -> None:
        """Events came, in order."""

    def _stay(self) -> None:
        while True:
            self.closed, began = (NO_CODE, None), time.perf_counter()
            try:
                self._connect()
                self._read()
            except (Failed, OSError, websocket.WebSocketException):
                pass
            finally:
                self.socket = None
            code, advised = self.closed
            if reaction_to(code) == "stop":
                return
            if _since(began) >= STABLE_MS:
                self.backoff.forgive()
            gevent.sleep(self.backoff.next(code, advised) / 1000)

    def _connect(self) -> None:
        address = self.host.rstrip("/").replace("http", "ws", 1) + "/ws"
        began = time.perf_counter()
        try:
            socket = websocket.create_connection(address, timeout=TIMEOUT_S)
        except (OSError, websocket.WebSocketException) as error:
            reason = getattr(error, "status_code", None) or type(error).__name__
            _record("connect", _since(began), failure=Failed(f"not connected: {reason}"))
            raise
        _record("connect", _since(began))
        began = time.perf_counter()
        socket.send(json.dumps(self.hello()))
        text = socket.recv()
        frame = json.loads(text) if text else {"type": "closed"}
        if frame["type"] != "welcome":
            self._note_bye(frame)
            failure = Failed(f"{frame['type']}: {frame.get('code')}")
            _record("snapshot", _since(began), failure=failure)
            socket.close()
            raise failure
        _record("snapshot" if "state" in frame else "resume", _since(began), len(text))
        self._welcomed(frame)
        socket.settimeout(None)
        self.socket = socket

    def _welcomed(self, frame: dict[str, Any]) -> None:
        self.position = {"epoch": frame["epoch"], "seq": frame["seq"]}
        if "state" in frame:
            state = frame["state"]
            self.skus = [each["product"]["sku"] for each in state["pins"] + state["deals"]]

    def _read(self) -> None:
        assert self.socket is not None
        while text := self.socket.recv():
            frame = json.loads(text)
            match frame["type"]:
                case "events":
                    self._events(frame, len(text))
                case "welcome":
                    self._welcomed(frame)
                case "pong":
                    now_ms = time.time() * 1000
                    self.behind_ms = frame["now"] - (self.pinged_ms + now_ms) / 2
                case "ack" | "refused":
                    failure = Failed(frame["code"]) if frame["type"] == "refused" else None
                    _record("tap", _since(self.taps.pop(frame["id"], 0.0)), len(text), failure)
                case "bye":
                    self._note_bye(frame)
                    _record("closed by the server", 0, failure=Failed(frame["code"]))

    def _note_bye(self, frame: dict[str, Any]) -> None:
        code = BY_LABEL.get(str(frame.get("code")), NO_CODE)
        self.closed = int(code), usable_range(frame.get("retry_ms"))

    def _events(self, frame: dict[str, Any], length: int) -> None:
        assert self.position is not None
        new = next_events(self.position["seq"], frame["events"])
        failure = Failed("a gap in the events") if new is None else None
        now_ms = time.time() * 1000 + self.behind_ms
        for event in frame["events"]:
            _record("delivery", max(0.0, now_ms - event["at"]), length, failure)
            failure = None
            if event["type"] == "product_pinned":
                self.skus = [event["pin"]["product"]["sku"]]
        self.position["seq"] = frame["seq"]
        self.applied(frame)

    def _ping(self) -> None:
        while True:
            self.pinged_ms = time.time() * 1000
            self.say({"type": "ping"})
            gevent.sleep(PING_S if self.behind_ms else 0.5)


class Viewer(LiveUser):
    """Watches, and presses the product's link now and then."""

    weight = 50
    wait_time = between(5, 15)

    @task
    def tap(self) -> None:
        """Press the link of what is on screen."""
        if self.skus:
            tap_id = f"t{random.getrandbits(40)}"
            self.taps[tap_id] = time.perf_counter()
            self.say({"type": "tap", "id": tap_id, "sku": self.skus[0]})


class Overlay(LiveUser):
    """A source in OBS: says what it has painted."""

    abstract = not OVERLAY_KEY
    weight = 1
    role = "overlay"
    wait_time = constant_pacing(10)

    def hello(self) -> dict[str, Any]:
        """The key stands for the show."""
        label = f"locust {id(self) % 1000}"
        return {
            "type": "hello", "v": 1, "role": "overlay", "key": OVERLAY_KEY, "label": label,
            "last": self.position,
        }  # fmt: skip

    def applied(self, frame: dict[str, Any]) -> None:
        """It is on screen at once."""
        at = int(time.time() * 1000 + self.behind_ms)
        if self.say({"type": "painted", "seq": frame["seq"], "at": at}):
            _record("painted", max(0, at - frame["events"][-1]["at"]))

    @task
    def visible(self) -> None:
        """The source is shown."""
        self.say({"type": "visible", "visible": True, "active": True})


class Host(HttpUser):
    """Pins the next product every few seconds."""

    abstract = not CONTROL_KEY
    fixed_count = 1
    wait_time = between(2, 4)

    @task
    def pin_next(self) -> None:
        """The host's key."""
        self.client.post(
            f"/api/v1/shows/{SHOW}/commands",
            json={"type": "pin_next"},
            headers={"Authorization": f"Bearer {CONTROL_KEY}"},
            name="pin_next",
        )


def _since(began: float) -> float:
    """Milliseconds since then."""
    return (time.perf_counter() - began) * 1000
