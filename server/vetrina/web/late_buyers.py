"""Late buyers: who wants what is sold out, word for word as somebody before, is answered at once.

In a rush these are nearly all. What was answered a moment ago is known by the body of the request,
and needs no routing, no parsing and no turn in the queue of requests. Whoever may have a checkout
already, by cookie or by Idempotency-Key, goes the general way, and so does one of all every 100 ms.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from starlette.types import Message

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.selling.reservation import Claim
from vetrina.metrics import Metrics
from vetrina.protocol.root_path import Rewrite
from vetrina.shop.checkouts.checkouts import Checkouts
from vetrina.shop.checkouts.sold_out import AT_MOST_MS, GOOD_FOR_MS, AllGone
from vetrina.web.http.problem import Problem, problem_of
from vetrina.web.http.rate_limiter import Rate, RateLimiter, is_own, who_is
from vetrina.web.http.security_headers import ISOLATED

PATH: Final = "/api/v1/checkouts"
MOST: Final = 1_000
JSON: Final = b"application/json"
COOKIE: Final = b"vetrina_buyer="
Answer = tuple[Message, Message]
ClientAddress = Callable[[str, Mapping[bytes, bytes]], str]


@dataclass(slots=True)
class _Told:
    """What was answered. From `again` on one goes the general way, at `over` all do."""

    claim: Claim
    again: int
    over: int
    answer: Answer


class LateBuyers:
    """The bodies that were answered with `sold_out` a moment ago."""

    def __init__(
        self,
        checkouts: Checkouts,
        clock: Clock,
        metrics: Metrics,
        limiter: RateLimiter,
        rates: Sequence[Rate],
        *,
        root: str,
        located: Rewrite,
        leaving: Callable[[], bool],
    ) -> None:
        self._checkouts = checkouts
        self._clock = clock
        self._metrics = metrics
        self._limiter = limiter
        self._rates = rates
        self._path = root + PATH
        self._located = located
        self._leaving = leaving
        self._told: dict[bytes, _Told] = {}

    def note(self, body: bytes, gone: AllGone) -> None:
        """Somebody is told so the general way."""
        if len(self._told) >= MOST:
            self._told.clear()
        now = self._clock.now_ms()
        self._told[body] = _Told(
            gone.claim, now + GOOD_FOR_MS, now + AT_MOST_MS, self._answer(gone)
        )

    def answer(
        self, client_address: ClientAddress, scope: Mapping[str, Any], body: bytearray
    ) -> Answer | None:
        """The answer to a request that is here whole; None: it goes the general way."""
        if not self._told or scope["path"] != self._path or scope["method"] != "POST":
            return None
        told = self._told.get(bytes(body))
        if told is None or not self._is_plain(scope, client_address):
            return None
        now = self._clock.now_ms()
        if now >= told.again:
            told.again = told.over
            return None
        return self._again(told) if now < told.over else None

    def _again(self, told: _Told) -> Answer | None:
        refused = self._checkouts.told_again(told.claim)
        if refused is None:
            return None
        self._metrics.request(PATH, refused.status, 0.0)
        return told.answer

    def _is_plain(self, scope: Mapping[str, Any], client_address: ClientAddress) -> bool:
        """Whether nothing but the body counts, and the caller does not ask too often."""
        headers = dict(scope["headers"])
        if (
            scope["query_string"]
            or headers.get(b"content-type") != JSON
            or COOKIE in headers.get(b"cookie", b"")
            or b"idempotency-key" in headers
            or self._leaving()
        ):
            return False
        client = scope["client"]
        who = who_is(client_address(client[0] if client else "", headers))
        return is_own(who) or self._may_ask(who)

    def _may_ask(self, who: str) -> bool:
        """By this process's own count: the general way says when to come again."""
        try:
            for rate in self._rates:
                self._limiter.take_here(rate, who)
        except Problem:
            return False
        return True

    def _answer(self, gone: Refused) -> Answer:
        """As the general way answers."""
        response = problem_of(gone).response()
        body = self._located(bytes(response.body))
        length = str(len(body)).encode()
        kept = [pair for pair in response.raw_headers if pair[0] != b"content-length"]
        headers = [*kept, (b"content-length", length), *ISOLATED]
        start = {"type": "http.response.start", "status": response.status_code, "headers": headers}
        return start, {"type": "http.response.body", "body": body}
