"""Counting what becomes of checkouts, for whoever watches the server."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from vetrina.domain.errors import Refused
from vetrina.domain.selling.order_facts import OrderFact
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.metrics import Metrics
from vetrina.shop.checkouts.sessions import QueueFull
from vetrina.shop.checkouts.starting import Unknown


class Counting:
    """A listener of `OrderNews`, and the count of answers to buyers."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def heard(self, order: OwnOrder, facts: Sequence[OrderFact]) -> None:
        """An order changed."""
        for fact in facts:
            self._metrics.order_facts.labels(_word(type(fact).__name__)).inc()

    def answered(self, outcome: str) -> None:
        """A buyer was answered: `reserved`, `elsewhere`, or the code of a refusal."""
        self._metrics.checkouts.labels(outcome).inc()


def code_of(error: Exception) -> str:
    """The code of a refusal, as the buyer is told it."""
    if isinstance(error, Refused):
        return error.code
    if isinstance(error, Unknown):
        return f"unknown_{error.what}"
    return "provider_away" if isinstance(error, QueueFull) else "busy"


@cache
def _word(kind: str) -> str:
    """`PaidInVain` → `paid_in_vain`."""
    return re.sub(r"(?<=.)([A-Z])", r"_\1", kind).lower()
