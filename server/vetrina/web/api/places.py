"""Places that goods are sent from, and what each of them holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.errors import InvalidValue
from vetrina.domain.selling.places import CODE_PATTERN, NAME_CHARS, Place
from vetrina.protocol.command_codec import FieldError
from vetrina.store.ports.places import PlacedStock
from vetrina.web.http.json_response import json_answer, no_content
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import Problem, invalid, unknown
from vetrina.web.http.request_body import JsonBody

Code = Annotated[str, Field(pattern=f"^{CODE_PATTERN}$")]
Name = Annotated[str, Field(min_length=1, max_length=NAME_CHARS)]
Priority = Annotated[int, Field(ge=0, le=1000)]


@dataclass(frozen=True, kw_only=True)
class PlaceBody:
    """A place. Orders go to the smallest `priority` that has everything."""

    name: Name
    priority: Priority = 0


@dataclass(frozen=True, kw_only=True)
class NewPlaceBody(PlaceBody):
    """A place with the code that it keeps."""

    code: Code


@dataclass(frozen=True, kw_only=True)
class ToldPlace:
    """`main`: it holds whatever is at no other place."""

    code: str
    name: str
    priority: int
    main: bool


@dataclass(frozen=True, kw_only=True)
class PlaceList:
    """In the order in which they send; empty for a shop that does not use places."""

    places: list[ToldPlace]


@dataclass(frozen=True, kw_only=True)
class PiecesAt:
    """Pieces that can be sold from a place; null where they are not counted."""

    place: str
    pieces: int | None


@dataclass(frozen=True, kw_only=True)
class SkuStock:
    """What can be sold of a SKU, and where it is: places add up to `stock`."""

    sku: str
    choice: str
    stock: int | None
    places: list[PiecesAt]


@dataclass(frozen=True, kw_only=True)
class ProductPlaces:
    """A product's stock by place, for each of its variants."""

    title: str
    skus: list[SkuStock]


async def list_places(call: Call) -> Response:
    """All places."""
    return json_answer(
        PlaceList(places=[_told(place) for place in await call.context.places.all()])
    )


async def create_place(call: Call) -> Response:
    """Add a place."""
    body: NewPlaceBody = call.body
    made = await call.context.places.add(_place(body.code, body))
    if made is None:
        raise Problem(409, "taken", f"There is a place {body.code} already.")
    return json_answer(_told(made), 201)


async def put_place(call: Call) -> Response:
    """Name it otherwise, or let it send earlier or later."""
    changed = await call.context.places.change(_place(place_in_path(call), call.body))
    if changed is None:
        raise unknown_place()
    return json_answer(_told(changed))


async def delete_place(call: Call) -> Response:
    """Do without a place."""
    if not await call.context.places.remove(place_in_path(call)):
        raise unknown_place()
    return no_content()


async def get_product_places(call: Call) -> Response:
    """Where the pieces of a product are."""
    sku = str(call.request.path_params["sku"])
    owner = (await call.context.store.owners([sku])).get(sku)
    found = await call.context.store.entries([owner]) if owner is not None else []
    if not found:
        raise unknown("sku", f"There is no product or variant {sku}.")
    entry = found[0]
    stock = await call.context.places.stock([one.sku for one in entry.variants])
    order = [place.code for place in await call.context.places.all()]
    skus = [
        sku_stock(one.sku, one.choice, stock[one.sku], order)
        for one in entry.variants
        if one.sku in stock
    ]
    return json_answer(ProductPlaces(title=entry.title, skus=skus))


def sku_stock(sku: str, choice: str, stock: PlacedStock, order: Sequence[str]) -> SkuStock:
    """A SKU's stock, its places in their order."""
    return SkuStock(sku=sku, choice=choice, stock=stock.stock, places=_at(stock.places, order))


def place_in_path(call: Call) -> str:
    """The code of the place in the path."""
    return str(call.request.path_params["place"])


def unknown_place() -> Problem:
    """There is none with this code."""
    return unknown("place", "There is no place with this code.")


def _at(pieces: Mapping[str, int | None], order: Sequence[str]) -> list[PiecesAt]:
    return [PiecesAt(place=code, pieces=pieces[code]) for code in order if code in pieces]


def _place(code: str, body: PlaceBody) -> Place:
    """Raises `invalid`."""
    try:
        return Place(code=code, name=body.name.strip(), priority=body.priority)
    except InvalidValue as error:
        if error.field == "code":
            raise unknown_place() from error
        raise invalid([FieldError(error.field, error.message)]) from error


def _told(place: Place) -> ToldPlace:
    return ToldPlace(code=place.code, name=place.name, priority=place.priority, main=place.main)


OPERATIONS: Final = (
    Operation(
        method="GET",
        path="/api/v1/places",
        name="list_places",
        summary="See the places that goods are sent from",
        handler=list_places,
        needs=Permission.READ_CATALOGUE,
        scope="all",
        answer=PlaceList,
    ),
    Operation(
        method="POST",
        path="/api/v1/places",
        name="create_place",
        summary="Add a place",
        about="The first one is the main place: it holds whatever is at no other.",
        handler=create_place,
        needs=Permission.SET_STOCK,
        scope="all",
        body=JsonBody[NewPlaceBody](NewPlaceBody),
        status=201,
        answer=ToldPlace,
        refusals=("taken", "too_many_places"),
    ),
    Operation(
        method="PUT",
        path="/api/v1/places/{place}",
        name="put_place",
        summary="Change a place's name or priority",
        handler=put_place,
        needs=Permission.SET_STOCK,
        scope="all",
        body=JsonBody[PlaceBody](PlaceBody),
        answer=ToldPlace,
        refusals=("unknown_place",),
    ),
    Operation(
        method="DELETE",
        path="/api/v1/places/{place}",
        name="delete_place",
        summary="Do without a place",
        handler=delete_place,
        needs=Permission.SET_STOCK,
        scope="all",
        status=204,
        refusals=("unknown_place", "place_in_use"),
    ),
    Operation(
        method="GET",
        path="/api/v1/products/{sku}/places",
        name="get_product_places",
        summary="See where the pieces of a product are",
        about="By the SKU of the product, or of one of its variants.",
        handler=get_product_places,
        needs=Permission.READ_CATALOGUE,
        scope="all",
        answer=ProductPlaces,
        refusals=("unknown_sku",),
    ),
)
