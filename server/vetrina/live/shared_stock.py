"""Shared stock: what shows have in common, one catalogue and one stock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import Refused
from vetrina.domain.show.state import ShowState


def holds(state: ShowState, products: Sequence[Product]) -> bool:
    """Whether one of the products is in the show's bag."""
    return any(product.sku in state.bag for product in products)


def with_stock(state: ShowState, products: Sequence[Product]) -> tuple[Product, ...]:
    """The show's own products with the stock of the given ones."""
    return tuple(
        replace(state.bag[product.sku].product, stock=product.stock)
        for product in products
        if product.sku in state.bag
    )


def check_currency(states: Iterable[ShowState], products: Sequence[Product]) -> None:
    """A show sells in one currency: no product in its bag can change to another. Raises Refused."""
    for state in states:
        if state.status == "ended":
            continue
        for product in products:
            if product.sku in state.bag and product.price.currency != state.currency:
                raise Refused(
                    "wrong_currency",
                    f"{product.sku} is in the bag of {state.slug}, which sells in "
                    f"{state.currency}: take it out of that bag first.",
                )
