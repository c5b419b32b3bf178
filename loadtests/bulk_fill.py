"""Installations of any size, written by the store's own port while no server runs.

What a server would have written is written: events with their receipts and orders, and the state
with every thousandth event. A thousand purchases are one transaction here, which is what makes it
quick.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from vetrina.domain.catalogue.entry import CatalogueEntry, Image
from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.domain.selling.order import OrderLine
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.show.events import (
    Event,
    PurchaseConfirmed,
    PurchaseReversed,
    ShowEnded,
    ShowStarted,
    SoldItem,
)
from vetrina.live.show_loader import evolved, load
from vetrina.live.stored_states import is_due, stored
from vetrina.store.ports.inbox import Receipt, VersionedRecord
from vetrina.store.ports.shows import Append, Show, Standing
from vetrina.store.ports.states import StoredState
from vetrina.store.sql.store import SqlStore, sqlite_store

AT_ONCE: Final = 1_000
BODY: Final = b'[{"purchase":"A-1","lines":[{"sku":"MUG-1","quantity":1}]}]'
EURO: Final = "EUR"
SHOP: Final = "things"
Tell = Callable[[int], None]


def purchases(data: Path, slug: str, connection: str, numbers: range, tell: Tell) -> None:
    """Paid orders `A-0`, `A-1` … of a connection, at the end of a show's log."""
    asyncio.run(_filled(data, lambda store: _purchases(store, slug, connection, numbers, tell)))


def forgotten_state(data: Path, slug: str) -> None:
    """Leave a state that does not fit, as an update of the program does."""
    old = StoredState(0, "another version", b"", b"")
    asyncio.run(_filled(data, lambda store: store.put_state(slug, old)))


def catalogue(data: Path, many: int) -> None:
    """So many products, besides those that are there."""
    asyncio.run(_filled(data, lambda store: _catalogue(store, many)))


def ended_shows(data: Path, many: int) -> None:
    """So many shows that are over; something came after the end of every other one."""
    asyncio.run(_filled(data, lambda store: _ended_shows(store, many)))


def shop(data: Path, many: int) -> float:
    """A shop of so many products: every fifth has variants, every twentieth is sold out. Returns
    the seconds that writing them took."""
    began = time.monotonic()
    asyncio.run(_filled(data, lambda store: _shop(store, many)))
    return time.monotonic() - began


async def _filled(data: Path, work: Callable[[SqlStore], object]) -> None:
    store = sqlite_store(data)
    await store.open()
    try:
        await work(store)  # type: ignore[misc]
    finally:
        await store.close()


async def _purchases(
    store: SqlStore, slug: str, connection: str, numbers: range, tell: Tell
) -> None:
    loaded = await load(store, slug)
    assert loaded is not None
    state, seq = loaded.state, loaded.position.seq
    for some in _slices(numbers):
        now = time.time_ns() // 1_000_000
        events = [_purchase(number, now) for number in some]
        after, seq, state = seq, seq + len(events), evolved(state, events)
        append = Append(
            show=slug,
            events=events,
            by="generic",
            after=after,
            receipts=[_receipt(connection, number, now) for number in some],
            records=[_record(connection, slug, number, now) for number in some],
            state=stored(seq, state) if is_due(after, seq) else None,
        )
        await store.append(append)
        tell(some.stop)


async def _catalogue(store: SqlStore, many: int) -> None:
    for some in _slices(range(many)):
        await store.put_products([_product(number) for number in some])


async def _shop(store: SqlStore, many: int) -> None:
    await store.put_shop(ShopProfile(handle=SHOP, name="The shop"))
    for some in _slices(range(many)):
        await store.put_entries([_entry(number) for number in some])


def _entry(number: int) -> CatalogueEntry:
    """`thing` and a colour are in many titles, a number in few."""
    colour, price = ("red", "blue", "green")[number % 3], Money(100 + number * 7919 % 9_000, EURO)
    stock = 0 if number % 20 == 0 else number % 200
    alone = Variant(sku=f"S-{number}", price=price, stock=stock)
    sizes = [
        Variant(sku=f"S-{number}-{size}", values=(size,), price=price, stock=stock)
        for size in ("S", "M", "L")
    ]
    return CatalogueEntry(
        key=f"S-{number}",
        title=f"Thing, {colour}, number{number % 10_000}",
        options=("Size",) if number % 5 == 0 else (),
        variants=tuple(sizes) if number % 5 == 0 else (alone,),
        description="<p>What there is to say of it, in a sentence or two.</p>" * 3,
        categories=(f"Kind {number % 20}",),
        images=(Image(f"/media/{number % 64:032x}.webp", "What it looks like"),),
        status="active",
    )


async def _ended_shows(store: SqlStore, many: int) -> None:
    over = Standing("ended", None)
    for some in _slices(range(many)):
        made = (_ended_show(store, number, over) for number in some)
        await asyncio.gather(*made)


async def _ended_show(store: SqlStore, number: int, over: Standing) -> None:
    show = Show(
        slug=f"show-{number}",
        title=f"Show number {number}",
        currency=EURO,
        epoch="abcdefgh",
        created_at=number,
    )
    late: tuple[Event, ...] = (_reversal(number),) if number % 2 else ()
    await store.create_show(show, (ShowStarted(1, "live"), ShowEnded(2), *late), standing=over)


def _slices(numbers: range) -> Iterator[range]:
    for start in range(numbers.start, numbers.stop, AT_ONCE):
        yield range(start, min(start + AT_ONCE, numbers.stop))


def _purchase(number: int, now: int) -> PurchaseConfirmed:
    return PurchaseConfirmed(
        at=now,
        purchase=f"order-{number}",
        items=(SoldItem("MUG-1", "Moka mug, hand-glazed", 1),),
        name="Giulia" if number % 3 == 0 else None,
        region="IT",
        occurred_at=now,
        test=False,
        amounts=(Money(2490, EURO),),
    )


def _reversal(number: int) -> PurchaseReversed:
    items = (SoldItem("MUG-1", "Moka mug, hand-glazed", 1),)
    return PurchaseReversed(
        at=3, purchase=f"order-{number}", items=items, complete=True, reason="refunded", test=False
    )


def _receipt(connection: str, number: int, now: int) -> Receipt:
    return Receipt(
        connection=connection,
        delivery=f"A-{number}",
        received_at=now,
        outcome="applied",
        body=BODY,
    )


def _record(connection: str, slug: str, number: int, now: int) -> VersionedRecord:
    lines = (OrderLine("MUG-1", 1, Money(2490, EURO)),)
    record = OrderRecord(purchase=f"order-{number}", show=slug, lines=lines)
    return VersionedRecord(connection, replace(record, paid_at=now), 0)


def _product(number: int) -> Product:
    return Product(
        sku=f"SKU-{number:06d}",
        title=f"Product number {number}, hand-made",
        price=Money(1000 + number % 9000, EURO),
        image="/media/0f3a.webp",
        link=f"https://shop.example/products/{number}",
        stock=number % 100,
    )
