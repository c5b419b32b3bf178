"""The price history of a product: what a reduction may be compared with, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.catalogue.price_history import DAY_MS, Offered, history_of, lowest_before
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.query_params import WholeNumber

DAYS = WholeNumber("days", "How many days back.", 30, 1, 400)


@dataclass(frozen=True)
class OfferedPrice:
    """A price that the product was offered for. `ends_at` null: it still is."""

    kind: Literal["price", "deal"]
    price: Money
    starts_at: int
    ends_at: int | None


@dataclass(frozen=True)
class ProductPrices:
    """What a product was offered for, oldest first.

    `lowest` is the lowest price of the last 30 days: what a deal that starts now is compared with,
    if the product has no lower `prior_price`. Of equal ones it is the last.
    """

    sku: str
    prices: list[OfferedPrice]
    lowest: OfferedPrice | None


async def list_prices(call: Call) -> Response:
    """The history of one SKU."""
    sku = str(call.request.path_params["sku"])
    since = call.now - DAYS.of(call.request) * DAY_MS
    offers = await call.context.store.prices([sku], since)
    if not offers and not await call.context.store.owners([sku]):
        raise Refused("unknown_sku", f"There is no product {sku}.")
    # A price that came this very millisecond counts.
    currency = _currency(offers) if offers else ""
    lowest = lowest_before(history_of(offers), sku, call.now + 1, currency)
    told = None if lowest is None else _told(lowest)
    return json_answer(ProductPrices(sku, [_told(one) for one in offers], told))


def _currency(offers: Sequence[Offered]) -> str:
    """The one it is sold in now, or was last."""
    present = [one for one in offers if one.until_ms is None]
    return (present or offers)[-1].price.currency


def _told(one: Offered) -> OfferedPrice:
    return OfferedPrice(one.kind, one.price, one.from_ms, one.until_ms)


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/products/{sku}/prices",
        name="list_prices",
        summary="See what a product was offered for",
        about="Its own prices and those of deals that ran, oldest first: of the last `days`, and "
        "of the 30 days before its present price began. `lowest` is that of the last 30 days.",
        refusals=("unknown_sku",),
        handler=list_prices,
        needs=Permission.READ_CATALOGUE,
        scope="some",
        query=(DAYS.parameter,),
        answer=ProductPrices,
    ),
)
