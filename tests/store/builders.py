"""Small things to store."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from vetrina.domain.access import Role
from vetrina.domain.catalogue.product import Product
from vetrina.domain.money import Money
from vetrina.domain.selling.order import OrderLine
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.show.events import Announced, PurchaseConfirmed, SoldItem
from vetrina.store.ports.answers import IdempotentRequest, SealedResponse
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.inbox import Receipt, VersionedRecord
from vetrina.store.ports.keys import Key
from vetrina.store.ports.shows import Append, Show
from vetrina.store.ports.store import Store

NOW = 1_763_690_000_000
DAY_MS = 24 * 3_600_000
SLUG = "spring-drop"
_numbers = itertools.count(1)


def show(slug: str = SLUG, **more: Any) -> Show:
    made = Show(slug=slug, title="Spring drop", currency="EUR", epoch="kqwhzbea", created_at=NOW)
    return replace(made, **more)


async def made_show(store: Store, slug: str = SLUG, **more: Any) -> str:
    """A show without events; returns its slug."""
    await store.create_show(show(slug, **more))
    return slug


def product(sku: str = "MUG-1", **more: Any) -> Product:
    return replace(Product(sku=sku, title=f"Title of {sku}", price=Money(2490, "EUR")), **more)


def said(text: str) -> Announced:
    """The shortest event that can be told from others."""
    return Announced(NOW, text, None)


def texts(recorded: Any) -> list[str]:
    return [one.event.text for one in recorded]


def receipt(delivery: str = "", connection: str = "c1", **more: Any) -> Receipt:
    made = Receipt(
        connection=connection,
        delivery=delivery or f"delivery-{next(_numbers)}",
        received_at=NOW,
        outcome="applied",
        body=b'{"items":[]}',
    )
    return replace(made, **more)


def record(
    purchase: str = "p1", version: int = 0, connection: str = "c1", **more: Any
) -> VersionedRecord:
    lines = (OrderLine("MUG-1", 2, Money(4980, "EUR")),)
    order = replace(OrderRecord(purchase=purchase, show=SLUG, lines=lines), **more)
    return VersionedRecord(connection, order, version)


def purchase(number: int) -> Append:
    """What a paid order writes."""
    event = PurchaseConfirmed(
        at=NOW,
        purchase=f"p{number}",
        items=(SoldItem("MUG-1", "Mug", 2),),
        name="Giulia",
        region="IT",
        occurred_at=NOW - 800,
        test=False,
        amounts=(Money(4980, "EUR"),),
    )
    return Append(
        show=SLUG,
        events=(event,),
        by="generic",
        receipts=(receipt(f"d{number}"),),
        records=(record(f"p{number}"),),
    )


def idempotent(key: str = "k1", received_at: int = NOW) -> IdempotentRequest:
    return IdempotentRequest(key=key, fingerprint="f1", received_at=received_at)


def answer(key: str = "k1", *, body: bytes = b"sealed", received_at: int = NOW) -> SealedResponse:
    return SealedResponse(idempotent(key, received_at), 201, body)


def key(key_id: str = "key-1", **more: Any) -> Key:
    return replace(
        Key(id=key_id, role=Role.CONTROL, show=None, label="Anna", created_at=NOW), **more
    )


def connection(connection_id: str = "c1", **more: Any) -> Connection:
    made = Connection(
        id=connection_id,
        kind="generic",
        show=None,
        secrets=("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",),
        created_at=NOW,
    )
    return replace(made, **more)
