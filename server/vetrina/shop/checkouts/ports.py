"""What checking out needs of the shows, of the shop and of the store."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from vetrina.domain.markets.market import Market
from vetrina.domain.selling.order import Report
from vetrina.domain.selling.reservation import Claim
from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.show.state import ShowState
from vetrina.store.ports.catalogue import CatalogueStore
from vetrina.store.ports.checkouts import CheckoutStore

ReadShow = Callable[[str], Awaitable[ShowState | None]]
"""The state of a show, None where there is none."""
ReadShop = Callable[[str], Awaitable[ShopProfile | None]]
"""The shop of a handle, None where there is none."""
ReadMarkets = Callable[[], Awaitable[Sequence[Market]]]


class GoodVoucher(Protocol):
    """The voucher that a buyer's checkout may have."""

    async def __call__(
        self, code: str, buyer: str, *, show: str | None = None, test: bool = False
    ) -> Voucher:
        """Raises Refused voucher_refused."""
        ...


TellShow = Callable[[str, str, Sequence[Report]], Awaitable[None]]
"""Take reports of an order in: the show's slug, the name of the delivery, what there is to tell.
Returns after it is durable; a repeat changes nothing."""
MarkStock = Callable[[Claim], None]
"""What a claim is about may have changed: the screens follow soon."""


class SellingStore(CheckoutStore, CatalogueStore, Protocol):
    """What checking out needs of the store."""
