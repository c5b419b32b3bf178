"""What may happen. Pure: the time is an argument, the answer is a tuple of facts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from vetrina.domain.catalogue.product import BagItem
from vetrina.domain.errors import Refused
from vetrina.domain.selling.order import Order, OrderLine
from vetrina.domain.selling.settlement import Part
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import deals, vouchers
from vetrina.domain.show import events as ev
from vetrina.domain.show.bag import refresh_products, set_bag
from vetrina.domain.show.counted_stock import tell_stock
from vetrina.domain.show.details import edit_show
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.purchases import confirmed
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Disclosure, Pin

RUNNING = ("rehearsal", "live", "paused")


def decide(
    state: ShowState, command: cmd.Command, now: int, limits: Limits
) -> tuple[ev.Event, ...]:
    """The facts that follow from a command, none when all is so already.

    Raises Refused. The caller applies `due(state, now)` first, so that no command meets a deal
    whose time has passed.
    """
    if isinstance(command, cmd.EditShow):
        return edit_show(state, command, now)
    if state.status == "ended":
        raise Refused("show_ended", "This show is over. Make a new one.")
    match command:
        case cmd.StartShow(rehearsal=rehearsal):
            return tuple(_start(state, now, rehearsal))
        case cmd.EndShow():
            return tuple(_end(state, now))
        case cmd.SetBag():
            return set_bag(state, command, now, limits)
        case cmd.RefreshProducts():
            return refresh_products(state, command, now)
        case cmd.SetStock():
            return _set_stock(state, command, now)
        case cmd.TellStock(count=count):
            return tell_stock(state, count, now)
        case cmd.SetDisclosure():
            return _set_disclosure(state, command, now)
        case cmd.Panic():
            return () if state.panic else (ev.Panicked(now),)
        case cmd.Calm():
            return (ev.Calmed(now),) if state.panic else ()
        case _:
            return _on_stage(state, command, now, limits)


def _on_stage(
    state: ShowState, command: cmd.Command, now: int, limits: Limits
) -> tuple[ev.Event, ...]:
    """Commands that need a show under way."""
    if state.status not in RUNNING:
        raise Refused("show_not_started", "Start the show, or a rehearsal of it, first.")
    match command:
        case cmd.PauseShow():
            return _turn(state, "live", ev.ShowPaused(now))
        case cmd.ResumeShow():
            return _turn(state, "paused", ev.ShowResumed(now))
        case cmd.PinProduct():
            return _pin(state, command, now, limits)
        case cmd.PinNext():
            return _pin(state, cmd.PinProduct(_next_sku(state)), now, limits)
        case cmd.UnpinProduct(slot=slot):
            pin = state.pins.get(slot)
            return () if pin is None else (_unpinned(pin, now, "unpinned"),)
        case cmd.StartDeal(sku=sku):
            return deals.start_deal(state, command, _in_bag(state, sku), now, limits)
        case cmd.EndDeal(deal=deal):
            return deals.end_deal(state, deal, now)
        case cmd.ShowVoucher():
            return vouchers.offer(state, command, now)
        case cmd.CloseVoucher(voucher=voucher):
            return vouchers.close(state, voucher, now)
        case cmd.TellVoucherLeft():
            return vouchers.tell_left(state, command, now)
        case cmd.OfferVoucher(voucher=code):
            raise Refused("voucher_refused", f"There is no voucher {code}.")
        case cmd.Announce():
            return _announce(command, now, limits)
        case cmd.ClearAnnouncement():
            return () if state.announcement is None else (ev.AnnouncementCleared(now),)
        case cmd.RehearsePurchase():
            return _rehearse_purchase(state, command, now)
        case (
            cmd.StartShow()
            | cmd.EndShow()
            | cmd.SetBag()
            | cmd.RefreshProducts()
            | cmd.SetStock()
            | cmd.TellStock()
            | cmd.SetDisclosure()
            | cmd.Panic()
            | cmd.Calm()
            | cmd.EditShow()
        ):
            raise AssertionError(f"{type(command).__name__} is decided before")
    assert_never(command)


def due(state: ShowState, now: int) -> tuple[ev.Event, ...]:
    """What time alone brings about: pins that expire, deals that start and end, a text's end."""
    if state.status == "ended":
        return ()
    facts: list[ev.Event] = [
        _unpinned(pin, now, "expired")
        for pin in state.pins.values()
        if pin.expires_at is not None and pin.expires_at <= now
    ]
    facts.extend(deals.due_deals(state, now))
    facts.extend(vouchers.due_vouchers(state, now))
    announcement = state.announcement
    if announcement is not None and announcement.until is not None and announcement.until <= now:
        facts.append(ev.AnnouncementCleared(now))
    return tuple(facts)


def next_due(state: ShowState) -> int | None:
    """When `due` will next return events (ms), None when never."""
    if state.status == "ended":
        return None
    times = [pin.expires_at for pin in state.pins.values()]
    for deal in state.deals.values():
        times.append(deal.starts_at if deal.status == "announced" else deal.ends_at)
    times.extend(offered.ends_at for offered in state.vouchers.values())
    if state.announcement is not None:
        times.append(state.announcement.until)
    return min((time for time in times if time is not None), default=None)


def _start(state: ShowState, now: int, rehearsal: bool) -> Iterator[ev.Event]:
    if rehearsal and state.status == "draft":
        yield ev.ShowStarted(now, "rehearsal")
        return
    if rehearsal or state.status in ("live", "paused"):
        raise Refused("already_running", f"The show is in state {state.status} already.")
    yield from _clear_stage(state, now, "cancelled")
    yield ev.ShowStarted(now, "live")


def _end(state: ShowState, now: int) -> Iterator[ev.Event]:
    yield from _clear_stage(state, now, "show_ended")
    yield ev.ShowEnded(now)


def _clear_stage(state: ShowState, now: int, reason: ev.DealEndReason) -> Iterator[ev.Event]:
    for pin in state.pins.values():
        yield _unpinned(pin, now, "show_ended" if reason == "show_ended" else "removed")
    yield from deals.end_all(state, now, reason)
    closed: ev.VoucherCloseReason = "show_ended" if reason == "show_ended" else "cancelled"
    yield from vouchers.close_all(state, now, closed)


def _turn(state: ShowState, needed: str, event: ev.Event) -> tuple[ev.Event, ...]:
    if state.status != needed:
        raise Refused("not_running", f"The show must be {needed}; it is in state {state.status}.")
    return (event,)


def _in_bag(state: ShowState, sku: str) -> BagItem:
    item = state.item_of(sku)
    if item is None:
        raise Refused("not_in_bag", f"{sku} is not in this show's bag. Add it first.")
    return item


def _next_sku(state: ShowState) -> str:
    skus = list(state.bag)
    if not skus:
        raise Refused("bag_empty", "The bag is empty. Add products first.")
    pin = state.pins.get(1)
    if pin is None or pin.product.sku not in state.bag:
        return skus[0]
    return skus[(skus.index(pin.product.sku) + 1) % len(skus)]


def _pin(
    state: ShowState, command: cmd.PinProduct, now: int, limits: Limits
) -> tuple[ev.Event, ...]:
    item = _in_bag(state, command.sku)
    if not 1 <= command.slot <= limits.pin_slots:
        raise Refused("bad_slot", f"Slots go from 1 to {limits.pin_slots} (setting pin_slots).")
    expires_at = None
    if command.ttl_s is not None:
        low, high = limits.pin_ttl_min_s, limits.pin_ttl_max_s
        if not low <= command.ttl_s <= high:
            raise Refused("out_of_range", f"A pin with an end stays {low} to {high} seconds.")
        expires_at = now + 1000 * command.ttl_s
    held = state.pins.get(command.slot)
    if held and held.product.sku == item.product.sku and held.expires_at == expires_at:
        return ()
    pin = Pin(
        slot=command.slot,
        number=item.number,
        product=item.product,
        pinned_at=now,
        expires_at=expires_at,
    )
    return (ev.ProductPinned(now, pin),)


def _unpinned(pin: Pin, now: int, reason: ev.UnpinReason) -> ev.ProductUnpinned:
    return ev.ProductUnpinned(now, pin.slot, pin.product.sku, reason)


def _set_stock(state: ShowState, command: cmd.SetStock, now: int) -> tuple[ev.Event, ...]:
    item = _in_bag(state, command.sku)
    if item.product.variants and item.product.variant(command.sku) is None:
        example = item.product.variants[0].sku
        message = f"{command.sku} has variants: set the stock of one of them, such as {example}."
        raise Refused("variant_needed", message)
    product = item.product.with_stock(command.sku, command.quantity)  # refuses what no stock can be
    return refresh_products(state, cmd.RefreshProducts((product,)), now, cause=None)


def _set_disclosure(state: ShowState, command: cmd.SetDisclosure, now: int) -> tuple[ev.Event, ...]:
    disclosure = Disclosure(
        type=command.type,
        label=command.label,
        brand=command.brand,
        shown=command.shown,
        interval_s=command.interval_s,
        reason=command.reason,
    )
    if disclosure.type == "none" and not (disclosure.reason or "").strip():
        raise Refused("reason_needed", "Say why this show needs no advertising label.")
    return () if disclosure == state.disclosure else (ev.DisclosureSet(now, disclosure),)


def _announce(command: cmd.Announce, now: int, limits: Limits) -> tuple[ev.Event, ...]:
    text = " ".join(command.text.split())
    if not text:
        raise Refused("text_empty", "An announcement needs a text.")
    if len(text) > limits.announcement_chars:
        most = limits.announcement_chars
        raise Refused("text_too_long", f"An announcement has at most {most} characters.")
    if command.until is not None and command.until <= now:
        raise Refused("deadline_passed", "The time in `until` has passed.")
    return (ev.Announced(now, text, command.until),)


def _rehearse_purchase(
    state: ShowState, command: cmd.RehearsePurchase, now: int
) -> tuple[ev.Event, ...]:
    if state.status != "rehearsal":
        raise Refused("only_in_rehearsal", "Purchases can be made up in a rehearsal only.")
    _in_bag(state, command.sku)
    line = OrderLine(command.sku, command.quantity)
    order = Order(
        purchase=f"test-{state.slug}-{state.tests + 1}",
        lines=(line,),
        occurred_at=now,
        name=command.name,
        test=True,
    )
    return confirmed(state, order, Part(order.lines), now)
