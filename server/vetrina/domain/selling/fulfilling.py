"""Parcels, their arrival and what comes back, and the buyer's right to withdraw. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Final

from vetrina.domain.errors import Refused
from vetrina.domain.selling.order_facts import (
    Delivered,
    Returned,
    Shipped,
    WithdrawalAsked,
)
from vetrina.domain.selling.order_sums import (
    bought,
    is_delivered,
    left_to_ship,
    paid_of,
    returned_pieces,
    shipped_pieces,
    withdrawn_pieces,
)
from vetrina.domain.selling.own_order import OwnOrder

WITHDRAWAL_DAYS: Final = 14
"""Directive 2011/83/EU, Article 9."""
DELIVERY_DAYS: Final = 30
"""How long a parcel may take where nobody tells of its arrival (Article 18)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """What the seller says of it. Without `lines`: all that is still to be shipped."""

    shipment: str
    lines: Mapping[str, int]
    carrier: str = ""
    tracking: str | None = None
    by: str | None = None


def ship(order: OwnOrder, parcel: Parcel, at: int) -> Shipped | None:
    """The fact, or None where this parcel is known.

    Raises Refused: not_paid, unknown_sku, out_of_range (with the pieces that are left).
    """
    _check_paid(order)
    if any(isinstance(f, Shipped) and f.shipment == parcel.shipment for f in order.facts):
        return None
    lines = dict(parcel.lines) or left_to_ship(order.checkout, order.facts)
    gone = shipped_pieces(order.checkout, order.facts)
    left = {sku: pieces - gone.get(sku, 0) for sku, pieces in bought(order.checkout).items()}
    _check_pieces(lines, left, "to be shipped")
    return Shipped(
        at=at,
        shipment=parcel.shipment,
        lines=lines,
        carrier=parcel.carrier,
        tracking=parcel.tracking,
        by=parcel.by,
    )


def deliver(order: OwnOrder, at: int, by: str | None = None) -> Delivered | None:
    """Everything arrived, also what nobody told to be shipped. Raises Refused not_paid."""
    _check_paid(order)
    return None if is_delivered(order.facts) else Delivered(at=at, by=by)


def take_back(
    order: OwnOrder, lines: Mapping[str, int], at: int, by: str | None = None
) -> Returned:
    """Pieces that left came back; without `lines` all of them. Raises as `ship` does."""
    _check_paid(order)
    back = returned_pieces(order.facts)
    left = {
        sku: pieces - back.get(sku, 0)
        for sku, pieces in shipped_pieces(order.checkout, order.facts).items()
    }
    lines = dict(lines) or {sku: pieces for sku, pieces in left.items() if pieces > 0}
    none = dict.fromkeys(bought(order.checkout), 0)
    _check_pieces(lines, none | left, "that left and did not come back")
    return Returned(at=at, lines=lines, by=by)


def withdrawal_ends(order: OwnOrder, days: int, zone: tzinfo) -> int | None:
    """When the right to withdraw is over: with the last day of so many after the arrival.

    Where nobody told of the arrival it is thought to have come late. None: nothing left yet, so
    that no day has begun to count.
    """
    arrived = [f.at for f in order.facts if isinstance(f, Delivered)]
    left = [f.at for f in order.facts if isinstance(f, Shipped)]
    if not arrived and not left:
        return None
    start = min(arrived) if arrived else max(left) + DELIVERY_DAYS * 86_400_000
    day = datetime.fromtimestamp(start / 1000, zone).date() + timedelta(days=days + 1)
    end = datetime(day.year, day.month, day.day, tzinfo=zone)
    return int(end.timestamp() * 1000)


def withdraw(
    order: OwnOrder,
    lines: Mapping[str, int],
    at: int,
    *,
    days: int = WITHDRAWAL_DAYS,
    zone: tzinfo = UTC,
) -> WithdrawalAsked | None:
    """The buyer withdraws: of these pieces, of all without `lines`. None where it is known.

    Raises Refused: not_paid, deadline_passed (with `ends_at`), unknown_sku, out_of_range.
    """
    _check_paid(order)
    gone = withdrawn_pieces(order.checkout, order.facts)
    left = {
        sku: max(0, pieces - gone.get(sku, 0)) for sku, pieces in bought(order.checkout).items()
    }
    if not any(left.values()):
        return None
    ends = withdrawal_ends(order, days, zone)
    if ends is not None and at >= ends:
        last = datetime.fromtimestamp(ends / 1000, zone) - timedelta(minutes=1)
        raise Refused(
            "deadline_passed",
            f"The right to withdraw ended on {last:%Y-%m-%d} at {last:%H:%M}: {days} days after the"
            " parcel came.",
            {"ends_at": ends},
        )
    lines = dict(lines) or {sku: pieces for sku, pieces in left.items() if pieces}
    _check_pieces(lines, left, "to withdraw from")
    return WithdrawalAsked(at=at, lines=lines)


def _check_paid(order: OwnOrder) -> None:
    if paid_of(order.facts) is None:
        raise Refused("not_paid", "This order is not paid.")


def _check_pieces(lines: Mapping[str, int], left: Mapping[str, int], what: str) -> None:
    details = {"left": {sku: max(0, pieces) for sku, pieces in left.items()}}
    if not lines:
        raise Refused("out_of_range", f"There is nothing {what}.", details)
    for sku, pieces in lines.items():
        if sku not in left:
            raise Refused("unknown_sku", f"There is no {sku} in this order.")
        if not 1 <= pieces <= left[sku]:
            told = f"Expected 1 to {max(0, left[sku])} pieces of {sku} {what}, got {pieces}."
            raise Refused("out_of_range", told, details)
