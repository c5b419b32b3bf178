"""Refunds that were asked for, and that the payment provider does not know of yet. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from vetrina.domain.selling.order_facts import (
    OrderFact,
    RefundAsked,
    Refunded,
    RefundFailed,
    RefundSent,
)


def unsent_refunds(facts: Sequence[OrderFact]) -> dict[str, RefundAsked]:
    """By their name."""
    known = {
        fact.refund for fact in facts if isinstance(fact, RefundSent | Refunded | RefundFailed)
    }
    return {
        fact.refund: fact
        for fact in facts
        if isinstance(fact, RefundAsked) and fact.refund not in known
    }


def unsent_since(facts: Sequence[OrderFact]) -> int | None:
    """Since when the first of them waits; None where there is none."""
    return min((fact.at for fact in unsent_refunds(facts).values()), default=None)
