"""The catalogue: what the shop sells, whatever show it is in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import get_args

from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.catalogue.entry import CatalogueEntry, ProductStatus
from vetrina.domain.errors import InvalidValue, Refused
from vetrina.protocol.command_codec import FieldError
from vetrina.store.ports.pages import Page
from vetrina.web.api.product_body import ProductBody
from vetrina.web.api.product_json import light, whole
from vetrina.web.api.responses import ProductPage, Products, RemovedProduct, WholeProduct
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.lists import AFTER, LIMIT, TEXT, listed, text_of
from vetrina.web.http.operation import Call, Operation, Parameter
from vetrina.web.http.problem import invalid
from vetrina.web.http.request_body import JsonBody, OneOrMany

STATUSES: Sequence[ProductStatus] = get_args(ProductStatus)
STATUS = Parameter(
    "status", "Only those of this status.", {"type": "string", "enum": list(STATUSES)}
)
Known = Mapping[str, CatalogueEntry]


async def put_products(call: Call) -> Response:
    """Insert or replace products; the bags of open shows follow."""
    entries = await _put(call, call.body)
    return json_answer({"products": [light(entry.product(), entry.status) for entry in entries]})


async def list_products(call: Call) -> Response:
    """The catalogue, in order of first appearance."""
    text, status = text_of(call), _status_of(call)

    async def read(after: int | None, limit: int) -> Page[object]:
        page = await call.context.store.product_page(after or 0, limit, text, status)
        return Page([light(one.product, one.status) for one in page.items], page.next)

    return await listed(call, "products", read)


async def get_product(call: Call) -> Response:
    """One product, also by the SKU of a variant."""
    return json_answer(whole(await _entry(call)))


async def put_product(call: Call) -> Response:
    """Insert or replace one product. Its SKU is that of the address."""
    body: ProductBody = call.body
    sku = call.request.path_params["sku"]
    if body.sku != sku:
        raise invalid([FieldError("sku", f"expected {sku}, as in the address")])
    (entry,) = await _put(call, [body])
    return json_answer(whole(entry))


async def delete_product(call: Call) -> Response:
    """Delete a product, or archive what something refers to."""
    removed = await call.context.shows.catalogue.remove((await _entry(call)).sku)
    return json_answer({"removed": removed})


async def _entry(call: Call) -> CatalogueEntry:
    store, sku = call.context.store, str(call.request.path_params["sku"])
    owner = (await store.owners([sku])).get(sku)
    found = await store.entries([owner] if owner else [])
    if not found:
        raise Refused("unknown_sku", f"There is no product {sku}.")
    return found[0]


async def _put(call: Call, bodies: Sequence[ProductBody]) -> list[CatalogueEntry]:
    _check_different(bodies)
    known = {
        entry.sku: entry
        for entry in await call.context.store.entries([body.sku for body in bodies])
    }
    entries = list(_entries(bodies, known))
    was = {sku: n for one in bodies for sku, n in one.known_stocks(known.get(one.sku)).items()}
    await call.context.shows.catalogue.put_entries(entries, by=call.by, stock_was=was)
    if not was:
        return entries
    now = {one.sku: one for one in await call.context.store.entries([one.sku for one in entries])}
    return [now.get(one.sku, one) for one in entries]


def _entries(bodies: Sequence[ProductBody], known: Known) -> Iterator[CatalogueEntry]:
    for position, body in enumerate(bodies):
        try:
            entry = body.entry(known.get(body.sku))
            entry.product()
            yield entry
        except InvalidValue as error:
            field = error.field if len(bodies) == 1 else f"{position}.{error.field}"
            raise invalid([FieldError(field, error.message)]) from error


def _check_different(bodies: Sequence[ProductBody]) -> None:
    """Of two versions of one product nobody could say which was meant."""
    first: dict[str, int] = {}
    errors = []
    for position, body in enumerate(bodies):
        before = first.setdefault(body.sku, position)
        if before != position:
            message = f"expected different products, but item {before} is {body.sku} too"
            errors.append(FieldError(f"{position}.sku", message))
    if errors:
        raise invalid(errors)


def _status_of(call: Call) -> ProductStatus | None:
    told = call.request.query_params.get(STATUS.name)
    found = next((status for status in STATUSES if status == told), None)
    if told is not None and found is None:
        raise invalid([FieldError(STATUS.name, f"expected {', '.join(STATUSES)}, got {told[:20]}")])
    return found


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/products",
        name="put_products",
        summary="Add or replace products",
        about="One product or a list, by `sku`. What is left away becomes null: send the whole "
        "product. Options, variants and what only a shop page shows stay as they are where they "
        "are left away. Shows that have it in their bag take the new version at once.",
        refusals=("wrong_currency", "sku_taken", "safety_missing"),
        handler=put_products,
        needs=Permission.WRITE_CATALOGUE,
        scope="all",
        body=OneOrMany[ProductBody](ProductBody),
        answer=Products,
    ),
    Operation(
        method="GET",
        path="/api/v1/products",
        name="list_products",
        summary="Read the catalogue",
        about="In order of first appearance. With `limit`, `after` or `q` a page: go on with "
        "`after` set to its `next`, until there is none. Without them the whole catalogue.",
        handler=list_products,
        needs=Permission.READ_CATALOGUE,
        scope="some",
        query=(TEXT, STATUS, AFTER.parameter, LIMIT.parameter),
        answer=ProductPage,
    ),
    Operation(
        method="GET",
        path="/api/v1/products/{sku}",
        name="get_product",
        summary="Read one product",
        about="With everything that is known of it, by its SKU or that of a variant.",
        refusals=("unknown_sku",),
        handler=get_product,
        needs=Permission.READ_CATALOGUE,
        scope="some",
        answer=WholeProduct,
    ),
    Operation(
        method="PUT",
        path="/api/v1/products/{sku}",
        name="put_product",
        summary="Add or replace one product",
        about="As with a list of one product; the answer tells everything that is known of it.",
        refusals=("wrong_currency", "sku_taken", "safety_missing"),
        handler=put_product,
        needs=Permission.WRITE_CATALOGUE,
        scope="all",
        body=JsonBody[ProductBody](ProductBody),
        answer=WholeProduct,
    ),
    Operation(
        method="DELETE",
        path="/api/v1/products/{sku}",
        name="delete_product",
        summary="Delete one product",
        about="What an order or the bag of a show refers to is archived instead: it leaves the "
        "shop, and stays where it is.",
        refusals=("unknown_sku",),
        handler=delete_product,
        needs=Permission.WRITE_CATALOGUE,
        scope="all",
        answer=RemovedProduct,
    ),
)
