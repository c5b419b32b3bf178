"""What a voucher takes off a cart, or why it does not. Pure; the store counts its uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.allocation import percent_of, spread
from vetrina.domain.selling.checkout import CheckoutLine
from vetrina.domain.selling.voucher import Voucher


def voucher_not_good() -> Refused:
    """The one answer for codes that are unknown, over, not yet good, used up or of another show:
    whoever tries codes learns nothing."""
    return Refused(
        "voucher_refused",
        "This voucher code is not good for this order. Check the code, or go on without it.",
        {"reason": "not_good"},
    )


def discounts(
    voucher: Voucher, lines: Sequence[CheckoutLine], *, show: str | None, now: int
) -> tuple[int, ...]:
    """What it takes off each line. Raises Refused voucher_refused, with a reason in its details."""
    if not is_good(voucher, show, now):
        raise voucher_not_good()
    weights = [line.goods.amount if _covers(voucher, line) else 0 for line in lines]
    eligible = Money(sum(weights), lines[0].unit.currency)
    if not any(_covers(voucher, line) for line in lines):
        raise Refused(
            "voucher_refused",
            "This voucher is for other products than those in the bag.",
            {"reason": "products", "skus": list(voucher.skus)},
        )
    _check_minimum(voucher, eligible)
    off = _off(voucher, eligible)
    if off == 0:
        raise Refused("voucher_refused", "There is nothing to take off.", {"reason": "nothing_off"})
    return spread(off, weights)


def is_good(voucher: Voucher, show: str | None, now: int) -> bool:
    """Its time is now, and its show is this one."""
    if voucher.show is not None and voucher.show != show:
        return False
    if voucher.starts_at is not None and now < voucher.starts_at:
        return False
    return voucher.ends_at is None or now < voucher.ends_at


def _covers(voucher: Voucher, line: CheckoutLine) -> bool:
    return not voucher.skus or line.sku in voucher.skus or line.product in voucher.skus


def _check_minimum(voucher: Voucher, eligible: Money) -> None:
    """It counts the goods after deals, with tax and without shipping."""
    least = voucher.min_spend
    if least is None:
        return
    _check_currency(least, eligible)
    if eligible.amount < least.amount:
        raise Refused(
            "voucher_refused",
            f"This voucher needs goods for {least.decimal()} {least.currency}, after deals and"
            f" without shipping. There are goods for {eligible.decimal()}.",
            {"reason": "min_spend", "min_spend": asdict(least), "goods": asdict(eligible)},
        )


def _off(voucher: Voucher, eligible: Money) -> int:
    """Never more than the goods that it is good for."""
    if voucher.amount is None:
        return percent_of(eligible.amount, voucher.percent_bps or 0)
    _check_currency(voucher.amount, eligible)
    return min(voucher.amount.amount, eligible.amount)


def _check_currency(money: Money, eligible: Money) -> None:
    if money.currency != eligible.currency:
        raise Refused(
            "voucher_refused",
            f"This voucher is in {money.currency}, the goods are in {eligible.currency}.",
            {"reason": "currency"},
        )
