"""Markets: where the shop delivers to, read and set by control."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.errors import InvalidValue
from vetrina.domain.markets.market import Market
from vetrina.domain.money import Money
from vetrina.protocol.command_codec import FieldError
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import invalid
from vetrina.web.http.request_body import JsonBody

MOST: Final = 50


@dataclass(frozen=True, kw_only=True)
class MarketBody:
    """Countries on the same terms. `tax_bps`: the tax contained in prices, in basis points."""

    code: Annotated[str, Field(examples=["it"])]
    name: Annotated[str, Field(examples=["Italy"], max_length=80)]
    countries: Annotated[tuple[str, ...], Field(max_length=250, examples=[["IT"]])]
    shipping: Money
    free_from: Money | None = None
    tax_bps: int | None = None


@dataclass(frozen=True, kw_only=True)
class MarketsBody:
    """All markets, in order: the first one is the shop's own."""

    markets: Annotated[tuple[MarketBody, ...], Field(max_length=MOST)]


@dataclass(frozen=True)
class Markets:
    """All markets, in order."""

    markets: list[Market]


async def get_markets(call: Call) -> Response:
    """Where the shop delivers to."""
    return json_answer(Markets(await call.context.store.markets()))


async def put_markets(call: Call) -> Response:
    """Make these the markets."""
    body: MarketsBody = call.body
    markets = [_market(index, one) for index, one in enumerate(body.markets)]
    _check_together(markets)
    await call.context.storefront.put_markets(markets)
    return json_answer(Markets(markets))


def _market(index: int, body: MarketBody) -> Market:
    try:
        return Market(
            code=body.code,
            name=" ".join(body.name.split()),
            countries=body.countries,
            shipping=body.shipping,
            free_from=body.free_from,
            tax_bps=body.tax_bps,
        )
    except InvalidValue as error:
        raise invalid([FieldError(f"markets.{index}.{error.field}", error.message)]) from error


def _check_together(markets: Sequence[Market]) -> None:
    """A country is delivered to on one set of terms, and a code names one market."""
    codes: set[str] = set()
    countries: dict[str, int] = {}
    for index, market in enumerate(markets):
        if market.code in codes:
            message = f"expected another code than {market.code}, which is another market's"
            raise invalid([FieldError(f"markets.{index}.code", message)])
        codes.add(market.code)
        for country in market.countries:
            other = countries.setdefault(country, index)
            if other != index:
                message = f"expected no {country}, which is in {markets[other].name}"
                raise invalid([FieldError(f"markets.{index}.countries", message)])


OPERATIONS = (
    Operation(
        method="GET",
        path="/api/v1/markets",
        name="get_markets",
        summary="Read where the shop delivers to",
        handler=get_markets,
        needs=Permission.READ_CATALOGUE,
        scope="some",
        answer=Markets,
    ),
    Operation(
        method="PUT",
        path="/api/v1/markets",
        name="put_markets",
        summary="Say where the shop delivers to, and what that costs",
        about="The whole list. The first market is the one of buyers who name none.",
        handler=put_markets,
        needs=Permission.WRITE_CATALOGUE,
        scope="all",
        body=JsonBody[MarketsBody](MarketsBody),
        answer=Markets,
    ),
)
