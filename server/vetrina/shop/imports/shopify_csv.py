"""Shopify's product CSV, in both of its vocabularies.

Rows of one handle are one product. Its own fields stand on the first row; every row may carry a
variant, a picture of the gallery, or both, which then have nothing to do with each other.
https://help.shopify.com/en/manual/products/import-export/using-csv
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Final

from vetrina.connectors.catalogues.labels import https, label, made_sku
from vetrina.domain.catalogue.entry import ProductStatus
from vetrina.domain.catalogue.variant import Variant
from vetrina.shop.imports.building import Columns, Draft
from vetrina.shop.imports.decimals import decimal_mark
from vetrina.shop.imports.findings import Found, RowProblem, UnusableRow
from vetrina.shop.imports.grouping import grouped, texts
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.table import Header, Row, find_header, rows
from vetrina.shop.imports.text import Text

NAMES: Final = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "description": ("body (html)", "description", "body html"),
    "brand": ("vendor",),
    "category": ("product category", "standardized product type"),
    "type": ("type", "custom product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    "sku": ("variant sku", "sku"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "stock": ("variant inventory qty", "inventory quantity"),
    "policy": ("variant inventory policy", "continue selling when out of stock"),
    "price": ("variant price", "price"),
    "image": ("image src", "product image url"),
    "image_position": ("image position",),
    "alt": ("image alt text",),
    "variant_image": ("variant image", "variant image url"),
    **{f"option{n}_name": (f"option{n} name",) for n in (1, 2, 3)},
    **{f"option{n}_value": (f"option{n} value",) for n in (1, 2, 3)},
}
KNOWN: Final = {spelling: name for name, spellings in NAMES.items() for spelling in spellings}
NEEDED: Final = frozenset({"handle", "title", "price"})
# What says that a row is a variant, and not only a picture.
_OF_VARIANT = ("option1_value", "sku", "price")
_ONLY = ("Title", "Default Title")
_OVERSELL = ("continue", "true", "yes")


def header_of(text: Text) -> Header | None:
    """The header, if this is such a file."""
    return find_header(text, KNOWN, NEEDED)


def read(text: Text, header: Header, options: ReadingOptions) -> Iterator[Found | RowProblem]:
    """Products in the order in which they are complete. Raises UnreadableFile."""
    again = partial(rows, text, header)
    mark = options.decimal_mark or decimal_mark(texts(again, ("price",))) or "."
    columns = Columns(header, options.currency, mark)
    for group in grouped(again, _key):
        if isinstance(group, RowProblem):
            yield group
            continue
        try:
            draft = _draft(group, columns, options)
            yield draft.found()
            yield from draft.dropped
        except UnusableRow as error:
            yield error.problem


def _key(row: Row) -> str:
    return row.get("handle") or f"row {row.number}"


def _draft(group: list[Row], columns: Columns, options: ReadingOptions) -> Draft:
    first = next((row for row in group if row.get("title")), group[0])
    if not first.get("handle"):
        raise columns.unusable(first, "handle", "expected the product's handle, got nothing")
    if not first.get("title"):
        raise columns.unusable(first, "title", "expected a title on the product's first row")
    draft = Draft(
        first,
        columns,
        key=first.get("handle"),
        title=first.get("title"),
        description=first.get("description"),
        brand=first.get("brand"),
        categories=(first.get("category"), first.get("type")),
        tags=first.get("tags").split(","),
        status=_status(first, options),
        options=_options(group),
    )
    for row in sorted(group, key=_image_position):
        if row.get("image"):
            draft.add_image(row, "image", row.get("image"), row.get("alt"))
    draft.variants = [
        _variant(row, draft) for row in group if any(row.get(name) for name in _OF_VARIANT)
    ]
    return draft


def _options(group: list[Row]) -> tuple[str, ...]:
    """Names stand on the first row only; `Title` with `Default Title` says that there are none."""
    pairs = [
        (
            next((row.get(f"option{n}_name") for row in group if row.get(f"option{n}_name")), ""),
            next((row.get(f"option{n}_value") for row in group if row.get(f"option{n}_value")), ""),
        )
        for n in (1, 2, 3)
    ]
    named = [name for name, value in pairs if name and value]
    return () if pairs[0] == _ONLY and len(named) == 1 else tuple(named)


def _variant(row: Row, draft: Draft) -> Variant:
    columns = draft.columns
    values = tuple(label(row.get(f"option{n}_value")) for n, _ in enumerate(draft.options, start=1))
    if not row.get("price"):
        raise columns.unusable(row, "price", "expected a price, got nothing")
    image = https(row.get("variant_image"))
    if image and not draft.usable(row, "variant_image", "image", image):
        image = ""
    return Variant(
        sku=row.get("sku") or made_sku(draft.key, values),
        price=columns.price(row, "price"),
        values=values,
        stock=_stock(row, columns),
        image=image or None,
    )


def _stock(row: Row, columns: Columns) -> int | None:
    """Not tracked where nobody tracks it, or where more may be sold than there is."""
    if not row.get("tracker") or row.get("policy").casefold() in _OVERSELL:
        return None
    return columns.stock(row, "stock") or 0


def _status(row: Row, options: ReadingOptions) -> ProductStatus:
    status = row.get("status").casefold()
    if status == "archived":
        return "archived"
    hidden = row.get("published").casefold() in ("false", "no", "0")
    active = options.activate and status in ("active", "") and not hidden
    return "active" if active else "draft"


def _image_position(row: Row) -> tuple[int, int]:
    position = row.get("image_position")
    return (int(position) if position.isdecimal() else 10**9, row.number)
