"""Vouchers on the screens of a show: offered, given by tap, taken off. Their codes are told
nobody; what is left is counted in the store and told here."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vetrina.domain.errors import Refused
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import OfferedVoucher

AT_ONCE: Final = 3
DURATION_MIN_S: Final = 30
DURATION_MAX_S: Final = 86_400


def offer(state: ShowState, command: cmd.ShowVoucher, now: int) -> tuple[ev.Event, ...]:
    """Put a voucher on every screen, to be taken by tap."""
    _check_voucher(state, command, now)
    quantity = _quantity(command)
    voucher = command.voucher
    ends = [] if voucher.ends_at is None else [voucher.ends_at]
    if command.duration_s is not None:
        if not DURATION_MIN_S <= command.duration_s <= DURATION_MAX_S:
            message = f"A voucher is offered for {DURATION_MIN_S} to {DURATION_MAX_S} seconds."
            raise Refused("out_of_range", message)
        ends.append(now + 1000 * command.duration_s)
    offered = OfferedVoucher(
        id=f"v{state.voucher_count + 1}",
        alias=command.alias,
        percent=voucher.percent,
        amount=voucher.amount,
        min_spend=voucher.min_spend,
        quantity=quantity,
        left=quantity,
        ends_at=min(ends, default=None),
        skus=voucher.skus,
    )
    return (ev.VoucherOffered(now, offered),)


def close(state: ShowState, voucher: str, now: int) -> tuple[ev.Event, ...]:
    """Take an offer off by hand; whoever was given a voucher keeps it."""
    if voucher not in state.vouchers:
        raise Refused("voucher_refused", f"No voucher {voucher} is offered in this show.")
    return (ev.VoucherClosed(now, voucher, "cancelled"),)


def tell_left(state: ShowState, command: cmd.TellVoucherLeft, now: int) -> tuple[ev.Event, ...]:
    """What the store counts. It only ever falls, so that older numbers are passed over."""
    offered = state.vouchers.get(command.voucher)
    if offered is None or offered.left is None or command.left >= offered.left:
        return ()
    changed = ev.VoucherLeftChanged(now, offered.id, command.left)
    if command.left > 0:
        return (changed,)
    return (changed, ev.VoucherClosed(now, offered.id, "taken"))


def close_all(state: ShowState, now: int, reason: ev.VoucherCloseReason) -> Iterator[ev.Event]:
    """Take off every offer."""
    for voucher in state.vouchers:
        yield ev.VoucherClosed(now, voucher, reason)


def due_vouchers(state: ShowState, now: int) -> Iterator[ev.Event]:
    """What time alone does to offers."""
    for offered in state.vouchers.values():
        if offered.ends_at is not None and offered.ends_at <= now:
            yield ev.VoucherClosed(now, offered.id, "time")


def _check_voucher(state: ShowState, command: cmd.ShowVoucher, now: int) -> None:
    voucher = command.voucher
    if voucher.show not in (None, state.slug):
        raise Refused("voucher_refused", f"{voucher.code} is good in the show {voucher.show} only.")
    if voucher.starts_at is not None and now < voucher.starts_at:
        raise Refused("voucher_refused", f"{voucher.code} is not good yet.")
    if voucher.ends_at is not None and voucher.ends_at <= now:
        raise Refused("voucher_refused", f"{voucher.code} is not good any more.")
    if any(offered.alias == command.alias for offered in state.vouchers.values()):
        raise Refused("voucher_refused", f"{voucher.code} is offered already. Close it first.")
    if len(state.vouchers) >= AT_ONCE:
        raise Refused("limit_reached", f"At most {AT_ONCE} vouchers are offered at once.")
    for money in (voucher.amount, voucher.min_spend):
        if money is not None and money.currency != state.currency:
            message = f"{voucher.code} is in {money.currency}, the show sells in {state.currency}."
            raise Refused("wrong_currency", message)


def _quantity(command: cmd.ShowVoucher) -> int | None:
    wanted, left = command.quantity, command.left
    if left == 0:
        raise Refused("sold_out", f"Nothing is left of {command.voucher.code}.")
    if wanted is not None and wanted < 1:
        message = "A quantity is 1 or more; leave it away for all that is left."
        raise Refused("out_of_range", message)
    if wanted is not None and left is not None and wanted > left:
        raise Refused("not_enough_stock", f"Only {left} of {command.voucher.code} are left.")
    return left if wanted is None else wanted
