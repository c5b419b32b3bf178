"""What the domain refuses.

DomainError
├── InvalidValue   a value that cannot exist (an empty title, a currency of four letters)
└── Refused        a command that cannot be followed now, with a stable code
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

# Every code a refused command may carry, with the HTTP status that goes with it.
REFUSALS: Final[dict[str, int]] = {
    "age_required": 409,
    "already_running": 409,
    "already_sold": 409,
    "bad_slot": 422,
    "bag_empty": 409,
    "bag_full": 409,
    "checkout_over": 409,
    "deadline_passed": 409,
    "deal_cooldown": 409,
    "deal_over": 409,
    "deal_running": 409,
    "discount_out_of_range": 409,
    "limit_reached": 409,
    "not_enough_stock": 409,
    "not_for_sale": 409,
    "not_in_bag": 409,
    "not_in_market": 409,
    "not_paid": 409,
    "not_running": 409,
    "only_in_rehearsal": 409,
    "order_changed": 409,
    "out_of_range": 422,
    "payment_refused": 409,
    "percent_needed": 409,
    "place_in_use": 409,
    "price_changed": 409,
    "price_not_lower": 409,
    "reason_needed": 409,
    "refund_too_large": 409,
    "safety_missing": 409,
    "show_ended": 409,
    "show_not_started": 409,
    "sku_taken": 409,
    "sold_out": 409,
    "text_empty": 422,
    "text_too_long": 422,
    "too_many_deals": 409,
    "too_many_places": 409,
    "unknown_deal": 404,
    "unknown_place": 404,
    "unknown_sku": 404,
    "variant_needed": 409,
    "voucher_refused": 409,
    "wrong_currency": 409,
}


class DomainError(Exception):
    """Base of everything the domain raises."""


class InvalidValue(DomainError, ValueError):
    """A value that cannot exist; `field` names it, the message says what was expected."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


class Refused(DomainError):
    """A command that cannot be followed now. `code` is stable, the message is for people.

    `details` are members of the answer beside them, for programs: what is left, both prices.
    """

    def __init__(self, code: str, message: str, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details or {}

    @property
    def status(self) -> int:
        """The HTTP status that goes with the code."""
        return REFUSALS[self.code]
