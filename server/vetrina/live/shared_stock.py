"""What shows have in common: one catalogue, one stock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import Refused
from vetrina.live.show_writer import ShowWriter


def holds(desk: ShowWriter, products: Sequence[Product]) -> bool:
    """Whether one of the products is in the desk's bag."""
    return any(product.sku in desk.state.bag for product in products)


def with_stock(desk: ShowWriter, products: Sequence[Product]) -> tuple[Product, ...]:
    """The desk's own products with the stock of the given ones."""
    return tuple(
        replace(desk.state.bag[product.sku].product, stock=product.stock)
        for product in products
        if product.sku in desk.state.bag
    )


def check_currency(desks: Iterable[ShowWriter], products: Sequence[Product]) -> None:
    """A show sells in one currency: no product in its bag can change to another. Raises Refused."""
    for desk in desks:
        if desk.state.status == "ended":
            continue
        own = desk.state.currency
        for product in products:
            if product.sku in desk.state.bag and product.price.currency != own:
                raise Refused(
                    "wrong_currency",
                    f"{product.sku} is in the bag of {desk.show.slug}, which sells in {own}: "
                    "take it out of that bag first.",
                )
