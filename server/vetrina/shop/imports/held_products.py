"""What shows hold products to: no import changes the price of a deal, or the currency of a bag."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import replace

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.domain.show.holding import Held
from vetrina.shop.imports.findings import Found, RowProblem

Holding = Callable[[Collection[str]], Awaitable[Mapping[str, Held]]]
"""Those of the products that are in the bag of a show that is not over, by SKU."""


async def kept_to(
    holding: Holding, findings: Sequence[Found | RowProblem]
) -> list[Found | RowProblem]:
    """The findings as shows allow them, each change told as a problem of its row."""
    skus = [sku for entry in _entries(findings) for sku in entry.product().skus()]
    held = await holding(skus) if skus else {}
    if not held:
        return list(findings)
    allowed: list[Found | RowProblem] = []
    for one in findings:
        allowed.extend([one] if isinstance(one, RowProblem) else _allowed(one, held))
    return allowed


def _entries(findings: Sequence[Found | RowProblem]) -> list[CatalogueEntry]:
    return [one.entry for one in findings if isinstance(one, Found)]


def _allowed(found: Found, held: Mapping[str, Held]) -> list[Found | RowProblem]:
    """The product, perhaps with other prices; without it where the currency is another one."""
    told: list[Found | RowProblem] = []
    variants: list[Variant] = []
    product = held.get(found.entry.sku)
    first = found.entry.variants[0]
    if product is not None and product.currency != first.price.currency:
        return [RowProblem(found.row, "price", _other_currency(first, product))]
    for variant in found.entry.variants:
        by = held.get(variant.sku)
        if by is None or by.price is None or by.price == variant.price:
            variants.append(variant)
            continue
        variants.append(replace(variant, price=by.price))
        told.append(RowProblem(found.row, "price", _in_a_deal(variant, by.show, by.price)))
    return [*told, replace(found, entry=replace(found.entry, variants=tuple(variants)))]


def _other_currency(variant: Variant, held: Held) -> str:
    return (
        f"{variant.sku} is in the bag of the show {held.show}, which sells in {held.currency},"
        f" got {shown_price(variant.price)}; the product is left as it is"
    )


def _in_a_deal(variant: Variant, show: str, price: Money) -> str:
    return (
        f"{variant.sku} has a flash deal in the show {show}, so its price stays"
        f" {shown_price(price)}, got {shown_price(variant.price)}; import it again after the deal"
    )


def shown_price(money: Money) -> str:
    """An amount as a message tells it."""
    return f"{money.decimal()} {money.currency}"
