"""A Stripe account: what it keeps, its clock, and how it is asked to misbehave."""

from __future__ import annotations

import itertools
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

API_VERSION = "2026-10-28.endive"
KEY = "sk_test_of_the_tests"
LIVE_KEY = "sk_live_of_the_tests"
"""A key that may do everything."""
Thing = dict[str, Any]


class Refusal(Exception):
    """What Stripe answers in place of what was asked for."""

    def __init__(
        self, status: int, message: str, kind: str = "invalid_request_error", **more: Any
    ) -> None:
        super().__init__(message)
        self.status = status
        self.error = {"type": kind, "message": message, **more}


@dataclass
class Switches:
    """How the account misbehaves. All of it can be changed at any moment."""

    slow_s: float = 0.0
    """Every answer takes this long."""
    away: bool = False
    """Requests are taken and never answered."""
    broken: int = 0
    """So many of the next changing requests do nothing and end with 500."""
    lost_answers: int = 0
    """So many of the next changing requests are done, and end with 500 nevertheless."""
    busy: int = 0
    """So many of the next requests are told to come later: 429."""
    per_second: float | None = None
    """Changing requests a second; more are told to come later."""
    refunds: str = "succeeded"
    """What becomes of a refund at first: succeeded, pending or failed."""
    lose_webhooks: bool = False
    hold_webhooks: bool = False
    """They wait until `release`."""
    repeat_webhooks: int = 1
    """How often each is delivered, at the same time."""


@dataclass
class Endpoint:
    """An address that is told of events."""

    id: str
    url: str
    secret: str
    events: tuple[str, ...] = ("*",)

    def wants(self, kind: str) -> bool:
        return "*" in self.events or kind in self.events


@dataclass
class Account:
    """Everything by its id. Whoever changes it holds `lock`."""

    address: str = ""
    livemode: bool = False
    switches: Switches = field(default_factory=Switches)
    keys: dict[str, frozenset[str] | None] = field(
        default_factory=lambda: {KEY: None, LIVE_KEY: None}
    )
    """The rights of each key; None for all."""
    sessions: dict[str, Thing] = field(default_factory=dict)
    lines: dict[str, list[Thing]] = field(default_factory=dict)
    intents: dict[str, Thing] = field(default_factory=dict)
    charges: dict[str, Thing] = field(default_factory=dict)
    coupons: dict[str, Thing] = field(default_factory=dict)
    refunds: dict[str, Thing] = field(default_factory=dict)
    disputes: dict[str, Thing] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    events: list[Thing] = field(default_factory=list)
    asked: deque[tuple[str, str, Thing]] = field(default_factory=lambda: deque(maxlen=10_000))
    """Method, path and parameters of every request that was let in."""
    lock: threading.RLock = field(default_factory=threading.RLock)
    on_event: Callable[[Thing], None] = lambda _: None
    time: Callable[[], float] = time.time
    _ahead_s: int = 0
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def now(self) -> int:
        """Its own clock, in seconds."""
        return int(self.time()) + self._ahead_s

    def advance(self, seconds: int) -> None:
        """Put its clock on; what is over by then is over."""
        with self.lock:
            self._ahead_s += seconds
            self.sweep()

    def sweep(self) -> None:
        """Let go of sessions whose time is over."""
        for session in list(self.sessions.values()):
            if session["status"] == "open" and session["expires_at"] <= self.now():
                self.end(session)

    def end(self, session: Thing) -> None:
        """A session can no longer be paid."""
        session.update(status="expired", url=None)
        self.happen("checkout.session.expired", session)

    def id(self, prefix: str) -> str:
        mode = "live" if self.livemode else "test"
        number = f"{next(self._numbers):06d}"
        return f"{prefix}_{mode}_{number}" if prefix == "cs" else f"{prefix}_{number}"

    def happen(self, kind: str, thing: Thing) -> Thing:
        """Something that events tell of."""
        event = {
            "id": self.id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self.now(),
            "livemode": self.livemode,
            "pending_webhooks": 0,
            "type": kind,
            "data": {"object": _copied(thing)},
        }
        self.events.append(event)
        self.on_event(event)
        return event

    def add_endpoint(self, url: str, secret: str = "", *events: str) -> Endpoint:
        """An address for events, as a seller adds one in the dashboard."""
        made = Endpoint(
            self.id("we"), url, secret or f"whsec_of_the_tests_{self.id('of')}", events or ("*",)
        )
        self.endpoints[made.id] = made
        return made

    def found(self, shelf: dict[str, Thing], id: str, what: str) -> Thing:
        """Raises Refusal."""
        if id not in shelf:
            raise Refusal(404, f"No such {what}: '{id}'", code="resource_missing", param="id")
        return shelf[id]


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    return [_copied(one) for one in value] if isinstance(value, list) else value
