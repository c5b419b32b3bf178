"""Checkouts to reserve."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Iterable
from typing import Any

from sqlalchemy import insert

from tests.store.builders import NOW, SLUG, product, receipt, record
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout, CheckoutLine
from vetrina.domain.selling.order import OrderLine
from vetrina.domain.selling.order_facts import OrderFact, Paid
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.places import Place
from vetrina.domain.selling.reserving import claim_of
from vetrina.domain.selling.voucher import Voucher
from vetrina.store.ports.checkouts import NewCheckout, OrderChange, StockChange
from vetrina.store.ports.order_hooks import HookTarget
from vetrina.store.ports.payments import PaymentSettings
from vetrina.store.ports.places import StockMove
from vetrina.store.ports.store import Store
from vetrina.store.ports.vouchers import VoucherClaim
from vetrina.store.sql.selling_tables import deal_stocks, vouchers
from vetrina.store.sql.store import SqlStore

_numbers = itertools.count(1)
PRICE = Money(1000, "EUR")
NOTHING = Money(0, "EUR")


def line(sku: str = "MUG-1", quantity: int = 1, **more: Any) -> CheckoutLine:
    fields = {"product": sku, "title": f"Title of {sku}", "unit": PRICE, "own_unit": PRICE}
    return CheckoutLine(sku=sku, quantity=quantity, **{"discount": NOTHING, **fields, **more})


def checkout(*lines: CheckoutLine, **more: Any) -> Checkout:
    """A checkout of one mug, or of these lines."""
    lines = lines or (line(),)
    fields = {
        "id": f"o_{next(_numbers)}",
        "shop": "shop",
        "adapter": "stripe",
        "discount": NOTHING,
        "shipping": NOTHING,
        "total": Money(sum(one.total.amount for one in lines), "EUR"),
        "created_at": NOW,
    }
    return Checkout(lines=lines, **{**fields, **more})


def new(*lines: CheckoutLine, buyer: str = "", replaces: str | None = None, **more: Any):
    """A checkout to reserve, of a buyer of its own unless one is named."""
    made = checkout(*lines, **more)
    return NewCheckout(
        checkout=made,
        claim=claim_of(made, buyer or f"buyer of {made.id}"),
        token=f"token of {made.id}",
        expires_at=made.created_at + 1000 * made.deadline_s,
        replaces=replaces,
    )


def change(order: OwnOrder, *facts: OrderFact, stock: StockChange = "none", **more: Any):
    return OrderChange(
        id=order.checkout.id, version=order.version, facts=facts, stock=stock, **more
    )


def paid(payment: str = "pi_1", at: int = NOW, **more: Any) -> Paid:
    return Paid(at=at, payment=payment, amount=PRICE, **more)


async def stocked(store: Store, stock: int | None = 3, sku: str = "MUG-1") -> str:
    """A product with so many pieces; returns its SKU."""
    await store.put_products([product(sku, stock=stock)])
    return sku


async def stock_of(store: Store, sku: str = "MUG-1") -> int | None:
    return (await store.stocks([sku]))[sku]


async def add_voucher(store: SqlStore, code: str = "TEN", **more: Any) -> str:
    """A voucher's row as it counts; returns its code."""
    row = {"code": code, "created_at": NOW, "data": "{}", **more}
    await store._write_alone(lambda sql: sql.execute(insert(vouchers), row))
    return code


async def add_deal(store: SqlStore, show: str, left: int | None, **more: Any) -> str:
    """A deal's row as it counts; returns its id."""
    row = {"show": show, "deal": "d1", "sku": "MUG-1", "left": left, "open": True, **more}
    row.setdefault("ends_at", NOW + 60_000)
    await store._write_alone(lambda sql: sql.execute(insert(deal_stocks), row))
    return str(row["deal"])


async def fill_selling(store: SqlStore) -> None:
    """Something in every table of selling."""
    await add_voucher(store)
    await fill_around(store)
    await add_deal(store, SLUG, 5)
    await stocked(store)
    order = await store.reserve(new(line(deal="d1"), voucher="TEN", show=SLUG))
    await store.add_hook_target(
        HookTarget(
            id="oh_1",
            url="https://erp.example/orders",
            secret="whsec_c2VjcmV0",
            events=("order.paid",),
            created_at=NOW,
        )
    )
    await store.change_order(change(order, paid(), stock="sell"))
    await store.queue_deliveries(NOW, NOW + 5)
    await fill_places(store, order.checkout.id)


async def outcomes(calls: Iterable[Awaitable[Any]]) -> tuple[list[Any], list[Refused]]:
    """What came of calls that all wait at once: what was made, and who was refused."""
    made = await asyncio.gather(*calls, return_exceptions=True)
    refused = [one for one in made if isinstance(one, Refused)]
    others = [one for one in made if isinstance(one, BaseException) and one not in refused]
    assert others == []
    return [one for one in made if not isinstance(one, BaseException)], refused


async def fill_around(store: SqlStore) -> None:
    """Something in every table of payments, vouchers, orders out and orders of other shops."""
    await store.choose_payments(PaymentSettings(adapter="link", changed_at=NOW))
    alias = (await store.add_voucher(Voucher(code="SPRING10", percent_bps=1000), NOW)).alias
    tap = {"buyer": "b", "quantity": 5, "show": SLUG, "offer": "v1", "at": NOW}
    await store.claim_voucher(VoucherClaim(alias=alias, **tap))
    mug = OrderLine("MUG-1", 1, PRICE, "Mug")
    await store.put_receipts(
        [receipt("elsewhere")], [record("elsewhere", paid_at=NOW, lines=(mug,))]
    )


async def fill_places(store: SqlStore, order: str) -> None:
    """Something in every table of places."""
    await store.put_place(Place(code="milan", name="Milan"))
    await store.put_place(Place(code="rome", name="Rome", priority=1))
    move = {"id": "m_1", "at": NOW, "sku": "MUG-1", "pieces": 1, "reason": "counted"}
    await store.move_stock(StockMove(source="milan", target="rome", **move))
    await store.allocations(order, {"MUG-1": 1}, {})
