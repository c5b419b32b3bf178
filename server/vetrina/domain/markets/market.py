"""A market: countries that are delivered to on the same terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from vetrina.domain.errors import InvalidValue, Refused
from vetrina.domain.money import Money

CODE_PATTERN: Final = r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?"
BASIS_POINTS: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """`countries` are ISO 3166 codes. `shipping` is what delivery costs, nothing from `free_from`
    on (goods after every discount). `tax_bps` is the tax that prices hold, in basis points; None
    where nothing is said of it.
    """

    code: str
    name: str
    countries: tuple[str, ...]
    shipping: Money
    free_from: Money | None = None
    tax_bps: int | None = None

    def __post_init__(self) -> None:
        if re.fullmatch(CODE_PATTERN, self.code) is None:
            raise InvalidValue("code", "expected small letters, digits and hyphens between them")
        if not self.name.strip():
            raise InvalidValue("name", "expected a name such as Italy")
        if not self.countries or any(not re.fullmatch("[A-Z]{2}", one) for one in self.countries):
            raise InvalidValue("countries", "expected codes of two capitals such as IT")
        if self.shipping.amount < 0:
            raise InvalidValue("shipping", "expected zero or more minor units")
        if self.free_from is not None and self.free_from.currency != self.shipping.currency:
            raise InvalidValue("free_from", f"expected {self.shipping.currency} like shipping")
        if self.tax_bps is not None and not 0 <= self.tax_bps <= BASIS_POINTS:
            raise InvalidValue("tax_bps", f"expected 0 to {BASIS_POINTS} basis points")


def market_of(markets: Iterable[Market], code: str | None) -> Market | None:
    """The market of this code, the shop's first without one; None where there is no such market."""
    return next((one for one in markets if code is None or one.code == code), None)


def delivered_to(markets: Sequence[Market], code: str | None) -> Market | None:
    """The market that a buyer chose, the shop's first where they chose none; None where the shop
    has no markets. Raises Refused not_in_market."""
    market = market_of(markets, code)
    if market is None and code is not None:
        known = ", ".join(one.code for one in markets) or "none"
        raise Refused("not_in_market", f"There is no market {code}. There are: {known}.")
    return market
