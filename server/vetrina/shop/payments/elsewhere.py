"""What adapters have in common that only lead to another shop's checkout: they hold nothing here,
and promise nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout
from vetrina.shop.payments.port import (
    BuyerDetails,
    ProviderRefused,
    RefundStatus,
    SessionState,
    SessionStatus,
)
from vetrina.store.ports.matches import MatchStore

NOT_HERE: Final = "not_here"


class Elsewhere:
    """The other shop keeps the stock, the price and the order."""

    holds: bool = False
    refunds: bool = False
    test: bool = False

    async def expire(self, session: str) -> SessionState:
        """There is no session of ours."""
        return "unknown"

    async def status(self, session: str) -> SessionStatus:
        """There is no session of ours."""
        return SessionStatus("unknown")

    async def refund(self, payment: str, amount: Money, refund: str, reason: str) -> RefundStatus:
        """Raises ProviderRefused: the other shop gives the money back."""
        raise ProviderRefused(NOT_HERE, "Give the money back in the shop that took it.")

    async def refund_status(self, provider_id: str) -> RefundStatus:
        """Raises ProviderRefused: there is no refund of ours."""
        raise ProviderRefused(NOT_HERE, "The shop that took the order knows its refunds.")

    async def buyer(self, session: str) -> BuyerDetails:
        """Raises ProviderRefused: the other shop knows the buyer."""
        raise ProviderRefused(NOT_HERE, "The shop that took the order knows the buyer.")


async def numbers_of(
    store: MatchStore, connection: str, checkout: Checkout, kinds: tuple[str, ...]
) -> Mapping[str, str]:
    """What the connection's shop calls the products of a checkout: its number for each SKU.

    `kinds` are the words before its numbers, as in `variant:17`. Raises ProviderRefused where a
    product is none of that shop.
    """
    found: dict[str, str] = {}
    for match in await store.matches(connection):
        kind, _, number = match.ref.partition(":")
        if match.sku is not None and kind in kinds and number.isdecimal():
            found[match.sku] = number
    missing = [line.sku for line in checkout.lines if line.sku not in found]
    if missing:
        names = ", ".join(missing[:5])
        raise ProviderRefused("unknown_there", f"The connected shop does not have {names}.")
    return found


def code_of(checkout: Checkout, deal_code: str | None) -> str | None:
    """The discount code that is sent along: the buyer's, else the seller's for deals."""
    if checkout.voucher is not None:
        return checkout.voucher
    dealt = any(line.deal is not None for line in checkout.lines)
    return deal_code if dealt else None
