"""The state of a show, and how each fact changes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import Final, Literal, TypeVar, assert_never

from vetrina.domain.catalogue.price_history import Offered, PriceHistory, history_of
from vetrina.domain.catalogue.product import BagItem, Product
from vetrina.domain.money import Money
from vetrina.domain.show import events as ev
from vetrina.domain.show.ticker import Totals, ticker_after, totals_after
from vetrina.domain.show.values import (
    Announcement,
    Deal,
    Disclosure,
    Host,
    OfferedVoucher,
    PastDeal,
    Pin,
)

ShowStatus = Literal["draft", "rehearsal", "live", "paused", "ended"]
# When viewers are asked to buy; what a rehearsal offers is no offer.
ON_AIR: Final = ("live", "paused")
Holder = TypeVar("Holder", Pin, Deal)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowState:
    """All that the rules need to know; what clients see of it is made in `protocol`.

    The mappings are never changed in place. `numbers` remembers every call number ever given.
    """

    slug: str
    title: str
    currency: str
    host: Host | None = None
    status: ShowStatus = "draft"
    starts_at: int | None = None
    """When it is to begin (ms), as its team announces it; nothing starts by itself."""
    archived: bool = False
    at: int = 0
    """The time of the newest fact (ms), once for all that were taken in together: see `reached`."""
    started_at: int | None = None
    disclosure: Disclosure = field(default_factory=Disclosure)
    bag: Mapping[str, BagItem] = field(default_factory=dict)
    numbers: Mapping[str, int] = field(default_factory=dict)
    pins: Mapping[int, Pin] = field(default_factory=dict)
    deals: Mapping[str, Deal] = field(default_factory=dict)
    deal_count: int = 0
    held_deals: tuple[str, ...] = ()
    """Deals of which unpaid checkouts hold pieces: sold out, they go on until these are paid."""
    past_deals: tuple[PastDeal, ...] = ()
    vouchers: Mapping[str, OfferedVoucher] = field(default_factory=dict)
    voucher_count: int = 0
    elsewhere: tuple[Offered, ...] = ()
    """What the store knows of prices, beside the deals of this show: while a command is decided."""
    ticker: tuple[ev.PurchaseConfirmed, ...] = ()
    totals: Totals = field(default_factory=Totals)
    sold: bool = False
    """Whether anything was ever bought for real, given back or not."""
    tests: int = 0
    """Purchases that were no real ones, ever: what the next one is numbered by."""
    announcement: Announcement | None = None
    panic: bool = False

    @property
    def private(self) -> bool:
        """Whether it never began: a draft is its team's, and is seen by its overlays."""
        return self.started_at is None

    def item_of(self, sku: str) -> BagItem | None:
        """The product in the bag that has this SKU, or a variant of it."""
        found = self.bag.get(sku)
        if found is not None:
            return found
        return next((item for item in self.bag.values() if item.product.variant(sku)), None)

    @property
    def history(self) -> PriceHistory:
        """All that is known of what products were offered for."""
        return history_of((*self.elsewhere, *(deal.offered() for deal in self.past_deals)))

    def deal_of(self, sku: str) -> Deal | None:
        """The announced or running deal of a product, by its SKU or a variant's; there is at most
        one."""
        return next((deal for deal in self.deals.values() if sku in deal.product.skus()), None)


def evolve(state: ShowState, event: ev.Event) -> ShowState:
    """The state after one more fact. Facts are not questioned: the rules did that."""
    match event:
        case ev.ShowStarted():
            return _started(state, event)
        case ev.ShowPaused():
            return replace(state, status="paused")
        case ev.ShowResumed():
            return replace(state, status="live")
        case ev.ShowEnded():
            return replace(state, status="ended", announcement=None)
        case ev.ShowEdited():
            return _edited(state, event)
        case ev.ProductPinned(pin=pin):
            return replace(state, pins={**state.pins, pin.slot: pin})
        case ev.ProductUnpinned(slot=slot):
            return replace(state, pins={k: pin for k, pin in state.pins.items() if k != slot})
        case ev.DealAnnounced(deal=deal) | ev.DealStarted(deal=deal):
            return _deal_set(state, deal)
        case ev.DealStockChanged():
            return _deal_changed(state, event)
        case ev.DealEnded():
            return _deal_ended(state, event)
        case ev.VoucherOffered(voucher=voucher):
            return _voucher_offered(state, voucher)
        case ev.VoucherLeftChanged(voucher=voucher_id, left=left):
            return _voucher_changed(state, voucher_id, left)
        case ev.VoucherClosed(voucher=voucher_id):
            open_ones = {k: other for k, other in state.vouchers.items() if k != voucher_id}
            return replace(state, vouchers=open_ones)
        case ev.StockChanged():
            return _stock_changed(state, event)
        case ev.PurchaseConfirmed() | ev.PurchaseReversed() | ev.PurchaseAdded():
            return _purchase(state, event)
        case ev.Announced(text=text, until=until):
            return replace(state, announcement=Announcement(text, until))
        case ev.AnnouncementCleared():
            return replace(state, announcement=None)
        case ev.DisclosureSet(disclosure=disclosure):
            return replace(state, disclosure=disclosure)
        case ev.BagChanged():
            return _bag_changed(state, event)
        case ev.Panicked():
            return replace(state, panic=True)
        case ev.Calmed():
            return replace(state, panic=False)
    assert_never(event)


def reached(state: ShowState, events: Sequence[ev.Event]) -> ShowState:
    """The state after more facts, with the time of the newest: none may be told before it."""
    after = reduce(evolve, events, state)
    at = max((event.at for event in events), default=0)
    return replace(after, at=at) if at > after.at else after


def _started(state: ShowState, event: ev.ShowStarted) -> ShowState:
    """Going live forgets the rehearsal's purchases."""
    fresh = replace(state, status=event.status, started_at=event.at)
    return replace(fresh, ticker=()) if event.status == "live" else fresh


def _edited(state: ShowState, event: ev.ShowEdited) -> ShowState:
    return replace(
        state,
        title=event.title,
        currency=event.currency,
        host=event.host,
        starts_at=event.starts_at,
        archived=event.archived,
    )


def _purchase(
    state: ShowState, event: ev.PurchaseConfirmed | ev.PurchaseReversed | ev.PurchaseAdded
) -> ShowState:
    return replace(
        state,
        ticker=ticker_after(state.ticker, event),
        totals=totals_after(state.totals, event),
        sold=state.sold or not event.test,
        tests=state.tests + (event.test and isinstance(event, ev.PurchaseConfirmed)),
    )


def _deal_set(state: ShowState, deal: Deal) -> ShowState:
    count = state.deal_count + (deal.id not in state.deals)
    return replace(state, deals={**state.deals, deal.id: deal}, deal_count=count)


def _deal_changed(state: ShowState, event: ev.DealStockChanged) -> ShowState:
    deal = state.deals.get(event.deal)
    if deal is None:
        return state
    others = _without(state.held_deals, event.deal)
    return replace(
        state,
        deals={**state.deals, event.deal: replace(deal, left=event.left)},
        held_deals=(*others, event.deal) if event.held else others,
    )


def _deal_ended(state: ShowState, event: ev.DealEnded) -> ShowState:
    deal = state.deals.get(event.deal)
    deals = {k: other for k, other in state.deals.items() if k != event.deal}
    state = replace(state, held_deals=_without(state.held_deals, event.deal))
    if deal is None or deal.status == "announced" or state.status not in ON_AIR:
        return replace(state, deals=deals)
    return replace(state, deals=deals, past_deals=(*state.past_deals, *past_of(deal, event.at)))


def _without(deals: tuple[str, ...], id: str) -> tuple[str, ...]:
    return tuple(other for other in deals if other != id)


def _voucher_offered(state: ShowState, voucher: OfferedVoucher) -> ShowState:
    count = state.voucher_count + (voucher.id not in state.vouchers)
    return replace(state, vouchers={**state.vouchers, voucher.id: voucher}, voucher_count=count)


def _voucher_changed(state: ShowState, voucher_id: str, left: int) -> ShowState:
    voucher = state.vouchers.get(voucher_id)
    if voucher is None:
        return state
    return replace(state, vouchers={**state.vouchers, voucher_id: replace(voucher, left=left)})


def past_of(deal: Deal, ended_at: int) -> tuple[PastDeal, ...]:
    """What is remembered of a deal that ran: its price, and that of each variant."""
    prices = [(deal.product.sku, deal.price), *((one.sku, one.price) for one in deal.prices)]
    return tuple(PastDeal(sku, price, ended_at, deal.starts_at) for sku, price in prices)


def _stock_changed(state: ShowState, event: ev.StockChanged) -> ShowState:
    item = state.bag.get(event.sku)
    if item is None:
        return state
    if event.variant is None:
        product = item.product.with_stock(event.sku, event.quantity)
    else:
        product = item.product.with_stock(event.variant, event.variant_quantity)
    return with_products(state, (product,))


def _bag_changed(state: ShowState, event: ev.BagChanged) -> ShowState:
    fresh = {product.sku: product for product in event.products}
    bag = {}
    for entry in event.items:
        product = fresh.get(entry.sku) or state.bag[entry.sku].product
        bag[entry.sku] = BagItem(entry.number, product)
    numbers = {**state.numbers, **{entry.sku: entry.number for entry in event.items}}
    return with_products(replace(state, bag=bag, numbers=numbers), event.products)


def with_products(state: ShowState, products: tuple[Product, ...]) -> ShowState:
    """Take new versions of products wherever the state holds the old ones."""
    fresh = {product.sku: product for product in products}
    bag = {
        sku: replace(item, product=fresh.get(sku, item.product)) for sku, item in state.bag.items()
    }
    pins = {slot: _refreshed(pin, fresh) for slot, pin in state.pins.items()}
    deals = {key: _refreshed(deal, fresh) for key, deal in state.deals.items()}
    return replace(state, bag=bag, pins=pins, deals=deals)


def _refreshed(holder: Holder, fresh: Mapping[str, Product]) -> Holder:
    product = fresh.get(holder.product.sku)
    return holder if product is None else replace(holder, product=product)


def price_now(state: ShowState, sku: str) -> Money | None:
    """What a product of the bag, or a variant of one, costs at this moment: the running deal's
    price, or its own."""
    deal = state.deal_of(sku)
    if deal is not None and deal.status == "running":
        return deal.price_of(sku)
    item = state.item_of(sku)
    if item is None:
        return None
    variant = item.product.variant(sku)
    return variant.price if variant else item.product.price
