"""Flash deals: honest ones. A deadline never moves back, an end is final."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vetrina.domain.catalogue.price_history import reference_price
from vetrina.domain.catalogue.product import BagItem, Product
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.past_deals import HOUR_MS
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal


def start_deal(
    state: ShowState, command: cmd.StartDeal, item: BagItem, now: int, limits: Limits
) -> tuple[ev.Event, ...]:
    """A new deal for a product of the bag: announced first when there is a lead."""
    _check_times(command, limits)
    _check_free(state, command, limits)
    _check_quantity(command, item)
    _check_price(command, item, limits)
    _check_cooldown(state, command, item, now, limits)
    was = prior_price(state, item, command.price, now)
    starts_at = now + 1000 * (command.lead_s or 0)
    deal = Deal(
        id=f"d{state.deal_count + 1}",
        number=item.number,
        product=item.product,
        price=command.price,
        was=was,
        percent=_percent(command.price, was),
        status="announced" if command.lead_s else "running",
        starts_at=starts_at,
        ends_at=starts_at + 1000 * command.duration_s,
        quantity=command.quantity,
        left=command.quantity,
        per_viewer=command.per_viewer,
    )
    return (ev.DealAnnounced(now, deal) if command.lead_s else ev.DealStarted(now, deal),)


def end_deal(state: ShowState, deal_id: str, now: int) -> tuple[ev.Event, ...]:
    """End a deal by hand; it cannot be started again."""
    deal = state.deals.get(deal_id)
    if deal is not None:
        return (ev.DealEnded(now, deal.id, deal.product.sku, "cancelled"),)
    if _was_given(state, deal_id):
        raise Refused("deal_over", f"The deal {deal_id} is over. Start a new one instead.")
    raise Refused("unknown_deal", f"There is no deal {deal_id} in this show.")


def end_all(state: ShowState, now: int, reason: ev.DealEndReason) -> Iterator[ev.Event]:
    """End every deal that is announced or running."""
    for deal in state.deals.values():
        yield ev.DealEnded(now, deal.id, deal.product.sku, reason)


def due_deals(state: ShowState, now: int) -> Iterator[ev.Event]:
    """What time alone does to deals: announced ones start, running ones end.

    After a long sleep a deal may do both; its deadline stays the first one.
    """
    for deal in state.deals.values():
        if deal.status == "announced" and deal.starts_at <= now:
            yield ev.DealStarted(now, replace(deal, status="running"))
        if deal.ends_at <= now:
            yield ev.DealEnded(now, deal.id, deal.product.sku, "time")


def sold(state: ShowState, sku: str, quantity: int, bought_at: int, now: int) -> Iterator[ev.Event]:
    """What a purchase does to the running deal of its product, unless it was bought before.

    Providers tell whole seconds: the second in which the deal began counts.
    """
    deal = state.deal_of(sku)
    if deal is None or deal.status != "running" or deal.left is None:
        return
    if bought_at // 1000 < deal.starts_at // 1000:
        return
    left = max(0, deal.left - quantity)
    yield ev.DealStockChanged(now, deal.id, left)
    if left == 0:
        yield ev.DealEnded(now, deal.id, sku, "sold_out")


def out_of_stock(state: ShowState, sku: str, now: int) -> Iterator[ev.Event]:
    """Nothing left anywhere ends a deal, whatever it had reserved."""
    deal = state.deal_of(sku)
    if deal is not None:
        yield ev.DealEnded(now, deal.id, sku, "sold_out")


def overtaken(state: ShowState, product: Product, now: int) -> Iterator[ev.Event]:
    """An edit that takes the price itself to the deal's or below: there is no deal any more."""
    deal = state.deal_of(product.sku)
    if deal is not None and product.stock != 0 and product.price.amount <= deal.price.amount:
        yield ev.DealEnded(now, deal.id, product.sku, "cancelled")


def corrected(state: ShowState, product: Product, now: int) -> Iterator[ev.Event]:
    """An edit that takes away from what a deal is compared with: the deal claims less from now on.

    It never claims more than it did at its start. The event is that of its start, same deadline.
    """
    deal = state.deal_of(product.sku)
    if deal is None or deal.was is None or product.stock == 0:
        return
    if product.price.amount <= deal.price.amount:
        return
    was = prior_price(state, BagItem(deal.number, product), deal.price, now)
    if was is not None and was.amount >= deal.was.amount:
        return
    percent = _percent(deal.price, was)
    changed = replace(deal, product=product, was=was, percent=percent)
    announced = deal.status == "announced"
    yield ev.DealAnnounced(now, changed) if announced else ev.DealStarted(now, changed)


def prior_price(state: ShowState, item: BagItem, price: Money, now: int) -> Money | None:
    """The price a reduction may be compared with, or None: then nothing is struck through.

    Past deals count, so that a deal of 10 minutes is not the argument for the next one.
    """
    product = item.product
    own, declared = product.price, product.prior_price
    was = reference_price(product.sku, own, declared, state.history, now)
    return was if was is not None and was.amount > price.amount else None


def _percent(price: Money, was: Money | None) -> int | None:
    return None if was is None else (was.amount - price.amount) * 100 // was.amount


def _was_given(state: ShowState, deal_id: str) -> bool:
    number = deal_id.removeprefix("d")
    if deal_id == number or not (number.isascii() and number.isdigit()) or len(number) > 9:
        return False
    return 1 <= int(number) <= state.deal_count


def _check_times(command: cmd.StartDeal, limits: Limits) -> None:
    low, high = limits.deal_duration_min_s, limits.deal_duration_max_s
    if not low <= command.duration_s <= high:
        raise Refused("out_of_range", f"A deal lasts {low} to {high} seconds.")
    low, high = limits.deal_lead_min_s, limits.deal_lead_max_s
    if command.lead_s and not low <= command.lead_s <= high:
        raise Refused("out_of_range", f"A deal is announced {low} to {high} seconds ahead.")
    for number in (command.quantity, command.per_viewer):
        if number is not None and number < 1:
            raise Refused("out_of_range", "A quantity is 1 or more; leave it away for no limit.")


def _check_free(state: ShowState, command: cmd.StartDeal, limits: Limits) -> None:
    if state.deal_of(command.sku) is not None:
        raise Refused("deal_running", f"{command.sku} has a deal already. End it first.")
    if len(state.deals) >= limits.deals_at_once:
        raise Refused("too_many_deals", f"At most {limits.deals_at_once} deals at once.")


def _check_quantity(command: cmd.StartDeal, item: BagItem) -> None:
    stock = item.product.stock
    if stock == 0:
        raise Refused("sold_out", f"{command.sku} is sold out. Set its stock first.")
    if stock is not None and command.quantity is not None and command.quantity > stock:
        raise Refused("not_enough_stock", f"Only {stock} of {command.sku} are in stock.")


def _check_price(command: cmd.StartDeal, item: BagItem, limits: Limits) -> None:
    price, own = command.price, item.product.price
    if price.currency != own.currency:
        raise Refused("wrong_currency", f"{command.sku} is priced in {own.currency}.")
    if not 0 <= price.amount < own.amount:
        raise Refused("price_not_lower", "The deal's price must be below the product's price.")
    percent = (own.amount - price.amount) * 100 / own.amount
    low, high = limits.deal_discount_min_percent, limits.deal_discount_max_percent
    if not low <= percent <= high:
        raise Refused("discount_out_of_range", f"A deal takes {low} to {high} percent off.")


def _check_cooldown(
    state: ShowState, command: cmd.StartDeal, item: BagItem, now: int, limits: Limits
) -> None:
    """The same offer over and over is no offer: its countdown would be a lie.

    It is another one only where it is dearer by as much as makes a discount, not by a cent.
    """
    if state.status == "rehearsal":
        return
    since = now - limits.deal_cooldown_h * HOUR_MS
    step = item.product.price.amount * limits.deal_discount_min_percent / 100
    for past in state.history.get(command.sku, ()):
        same = past.kind == "deal" and past.price.currency == command.price.currency
        recent = past.until_ms is None or past.until_ms > since
        if same and recent and command.price.amount < past.price.amount + step:
            hours = limits.deal_cooldown_h
            raise Refused("deal_cooldown", f"{command.sku} had this deal within {hours} hours.")
