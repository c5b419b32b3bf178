"""The bag: which products a show has, in which order, under which call numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vetrina.domain.catalogue.price_history import honest
from vetrina.domain.catalogue.product import BagEntry, Product
from vetrina.domain.errors import Refused
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.deals import corrected, out_of_stock, overtaken
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.past_deals import entries
from vetrina.domain.show.state import ShowState


def set_bag(
    state: ShowState, command: cmd.SetBag, now: int, limits: Limits
) -> tuple[ev.Event, ...]:
    """New products get the next number, known ones keep theirs, those that leave come off air."""
    history = state.history
    products = {product.sku: honest(product, history, now) for product in command.products}
    if len(products) > limits.bag_size:
        raise Refused("bag_full", f"A bag holds at most {limits.bag_size} products.")
    for product in products.values():
        if product.price.currency != state.currency:
            message = f"{product.sku} is priced in {product.price.currency}; the show sells in"
            raise Refused("wrong_currency", f"{message} {state.currency}.")
    facts = list(_taken_off(state, products, now, command.force))
    numbers = _numbered(state, products)
    items = tuple(BagEntry(sku, numbers[sku]) for sku in products)
    changed = tuple(product for sku, product in products.items() if _differs(state, product))
    if changed or items != entries(state):
        facts.extend(_edited(state, items, changed, now))
    return tuple(facts)


def refresh_products(
    state: ShowState,
    command: cmd.RefreshProducts,
    now: int,
    cause: ev.StockCause | None = "told",
) -> tuple[ev.Event, ...]:
    """Follow the catalogue, which has it so already: a change of stock alone is an event of its
    own.

    A product in another currency is refused before it gets here, with the catalogue's change.
    """
    facts: list[ev.Event] = []
    edited = []
    history = state.history
    for product in (honest(product, history, now) for product in command.products):
        item = state.bag.get(product.sku)
        if item is None or item.product == product:
            continue
        if item.product.stocked_like(product) == product:
            facts.extend(stock_facts(item.product, product, now, cause))
        elif product.price.currency == state.currency:
            edited.append(product)
        if product.stock == 0:
            facts.extend(out_of_stock(state, product.sku, now))
    if edited:
        facts.extend(_edited(state, entries(state), edited, now))
    return tuple(facts)


def stock_facts(
    before: Product, after: Product, now: int, cause: ev.StockCause | None
) -> Iterator[ev.Event]:
    """One event for the product's stock, or for that of each variant, with their sum so far."""
    if not after.variants:
        yield ev.StockChanged(now, after.sku, after.stock, cause=cause)
    for one, was in zip(after.variants, before.variants, strict=False):
        if one.stock != was.stock:
            before = before.with_stock(one.sku, one.stock)
            yield ev.StockChanged(now, after.sku, before.stock, one.sku, one.stock, cause)


def _edited(
    state: ShowState, items: tuple[BagEntry, ...], products: Sequence[Product], now: int
) -> Iterator[ev.Event]:
    """The bag with new versions of products, and what that does to their deals."""
    for product in products:
        yield from overtaken(state, product, now)
    yield ev.BagChanged(now, items, tuple(products))
    for product in products:
        yield from corrected(state, product, now)


def _taken_off(
    state: ShowState, products: dict[str, Product], now: int, force: bool
) -> Iterator[ev.Event]:
    for deal in state.deals.values():
        if deal.product.sku in products:
            continue
        if not force:
            sku = deal.product.sku
            raise Refused("deal_running", f"{sku} has a deal. End it before it leaves the bag.")
        yield ev.DealEnded(now, deal.id, deal.product.sku, "cancelled")
    for pin in state.pins.values():
        if pin.product.sku not in products:
            yield ev.ProductUnpinned(now, pin.slot, pin.product.sku, "removed")


def _numbered(state: ShowState, products: dict[str, Product]) -> dict[str, int]:
    numbers = dict(state.numbers)
    for sku in products:
        if sku not in numbers:
            numbers[sku] = len(numbers) + 1
    return numbers


def _differs(state: ShowState, product: Product) -> bool:
    item = state.bag.get(product.sku)
    return item is None or item.product != product
