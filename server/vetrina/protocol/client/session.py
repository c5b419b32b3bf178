"""The client's half of the conversation: the twin of `static/js/client/session.js`. Pure.

Every input takes the time in milliseconds and returns the actions to carry out, in order; both
twins run the scripts of `tests/fixtures/session.json`.

    waiting → connecting → greeting → live     and back to waiting after any loss
                                      stopped  for good: by stop(), or by a code that says so

Actions, by their `do`:

    open                               open a socket, then call opened() or closed()
    close {code}                       close the socket and forget it: no closed() for it
    send {frame}                       send this frame
    schedule {at}                      call tick() at this time instead of the last one; null: never
    status {status, name, retry_at}    for people: connecting, live, offline, stopped
    clock {now, sent_at, received_at}  a sample of the server's clock
    snapshot {state}                   replaces everything known
    events {events}                    in order, none missing, none twice
    signal {frame} · answer {frame} · assets {assets}
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

from vetrina.protocol.client.backoff import Backoff, Range, usable_range
from vetrina.protocol.client.heartbeat import Heartbeat
from vetrina.protocol.client.position import next_events, reads
from vetrina.protocol.close_codes import BY_LABEL, CloseCode, label_of, reaction_to
from vetrina.protocol.messages import VERSION, Hello

OPEN_MS: Final = 10_000
WELCOME_MS: Final = 10_000
STABLE_MS: Final = 10_000
"""A connection this old forgives earlier failures."""
BYE_MS: Final = 2_000
"""From `bye` to the close that belongs to it."""
NORMAL: Final = 1000
NO_CODE: Final = 1006

State = Literal["waiting", "connecting", "greeting", "live", "stopped"]
Action = dict[str, Any]

_STATUS: Final[dict[State, str]] = {
    "waiting": "offline",
    "connecting": "connecting",
    "greeting": "connecting",
    "live": "live",
    "stopped": "stopped",
}


@dataclass(frozen=True, slots=True)
class _Bye:
    number: int | None
    retry_ms: Range | None
    until: int


class Session:
    """One client over all its connections. `hello.last` is ignored: the session knows better."""

    def __init__(self, hello: Hello, random: Callable[[], float]) -> None:
        self.state: State = "waiting"
        self.position: dict[str, Any] | None = None
        """`{"epoch", "seq"}`: everything up to here was delivered."""
        self._hello = hello
        self._random = random
        self._backoff = Backoff(hello.role, random)
        self._heartbeat = Heartbeat()
        self._out: list[Action] = []
        self._scheduled: float | None = None
        self._deadline: int | None = None
        self._bye: _Bye | None = None
        self._since = 0

    def start(self, now: int) -> list[Action]:
        """Begin: nothing is scheduled before."""
        if self.state == "waiting":
            self._connect(now)
        return self._flush()

    def opened(self, now: int) -> list[Action]:
        """The socket is open."""
        if self.state == "connecting":
            self._greet(now)
        return self._flush()

    def frame(self, now: int, frame: Any) -> list[Action]:
        """A frame came, as parsed JSON; what is not understood is ignored."""
        if self.state in ("greeting", "live"):
            self._heartbeat.received(now)
            self._read(now, frame)
            self._beat(now)
        return self._flush()

    def closed(self, now: int, code: int = NO_CODE) -> list[Action]:
        """The socket is gone."""
        if self._has_socket:
            self._lost(now, code)
        return self._flush()

    def tick(self, now: int) -> list[Action]:
        """The scheduled time has come; early or often does no harm."""
        self._expire(now)
        self._beat(now)
        return self._flush()

    def wake(self, now: int) -> list[Action]:
        """The page is shown, or the network is back: try now, or probe the connection."""
        self._expire(now)
        if self.state == "waiting":
            self._connect(now)
        if self.state == "live" and not self._heartbeat.probing and self._bye is None:
            self._ping(now)
            self._heartbeat.probe(now)
        return self._flush()

    def stop(self, now: int) -> list[Action]:
        """Nothing happens after this, for good."""
        if self._has_socket:
            self._out.append({"do": "close", "code": NORMAL})
        if self.state != "stopped":
            self._enter("stopped", now, None)
        return self._flush()

    @property
    def wake_at(self) -> float | None:
        """When tick() is due; None only when stopped or not yet started."""
        own = self._heartbeat.wake_at if self.state == "live" else self._deadline
        if not self._has_socket or self._bye is None:
            return own
        return self._bye.until if own is None else min(own, self._bye.until)

    @property
    def _has_socket(self) -> bool:
        return self.state not in ("waiting", "stopped")

    def _flush(self) -> list[Action]:
        actions, self._out = self._out, []
        at = self.wake_at
        if at != self._scheduled:
            actions.append({"do": "schedule", "at": at})
        self._scheduled = at
        return actions

    def _enter(self, state: State, now: int, deadline: int | None, name: str | None = None) -> None:
        same = _STATUS[self.state] == _STATUS[state]
        self.state = state
        self._since = now
        self._deadline = deadline
        if not same:
            retry_at = deadline if state == "waiting" else None
            status = {"status": _STATUS[state], "name": name, "retry_at": retry_at}
            self._out.append({"do": "status", **status})

    def _connect(self, now: int) -> None:
        self._bye = None
        self._enter("connecting", now, now + OPEN_MS)
        self._out.append({"do": "open"})

    def _greet(self, now: int) -> None:
        self._enter("greeting", now, now + WELCOME_MS)
        hello = self._hello
        fields = {"role": hello.role, "show": hello.show, "key": hello.key, "label": hello.label}
        given = {field: value for field, value in fields.items() if value is not None}
        frame = {"type": "hello", "v": VERSION, **given, "last": self.position}
        self._out.append({"do": "send", "frame": frame})

    def _read(self, now: int, frame: Any) -> None:
        if not reads(frame):
            return
        match frame["type"]:
            case "welcome":
                self._welcomed(now, frame)
            case "events":
                self._events_came(now, frame)
            case "signal":
                self._out.append({"do": "signal", "frame": frame})
            case "pong":
                self._clocked(frame, self._heartbeat.answered(), now)
            case "ack" | "refused":
                self._out.append({"do": "answer", "frame": frame})
            case "bye":
                self._heard_bye(now, frame)

    def _welcomed(self, now: int, frame: dict[str, Any]) -> None:
        state, position = frame.get("state"), self.position
        kept = self.state == "greeting" and position and position["epoch"] == frame["epoch"]
        if state is None and not kept:
            self.position = None
            self._resync(now)
            return
        self._heartbeat.every(frame.get("heartbeat_ms"))
        if self.state == "greeting":
            self._become_live(now, frame)
        if state is not None:
            self.position = {"epoch": frame["epoch"], "seq": frame["seq"]}
            self._out.append({"do": "snapshot", "state": state})
        if isinstance(frame.get("assets"), str):
            self._out.append({"do": "assets", "assets": frame["assets"]})

    def _become_live(self, now: int, frame: dict[str, Any]) -> None:
        self._clocked(frame, self._since, now)
        self._heartbeat.begin(now, self._random())
        self._enter("live", now, None)

    def _clocked(self, frame: dict[str, Any], sent_at: int | None, received_at: int) -> None:
        now = frame.get("now")
        if sent_at is not None and isinstance(now, int | float):
            times = {"now": now, "sent_at": sent_at, "received_at": received_at}
            self._out.append({"do": "clock", **times})

    def _events_came(self, now: int, frame: dict[str, Any]) -> None:
        if self.state != "live" or self.position is None:
            return
        seq = self.position["seq"]
        if frame["seq"] <= seq:
            return
        events = next_events(seq, frame["events"])
        if events is None:
            self._resync(now)
        else:
            self.position = {**self.position, "seq": frame["seq"]}
            self._out.append({"do": "events", "events": events})

    def _heard_bye(self, now: int, frame: dict[str, Any]) -> None:
        """The code in `bye` counts more than the close code, which a proxy may replace."""
        code = BY_LABEL.get(str(frame.get("code")))
        self._bye = _Bye(code, usable_range(frame.get("retry_ms")), now + BYE_MS)

    def _expire(self, now: int) -> None:
        if self._has_socket and self._bye is not None and now >= self._bye.until:
            self._drop(now, NORMAL, NO_CODE)
        elif self.state == "live":
            if self._heartbeat.probe_failed(now):
                self._out.append({"do": "close", "code": int(CloseCode.SILENT)})
                self._connect(now)
            elif self._heartbeat.silent(now):
                self._drop(now, CloseCode.SILENT, CloseCode.SILENT)
        elif self._deadline is not None and now >= self._deadline:
            if self.state == "waiting":
                self._connect(now)
            else:
                self._drop(now, CloseCode.SILENT, CloseCode.SILENT)

    def _beat(self, now: int) -> None:
        if self.state == "live" and self._heartbeat.ping_due(now):
            self._ping(now)

    def _ping(self, now: int) -> None:
        self._heartbeat.ping(now)
        self._out.append({"do": "send", "frame": {"type": "ping"}})

    def _resync(self, now: int) -> None:
        """Come back with the last position, if any: the server resumes or sends a snapshot."""
        self._out.append({"do": "close", "code": int(CloseCode.RESYNC)})
        self._retry(now, CloseCode.RESYNC, None)

    def _drop(self, now: int, code: int, why: int) -> None:
        self._out.append({"do": "close", "code": int(code)})
        self._lost(now, why)

    def _lost(self, now: int, code: int) -> None:
        bye = self._bye
        number = code if bye is None or bye.number is None else bye.number
        if number == CloseCode.RESYNC:
            self.position = None
        if reaction_to(number) == "stop":
            self._enter("stopped", now, None, label_of(number))
        else:
            self._retry(now, number, None if bye is None else bye.retry_ms)

    def _retry(self, now: int, number: int, advised: Range | None) -> None:
        if self.state == "live" and now - self._since >= STABLE_MS:
            self._backoff.forgive()
        deadline = now + self._backoff.next(number, advised)
        self._enter("waiting", now, deadline, label_of(number))
