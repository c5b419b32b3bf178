"""Refunds that the payment provider does not know of yet, or has not paid yet. Pure."""

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


def pending_refunds(facts: Sequence[OrderFact]) -> dict[str, RefundSent]:
    """Those that the provider took in and did not pay or refuse yet, by their name."""
    known = {fact.refund for fact in facts if isinstance(fact, Refunded | RefundFailed)}
    return {
        fact.refund: fact
        for fact in facts
        if isinstance(fact, RefundSent) and known.isdisjoint((fact.refund, fact.provider_id))
    }


def pending_since(facts: Sequence[OrderFact]) -> int | None:
    """Since when the first of them is; None where there is none."""
    return min((fact.at for fact in pending_refunds(facts).values()), default=None)
