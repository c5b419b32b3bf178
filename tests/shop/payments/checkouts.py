"""Checkouts as payment adapters get them."""

from __future__ import annotations

import itertools
from typing import Any

from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout, CheckoutLine
from vetrina.shop.payments.port import ReturnUrls

URLS = ReturnUrls(
    "https://shop.example/orders/ck_1", "https://shop.example/shop/giulia/bag", "Giulia"
)
_numbers = itertools.count(1)


def a_line(
    amount: int = 1990, quantity: int = 2, currency: str = "EUR", **more: Any
) -> CheckoutLine:
    money = Money(amount, currency)
    given = {
        "sku": "MUG-1", "product": "MUG", "title": "Moka mug", "choice": "Olive",
        "quantity": quantity, "unit": money, "own_unit": money, "discount": Money(0, currency),
    }  # fmt: skip
    return CheckoutLine(**{**given, **more})


def a_checkout(
    *lines: CheckoutLine, now: int, off: int = 0, shipping: int = 490, **more: Any
) -> Checkout:
    """A new one each time; `off` is what a voucher takes off."""
    lines = lines or (a_line(),)
    currency = lines[0].unit.currency
    goods = sum(line.goods.amount for line in lines)
    given: dict[str, Any] = {
        "id": f"o_{next(_numbers)}",
        "shop": "giulia",
        "adapter": "stripe",
        "lines": lines,
        "discount": Money(off, currency),
        "shipping": Money(shipping, currency),
        "total": Money(goods - off + shipping, currency),
        "voucher": "SPRING" if off else None,
        "market": "it",
        "created_at": now,
    }
    return Checkout(**{**given, **more})
