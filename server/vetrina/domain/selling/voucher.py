"""Vouchers: what lowers a checkout, for whom and when."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money

CODE_PATTERN: Final = r"[A-Z0-9](?:[A-Z0-9-]{0,30}[A-Z0-9])"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """Either `percent_bps` (basis points) or `amount` off.

    `min_spend` counts the goods it is good for, after deals, with tax, without shipping. `skus` are
    products or variants, empty for all; `show` None for everywhere. It is good while
    `starts_at <= now < ends_at`. `quantity` and `per_buyer` None: not limited. `claimed`: given
    only by tap, so that its code alone opens nothing.
    """

    code: str
    percent_bps: int | None = None
    amount: Money | None = None
    min_spend: Money | None = None
    starts_at: int | None = None
    ends_at: int | None = None
    quantity: int | None = None
    per_buyer: int | None = None
    skus: tuple[str, ...] = ()
    show: str | None = None
    claimed: bool = False

    def __post_init__(self) -> None:
        if re.fullmatch(CODE_PATTERN, self.code) is None:
            raise InvalidValue("code", "expected 2 to 32 capitals, digits and hyphens between them")
        if (self.percent_bps is None) == (self.amount is None):
            raise InvalidValue("percent", "expected either percent or amount")
        if self.percent_bps is not None and not 1 <= self.percent_bps <= 10_000:
            raise InvalidValue("percent", "expected more than 0 and at most 100")
        if self.amount is not None and self.amount.amount < 1:
            raise InvalidValue("amount", "expected 1 or more minor units")
        for field, number in (("quantity", self.quantity), ("per_buyer", self.per_buyer)):
            if number is not None and number < 1:
                raise InvalidValue(field, "expected 1 or more, or nothing for no limit")
        if self.ends_at is not None and (self.starts_at or 0) >= self.ends_at:
            raise InvalidValue("ends_at", "expected a time after starts_at")

    @property
    def percent(self) -> int | float | None:
        """As people say it: 10 or 12.5; None where it is an amount."""
        if self.percent_bps is None:
            return None
        whole, rest = divmod(self.percent_bps, 100)
        return whole if rest == 0 else self.percent_bps / 100


def normal_code(text: str) -> str:
    """A code as people type it, in the form that it is kept in."""
    return "".join(text.split()).upper()
