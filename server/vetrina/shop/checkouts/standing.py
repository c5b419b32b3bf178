"""What the facts of a checkout say about its way through the payment provider. Pure."""

from __future__ import annotations

from typing import Final

from vetrina.domain.selling.order_facts import (
    Expired,
    GivenBack,
    Paid,
    PaidInVain,
    PaymentFailed,
    PaymentStarted,
    SessionAsked,
    SessionMade,
)
from vetrina.domain.selling.own_order import OwnOrder

_ENDS: Final = (Expired, GivenBack, Paid, PaidInVain, PaymentFailed, PaymentStarted)


def is_open(order: OwnOrder) -> bool:
    """It can still be paid, as far as is known here."""
    return not any(isinstance(fact, _ENDS) for fact in order.facts)


def is_asked(order: OwnOrder) -> bool:
    """The provider was asked for a page: there may be one."""
    return asked_at(order) is not None


def asked_at(order: OwnOrder) -> int | None:
    """When the provider was first asked for a page."""
    asked = (fact.at for fact in order.facts if isinstance(fact, SessionAsked | SessionMade))
    return next(asked, None)


def session_of(order: OwnOrder) -> SessionMade | None:
    """The provider's page, where it is known: the last one, which ended those before it."""
    return next((fact for fact in reversed(order.facts) if isinstance(fact, SessionMade)), None)


def is_processing(order: OwnOrder) -> bool:
    """The buyer has done all, and the money is still to come."""
    facts = order.facts
    started = any(isinstance(fact, PaymentStarted) for fact in facts)
    return started and not any(
        isinstance(fact, Paid | PaidInVain | PaymentFailed) for fact in facts
    )
