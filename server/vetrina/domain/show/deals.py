"""Flash deals: honest ones. A deadline never moves back, an end is final."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from vetrina.domain.catalogue.product import BagItem, Product
from vetrina.domain.errors import Refused
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.deal_prices import (
    check_cooldown,
    check_price,
    is_below,
    percent_of,
    prices_of,
    prior_price,
)
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal


def start_deal(
    state: ShowState, command: cmd.StartDeal, item: BagItem, now: int, limits: Limits
) -> tuple[ev.Event, ...]:
    """A new deal for a product of the bag: announced first when there is a lead."""
    _check_times(command, limits)
    _check_free(state, command, limits)
    _check_quantity(command, item)
    price, price_to, prices = prices_of(command, item.product)
    check_price(command, item, price, prices, limits)
    check_cooldown(state, item, price, now, limits)
    was = prior_price(state, item, price, now)
    starts_at = now + 1000 * (command.lead_s or 0)
    deal = Deal(
        id=f"d{state.deal_count + 1}",
        number=item.number,
        product=item.product,
        price=price,
        was=was,
        percent=percent_of(state, item.product, price, was, prices, now),
        status="announced" if command.lead_s else "running",
        starts_at=starts_at,
        ends_at=starts_at + 1000 * command.duration_s,
        quantity=command.quantity,
        left=command.quantity,
        per_viewer=command.per_viewer,
        price_to=price_to,
        prices=prices,
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
    left, held = max(0, deal.left - quantity), deal.id in state.held_deals
    yield ev.DealStockChanged(now, deal.id, left, "sold", quantity, held)
    if left == 0 and not held:
        yield ev.DealEnded(now, deal.id, deal.product.sku, "sold_out")


def out_of_stock(state: ShowState, sku: str, now: int) -> Iterator[ev.Event]:
    """Nothing left anywhere ends a deal, whatever it had set aside; but what unpaid checkouts hold
    of it may come back."""
    deal = state.deal_of(sku)
    if deal is not None and deal.id not in state.held_deals:
        yield ev.DealEnded(now, deal.id, deal.product.sku, "sold_out")


def overtaken(state: ShowState, product: Product, now: int) -> Iterator[ev.Event]:
    """An edit that takes the price itself to the deal's or below: there is no deal any more."""
    deal = state.deal_of(product.sku)
    if deal is not None and product.stock != 0 and is_below(product, deal):
        yield ev.DealEnded(now, deal.id, product.sku, "cancelled")


def corrected(state: ShowState, product: Product, now: int) -> Iterator[ev.Event]:
    """An edit that takes away from what a deal is compared with: the deal claims less from now on.

    It never claims more than it did at its start. The event is that of its start, same deadline.
    """
    deal = state.deal_of(product.sku)
    if deal is None or deal.was is None or product.stock == 0:
        return
    if is_below(product, deal):
        return
    was = prior_price(state, BagItem(deal.number, product), deal.price, now)
    if was is not None and was.amount >= deal.was.amount:
        return
    percent = percent_of(state, product, deal.price, was, deal.prices, now)
    changed = replace(deal, product=product, was=was, percent=percent)
    announced = deal.status == "announced"
    yield ev.DealAnnounced(now, changed) if announced else ev.DealStarted(now, changed)


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
