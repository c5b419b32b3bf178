"""The catalogue: what the shop sells, whatever show it is in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import InvalidValue
from vetrina.protocol.command_codec import FieldError
from vetrina.store.ports.pages import Page
from vetrina.web.api.product_body import ProductBody
from vetrina.web.api.responses import ProductPage, Products
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.lists import AFTER, LIMIT, TEXT, listed, text_of
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.problem import invalid
from vetrina.web.http.request_body import OneOrMany


async def put_products(call: Call) -> Response:
    """Insert or replace products; the bags of open shows follow."""
    body = list(_products(call.body))
    _check_different(body)
    products = await call.context.shows.put_products(body, by=call.by)
    return json_answer({"products": products})


async def list_products(call: Call) -> Response:
    """The catalogue, in order of first appearance."""
    text = text_of(call)

    async def read(after: int | None, limit: int) -> Page[Product]:
        return await call.context.store.product_page(after or 0, limit, text)

    return await listed(call, "products", read)


def _products(bodies: Sequence[ProductBody]) -> Iterator[Product]:
    for position, body in enumerate(bodies):
        try:
            yield body.product()
        except InvalidValue as error:
            field = error.field if len(bodies) == 1 else f"{position}.{error.field}"
            raise invalid([FieldError(field, error.message)]) from error


def _check_different(products: Sequence[Product]) -> None:
    """Of two versions of one product nobody could say which was meant."""
    first: dict[str, int] = {}
    errors = []
    for position, product in enumerate(products):
        before = first.setdefault(product.sku, position)
        if before != position:
            message = f"expected different products, but item {before} is {product.sku} too"
            errors.append(FieldError(f"{position}.sku", message))
    if errors:
        raise invalid(errors)


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/products",
        name="put_products",
        summary="Add or replace products",
        about="One product or a list, by `sku`. What is left away becomes null: send the whole "
        "product. Shows that have it in their bag take the new version at once.",
        refusals=("wrong_currency",),
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
        query=(TEXT, AFTER.parameter, LIMIT.parameter),
        answer=ProductPage,
    ),
)
