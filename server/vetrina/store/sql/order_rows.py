"""Checkouts and orders of ours as rows, and back."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, get_args

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, bindparam, select

from vetrina.domain.catalogue.matching import folded
from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.order_facts import (
    OrderFact,
    Paid,
    PaidInVain,
    PaymentStarted,
    SessionMade,
)
from vetrina.domain.selling.order_listing import SEARCH_CHARS
from vetrina.domain.selling.own_order import OwnOrder, untold_since
from vetrina.domain.selling.reservation import Claim, DealId, Part
from vetrina.domain.selling.waiting_refunds import pending_since, unsent_since
from vetrina.store.sql.chunks import slices
from vetrina.store.sql.selling_tables import order_facts, reservations, voucher_uses

Values = dict[str, Any]
_CHECKOUT: Final = TypeAdapter(Checkout)
_TYPES: Final[dict[str, type[OrderFact]]] = {
    re.sub(r"(?<=.)([A-Z])", r"_\1", cls.__name__).lower(): cls for cls in get_args(OrderFact)
}
_NAMES: Final = {cls: name for name, cls in _TYPES.items()}
_FACTS: Final[dict[str, TypeAdapter[OrderFact]]] = {
    name: TypeAdapter(cls) for name, cls in _TYPES.items()
}
_FACTS_OF: Final = (
    select(order_facts)
    .where(order_facts.c.order.in_(bindparam("ids", expanding=True)))
    .order_by(order_facts.c.order, order_facts.c.place)
)
_HELD_BY: Final = (
    select(reservations)
    .where(reservations.c.checkout.in_(bindparam("ids", expanding=True)))
    .order_by(reservations.c.checkout, reservations.c.place)
)
_VOUCHERS_OF: Final = select(voucher_uses).where(
    voucher_uses.c.checkout.in_(bindparam("ids", expanding=True))
)


@dataclass(slots=True)
class KeptOrder:
    """An order and what the store keeps of it besides. `expires_at` is None once its stock is kept
    without end, sold or given back; `held` is what it holds or took."""

    order: OwnOrder
    token: str
    buyer: str
    expires_at: int | None
    placed_at: int | None = None
    held: Sequence[Claim] = field(default=())
    sold: bool = False

    @property
    def session(self) -> str | None:
        """The provider's name of its last page."""
        return last_session(self.order.facts)


def last_session(facts: Sequence[OrderFact]) -> str | None:
    """The provider's name of the last page that was made for an order."""
    made = [one.session for one in facts if isinstance(one, SessionMade)]
    return made[-1] if made else None


def payment_of(facts: Sequence[OrderFact]) -> str | None:
    """The provider's name of the payment: of that which counts, where several came."""
    for kind in (Paid, PaymentStarted, PaidInVain):
        for one in facts:
            if isinstance(one, kind) and one.payment is not None:
                return one.payment
    return None


def checkout_row(kept: KeptOrder) -> Values:
    """A new row."""
    checkout = kept.order.checkout
    return {
        "id": checkout.id,
        "token": kept.token,
        "buyer": kept.buyer,
        "show": checkout.show,
        "market": checkout.market,
        "adapter": checkout.adapter,
        "test": checkout.test,
        "currency": checkout.currency,
        "total": checkout.total.amount,
        "created_at": checkout.created_at,
        "search": searched(checkout),
        "data": orjson.dumps(checkout).decode(),
        **changing_values(kept),
    }


def changing_values(kept: KeptOrder) -> Values:
    """The columns that facts change."""
    order = kept.order
    standing = order.standing
    return {
        "version": order.version,
        "order_axis": standing.order,
        "money_axis": standing.money,
        "dispute_axis": standing.dispute,
        "fulfilment_axis": standing.fulfilment,
        "number": order.number,
        "session": last_session(order.facts),
        "payment": payment_of(order.facts),
        "expires_at": kept.expires_at,
        "placed_at": kept.placed_at,
        "untold_since": untold_since(order.facts) if order.checkout.show else None,
        "unsent_since": unsent_since(order.facts),
        "pending_since": pending_since(order.facts),
    }


def searched(checkout: Checkout) -> str:
    """What a search looks through: what was bought."""
    words = (word for line in checkout.lines for word in (line.title, line.choice, line.sku))
    return folded(" ".join(filter(None, words)))[:SEARCH_CHARS]


def fact_rows(id: str, after: int, facts: Iterable[OrderFact]) -> list[Values]:
    """Rows of new facts; `after` is how many there are before them."""
    return [
        {
            "order": id,
            "place": place,
            "type": _NAMES[type(one)],
            "at": one.at,
            "data": orjson.dumps(one).decode(),
        }
        for place, one in enumerate(facts, after + 1)
    ]


def held_rows(id: str, claim: Claim, stocks: Mapping[str, int | None]) -> list[Values]:
    """What is taken, piece by piece, and which of it is counted."""
    return [
        {
            "checkout": id,
            "place": place,
            "sku": part.sku,
            "product": part.product,
            "quantity": part.quantity,
            "show": part.deal.show if part.deal else None,
            "deal": part.deal.deal if part.deal else None,
            "buyer": claim.buyer,
            "payer": None,
            "stocked": claim.stocked and stocks.get(part.sku) is not None,
            "sold": False,
        }
        for place, part in enumerate(claim.parts, 1)
    ]


def use_row(id: str, code: str, buyer: str) -> Values:
    """The use of a voucher, not sold yet."""
    return {"checkout": id, "code": code, "buyer": buyer, "payer": None, "sold": False}


def orders_of(rows: Sequence[Row[Any]], connection: Connection) -> list[OwnOrder]:
    """Rows of checkouts as orders, with their facts."""
    facts = _facts([row.id for row in rows], connection)
    return [_order_of(row, facts.get(row.id, ())) for row in rows]


def kept_orders(rows: Sequence[Row[Any]], connection: Connection) -> dict[str, KeptOrder]:
    """Orders by id, with what they hold."""
    ids = [row.id for row in rows]
    held: dict[str, list[Row[Any]]] = {}
    codes: dict[str, str] = {}
    for some in slices(ids):
        for one in connection.execute(_HELD_BY, {"ids": some}):
            held.setdefault(one.checkout, []).append(one)
        codes.update(
            (one.checkout, one.code) for one in connection.execute(_VOUCHERS_OF, {"ids": some})
        )
    return {
        row.id: KeptOrder(
            order=order,
            token=row.token,
            buyer=row.buyer,
            expires_at=row.expires_at,
            placed_at=row.placed_at,
            held=_claims(row.buyer, held.get(row.id, ()), codes.get(row.id)),
            sold=any(one.sold for one in held.get(row.id, ())),
        )
        for row, order in zip(rows, orders_of(rows, connection), strict=True)
    }


def _facts(ids: Sequence[str], connection: Connection) -> dict[str, list[OrderFact]]:
    facts: dict[str, list[OrderFact]] = {}
    for some in slices(ids):
        for row in connection.execute(_FACTS_OF, {"ids": some}):
            facts.setdefault(row.order, []).append(_FACTS[row.type].validate_json(row.data))
    return facts


def _order_of(row: Row[Any], facts: Sequence[OrderFact]) -> OwnOrder:
    checkout = _CHECKOUT.validate_json(row.data)
    over = checkout.created_at + 1000 * checkout.deadline_s
    return OwnOrder(
        checkout=checkout,
        expires_at=over if row.expires_at is None else row.expires_at,
        number=row.number,
        placed_at=row.placed_at,
        facts=tuple(facts),
    )


def _claims(buyer: str, rows: Sequence[Row[Any]], voucher: str | None) -> tuple[Claim, ...]:
    """What rows hold. Pieces that were not counted when they were taken are apart from the others:
    they do not come back either."""
    claims = []
    for stocked in (True, False):
        parts = tuple(_part(row) for row in rows if row.stocked is stocked)
        if parts:
            claims.append(Claim(buyer, parts, stocked=stocked))
    if voucher is not None:
        claims.append(Claim(buyer, (), voucher))
    return tuple(claims)


def _part(row: Row[Any]) -> Part:
    deal = None if row.show is None or row.deal is None else DealId(row.show, row.deal)
    return Part(row.sku, row.product, row.quantity, deal)
