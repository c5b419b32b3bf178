"""Variations of a WooCommerce product: which options there are, and each one's choice."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product as every_choice

from vetrina.connectors.catalogues.labels import https, label, made_sku
from vetrina.domain.catalogue.variant import VARIANTS, Variant
from vetrina.shop.imports.building import Draft
from vetrina.shop.imports.table import Row
from vetrina.shop.imports.woocommerce_cells import price_now, split, stock_of
from vetrina.shop.imports.woocommerce_headers import ATTRIBUTES


def only_variant(draft: Draft, now_ms: int) -> Variant:
    """A product without variations. Raises UnusableRow."""
    row = draft.row
    return Variant(
        sku=row.get("sku") or made_sku(draft.key.replace(":", "-"), ()),
        price=price_now(draft.columns, row, now_ms),
        stock=stock_of(draft.columns, row),
    )


def variants_of(draft: Draft, variations: Sequence[Row], now_ms: int) -> list[Variant]:
    """A variant for each variation; for each value where a variation stands for any of them.

    Raises UnusableRow where the pieces of `any` cannot be told apart.
    """
    taken: set[tuple[str, ...]] = set()
    variants = []
    # A variation that names its values goes before one that stands for any.
    for row in sorted(variations, key=lambda row: _is_any(draft, row)):
        for values in _choices(draft, row):
            if values not in taken or not _is_any(draft, row):
                taken.add(values)
                variants.append(_variant(draft, row, values, now_ms))
            if len(variants) > VARIANTS:
                return variants
    return variants


def options_of(parent: Row, variations: Sequence[Row]) -> tuple[str, ...]:
    """The attributes that variations name, in the order of the parent; others only describe."""
    named = {name.casefold() for row in variations for name, _ in _attributes(row)}
    return tuple(name for name, _ in _attributes(parent) if name.casefold() in named)


def _variant(draft: Draft, row: Row, values: tuple[str, ...], now_ms: int) -> Variant:
    columns = draft.columns
    stock = stock_of(columns, row)
    if stock and _is_any(draft, row):
        message = "expected a value for each option: pieces of “any” cannot be told apart"
        raise columns.unusable(row, "stock", message)
    if row.get("stock").casefold() == "parent":
        draft.drop(row, "stock", "is counted for all variants together; not counted here")
    sku = row.get("sku")
    if not sku or (_is_any(draft, row) and len(_choices(draft, row)) > 1):
        sku = made_sku(sku or draft.key.replace(":", "-"), values)
    image = https(next(iter(split(row.get("images"))), ""))
    if image and not draft.usable(row, "images", "image", image):
        image = ""
    price = price_now(columns, row, now_ms)
    return Variant(sku=sku, price=price, values=values, stock=stock, image=image or None)


def _choices(draft: Draft, row: Row) -> list[tuple[str, ...]]:
    """The choices that a variation stands for: its own, and all of the parent's for a blank one."""
    own = {name.casefold(): value for name, value in _attributes(row)}
    all_values = {name.casefold(): split(value) for name, value in _attributes(draft.row)}
    per_option = []
    for option in draft.options:
        value = own.get(option.casefold(), "")
        per_option.append(
            [label(value)] if value else list(map(label, all_values[option.casefold()]))
        )
    return list(every_choice(*per_option))


def _is_any(draft: Draft, row: Row) -> bool:
    own = {name.casefold(): value for name, value in _attributes(row)}
    return any(not own.get(option.casefold()) for option in draft.options)


def _attributes(row: Row) -> Iterator[tuple[str, str]]:
    for n in range(1, ATTRIBUTES + 1):
        name = row.get(f"attribute{n}_name")
        if name:
            yield name, row.get(f"attribute{n}_value")
