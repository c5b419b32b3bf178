"""What somebody's bag costs now, line by line, and what stands in the way of ordering it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from vetrina.clock import Clock
from vetrina.domain.catalogue.entry import CatalogueEntry, UnitPrice
from vetrina.domain.errors import Refused
from vetrina.domain.markets.market import Market, market_of
from vetrina.domain.money import Money
from vetrina.domain.selling.buyer_bag import BagLine, BuyerBag
from vetrina.domain.selling.checkout import WantedLine
from vetrina.domain.selling.pricing import PricedCart, Sellable, price_cart
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.show.state import ShowState
from vetrina.shop.checkouts.ports import ReadMarkets
from vetrina.shop.checkouts.sellables import Sellables, running_deal
from vetrina.store.ports.catalogue import CatalogueStore

Trouble = Literal["", "sold_out", "short", "gone", "choose", "currency"]
"""short: there is less than was asked for. choose: one of the variants is to be named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedLine:
    """One line. `unit` None: it is not for sale. `was`: what it costs without its deal; `seen`:
    what it cost on the buyer's screen, where that was something else; `left` where it is told."""

    sku: str
    product: str
    title: str
    choice: str = ""
    image: str | None = None
    quantity: int
    unit: Money | None = None
    was: Money | None = None
    seen: Money | None = None
    left: int | None = None
    trouble: Trouble = ""
    deal: str | None = None
    ends_at: int | None = None
    unit_price: UnitPrice | None = None

    @property
    def goods(self) -> Money | None:
        """All pieces, before the voucher."""
        return Money(self.unit.amount * self.quantity, self.unit.currency) if self.unit else None

    @property
    def fine(self) -> bool:
        """It can be ordered as it stands."""
        return not self.trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedBag:
    """All of it. `cart` None: nothing in it can be ordered; `voucher_trouble` is a reason of a
    refused voucher, `no_delivery`: the market takes another currency."""

    bag: BuyerBag
    lines: tuple[PricedLine, ...]
    markets: Sequence[Market]
    market: Market | None
    cart: PricedCart | None
    voucher_trouble: str = ""
    min_spend: Money | None = None
    no_delivery: bool = False
    min_age: int | None = None

    @property
    def ready(self) -> bool:
        """It can be ordered: nothing in it is missing or short."""
        whole = all(one.fine for one in self.lines)
        return self.cart is not None and whole and not self.no_delivery

    @property
    def prices(self) -> dict[str, int]:
        """What a piece of each costs, in minor units."""
        return {one.sku: one.unit.amount for one in self.lines if one.unit is not None}


class BagPricing:
    """Prices bags by what is sold at this moment."""

    def __init__(self, store: CatalogueStore, clock: Clock, markets: ReadMarkets) -> None:
        self._store = store
        self._clock = clock
        self._markets = markets
        self._sellables = Sellables(store, clock)

    async def priced(
        self, bag: BuyerBag, state: ShowState | None, voucher: Voucher | None = None
    ) -> PricedBag:
        """`state` is that of the show whose deals count, `voucher` what the bag's code stands for.
        Nothing is reserved by it."""
        now = self._clock.now_ms()
        skus = [line.sku for line in bag.lines]
        sold = await self._sellables.of(skus, state, now) if skus else {}
        entries = await self._entries(sold.values())
        lines = _lines(bag.lines, sold, entries, state, now)
        markets = await self._markets()
        market = market_of(markets, bag.market) or market_of(markets, None)
        ages = [sold[one.sku].min_age or 0 for one in lines if one.fine]
        return _added_up(
            PricedBag(
                bag=bag,
                lines=lines,
                markets=markets,
                market=market,
                cart=None,
                min_age=max(ages, default=0) or None,
            ),
            sold,
            voucher,
            state.slug if state else None,
            now,
        )

    async def _entries(self, sold: Iterable[Sellable]) -> Mapping[str, CatalogueEntry]:
        owners = list(dict.fromkeys(one.product for one in sold))
        entries = await self._store.entries(owners) if owners else []
        return {entry.sku: entry for entry in entries}


def _lines(
    wanted: Sequence[BagLine],
    sold: Mapping[str, Sellable],
    entries: Mapping[str, CatalogueEntry],
    state: ShowState | None,
    now: int,
) -> tuple[PricedLine, ...]:
    found: list[PricedLine] = []
    currency = None
    for line in wanted:
        sellable = sold.get(line.sku)
        entry = entries.get(sellable.product) if sellable else None
        priced = _line(line, sellable, entry, state, now)
        if priced.unit is not None:
            currency = currency or priced.unit.currency
            if priced.unit.currency != currency:
                priced = replace(priced, trouble="currency")
        found.append(priced)
    return tuple(found)


def _line(
    line: BagLine,
    sold: Sellable | None,
    entry: CatalogueEntry | None,
    state: ShowState | None,
    now: int,
) -> PricedLine:
    if sold is None or entry is None:
        return PricedLine(
            sku=line.sku, product=line.sku, title=line.sku, quantity=line.quantity, trouble="gone"
        )
    told = PricedLine(
        sku=line.sku,
        product=sold.product,
        title=sold.title,
        choice=sold.choice,
        image=sold.image,
        quantity=line.quantity,
    )
    if entry.status != "active" or sold.choices:
        return replace(told, trouble="choose" if entry.status == "active" else "gone")
    deal = running_deal(state, line.sku, now) if state and sold.deal else None
    left = _least(_stock_of(entry, line.sku), deal.left if deal else None)
    changed = line.seen is not None and line.seen != sold.unit.amount
    return replace(
        told,
        unit=sold.unit,
        was=sold.price if sold.unit != sold.price else None,
        seen=Money(line.seen, sold.unit.currency) if changed and line.seen is not None else None,
        left=left,
        trouble=_short(left, line.quantity),
        deal=sold.deal,
        ends_at=deal.ends_at if deal else None,
        unit_price=entry.unit_price,
    )


def _short(left: int | None, quantity: int) -> Trouble:
    if left is None or left >= quantity:
        return ""
    return "short" if left else "sold_out"


def _least(*counts: int | None) -> int | None:
    return min((one for one in counts if one is not None), default=None)


def _stock_of(entry: CatalogueEntry, sku: str) -> int | None:
    return next((one.stock for one in entry.variants if one.sku == sku), None)


def _added_up(
    bag: PricedBag,
    sold: Mapping[str, Sellable],
    voucher: Voucher | None,
    show: str | None,
    now: int,
) -> PricedBag:
    """With its sums. What a voucher or a market refuses is said, and the rest is summed without."""
    wanted = [WantedLine(one.sku, one.quantity) for one in bag.lines if one.fine]
    if not wanted:
        return bag
    if bag.bag.voucher and voucher is None:
        bag = replace(bag, voucher_trouble="not_good")
    try:
        cart = price_cart(
            wanted, sold, now=now, market=bag.market, voucher=voucher, show=show, adult=True
        )
    except Refused as refused:
        if refused.code == "voucher_refused" and voucher is not None:
            reason = str(refused.details.get("reason", "not_good"))
            least = voucher.min_spend if reason == "min_spend" else None
            told = replace(bag, voucher_trouble=reason, min_spend=least)
            return replace(
                _added_up(replace(told, bag=replace(bag.bag, voucher=None)), sold, None, show, now),
                bag=bag.bag,
            )
        if refused.code == "not_in_market" and bag.market is not None:
            return replace(
                _added_up(replace(bag, market=None), sold, voucher, show, now), no_delivery=True
            )
        return bag
    return replace(bag, cart=cart)
