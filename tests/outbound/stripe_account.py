"""A Stripe account that answers `GET /v1/events` as its documents say.

The subset: Bearer auth, `types[]`, `created[gte]`, `limit`, `starting_after`; the newest event
first, `has_more`, errors as JSON. (localstripe lists events too, but knows no `types`.)
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.outbound.answering import Answer, Asked, answering

KEY = "rk_test_of_the_tests"


@dataclass
class StripeAccount:
    """Its events, oldest first."""

    address: str = ""
    events: list[dict[str, Any]] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    instead: Callable[[Asked], Answer | None] = lambda _: None

    def pay(self, number: int, at_ms: int, cents: int = 2000, live: bool = True) -> dict[str, Any]:
        """A payment of one mug."""
        intent = {
            "id": f"pi_{number}", "object": "payment_intent", "amount": cents,
            "amount_received": cents, "currency": "eur", "metadata": {"sku": "MUG-1"},
        }  # fmt: skip
        return self.happen("payment_intent.succeeded", intent, at_ms, live)

    def happen(
        self, type_: str, subject: dict[str, Any], at_ms: int, live: bool = True
    ) -> dict[str, Any]:
        """Something that an event tells of."""
        event = {
            "id": f"evt_{len(self.events)}", "object": "event", "type": type_, "livemode": live,
            "created": at_ms // 1000, "data": {"object": subject},
        }  # fmt: skip
        self.events.append(event)
        return event

    def answer(self, asked: Asked) -> Answer:
        """One request."""
        self.asked.append(asked)
        special = self.instead(asked)
        if special is not None:
            return special
        if asked.headers.get("authorization") != f"Bearer {KEY}":
            return _error(401, "Invalid API Key provided")
        if asked.path != "/v1/events":
            return _error(404, "Unrecognized request URL")
        return self._listed(asked.query)

    def _listed(self, query: dict[str, str]) -> Answer:
        types = [value for name, value in query.items() if name.startswith("types")]
        assert 1 <= len(types) <= 20
        found = [
            event
            for event in reversed(self.events)
            if event["type"] in types and event["created"] >= int(query["created[gte]"])
        ]
        if after := query.get("starting_after"):
            ids = [event["id"] for event in found]
            if after not in ids:
                return _error(400, f"No such event: {after}")
            found = found[ids.index(after) + 1 :]
        limit = int(query["limit"])
        told = {"object": "list", "url": "/v1/events", "data": found[:limit]}
        told["has_more"] = len(found) > limit
        return Answer(200, json.dumps(told).encode(), {"Content-Type": "application/json"})


@contextmanager
def stripe_account() -> Iterator[StripeAccount]:
    """An account for the block."""
    account = StripeAccount()
    with answering(account.answer) as account.address:
        yield account


def _error(status: int, message: str) -> Answer:
    error = {"error": {"type": "invalid_request_error", "message": message}}
    return Answer(status, json.dumps(error).encode(), {"Content-Type": "application/json"})
