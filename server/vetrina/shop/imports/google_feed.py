"""Google Merchant feeds: an item is a variant, `item_group_id` ties those of one product.

https://support.google.com/merchants/answer/7052112
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Final

from vetrina.connectors.catalogues.labels import https, label
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.errors import InvalidValue
from vetrina.shop.imports.building import Columns, Draft
from vetrina.shop.imports.decimals import currency_in, decimal_mark
from vetrina.shop.imports.feed_items import (
    KNOWN,
    NEEDED,
    REPEATED,
    SEPARATOR,
    xml_header,
    xml_rows,
)
from vetrina.shop.imports.findings import Found, RowProblem, UnusableRow, shown
from vetrina.shop.imports.grouping import Rows, grouped, texts
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.table import Header, Row, find_header, rows
from vetrina.shop.imports.text import Text

# By these the items of a group may differ, and then they are options.
AXES: Final = {
    "color": "Color",
    "size": "Size",
    "material": "Material",
    "pattern": "Pattern",
    "age_group": "Age group",
    "gender": "Gender",
}
_IN_STOCK = ("in stock", "preorder", "backorder", "available for order", "limited availability")


def header_of(text: Text) -> Header | None:
    """The header, if this is such a table."""
    return find_header(text, KNOWN, NEEDED)


def read_table(text: Text, header: Header, options: ReadingOptions) -> Iterator[Found | RowProblem]:
    """Products of a TSV or CSV feed. Raises UnreadableFile."""
    return _read(partial(rows, text, header), header, options)


def read_xml(raw: bytes, options: ReadingOptions) -> Iterator[Found | RowProblem]:
    """Products of an RSS or Atom feed. Raises UnreadableFile."""
    return _read(partial(xml_rows, raw), xml_header(), options)


def _read(again: Rows, header: Header, options: ReadingOptions) -> Iterator[Found | RowProblem]:
    mark = options.decimal_mark or decimal_mark(texts(again, ("price", "sale_price"))) or "."
    for group in grouped(again, _key):
        if isinstance(group, RowProblem):
            yield group
            continue
        try:
            columns = Columns(header, _currency(group, options), mark)
            draft = _draft(group, columns, options)
            yield draft.found()
            yield from draft.dropped
        except UnusableRow as error:
            yield error.problem


def _key(row: Row) -> str:
    group = row.get("item_group_id")
    return f"group {group}" if group else row.get("id") or f"row {row.number}"


def _currency(group: list[Row], options: ReadingOptions) -> str:
    """What the first price names; a feed may hold several, a product only one."""
    try:
        return currency_in(group[0].get("price")) or options.currency
    except InvalidValue:
        return options.currency


def _draft(group: list[Row], columns: Columns, options: ReadingOptions) -> Draft:
    first = group[0]
    for row in group:
        for needed in ("id", "title"):
            if not row.get(needed):
                raise columns.unusable(row, needed, f"expected the item's {needed}, got nothing")
    axes = [name for name in AXES if len({row.get(name) for row in group}) > 1]
    draft = Draft(
        first,
        columns,
        key=first.get("item_group_id") or first.get("id"),
        title=first.get("title"),
        description=first.get("description"),
        brand=first.get("brand"),
        categories=[first.get("product_type").rpartition(">")[2]],
        status="active" if options.activate else "draft",
        options=[AXES[name] for name in axes],
    )
    if first.get("link") and draft.usable(first, "link", "link", first.get("link")):
        draft.link = first.get("link")
    for row in group:
        pictures = [row.get("image_link"), *row.get(REPEATED).split(SEPARATOR)]
        for url in filter(None, pictures):
            draft.add_image(row, "image_link", url)
    draft.variants = [_variant(row, axes, draft, options.now_ms) for row in group]
    return draft


def _variant(row: Row, axes: list[str], draft: Draft, now_ms: int) -> Variant:
    columns = draft.columns
    if not row.get("price"):
        raise columns.unusable(row, "price", "expected a price, got nothing")
    image = https(row.get("image_link"))
    return Variant(
        sku=row.get("id"),
        price=columns.price(row, "sale_price" if _on_sale(row, columns, now_ms) else "price"),
        values=tuple(label(row.get(name)) or "–" for name in axes),
        stock=_stock(row, columns),
        image=image if any(known.url == image for known in draft.images) else None,
    )


def _on_sale(row: Row, columns: Columns, now_ms: int) -> bool:
    """The sale price holds always, or between two times that a slash parts (ISO 8601)."""
    name = "sale_price_effective_date"
    starts, _, ends = row.get(name).partition("/")
    if not row.get("sale_price") or not starts:
        return bool(row.get("sale_price"))
    try:
        bounds = [datetime.fromisoformat(text.strip()) for text in (starts, ends)]
    except ValueError as error:
        message = f"expected two times such as 2026-11-28T08:00+0100/…, got {shown(row.get(name))}"
        raise columns.unusable(row, name, message) from error
    first, last = (at if at.tzinfo else at.replace(tzinfo=UTC) for at in bounds)
    return first.timestamp() * 1000 <= now_ms < last.timestamp() * 1000


def _stock(row: Row, columns: Columns) -> int | None:
    """Feeds do not count: something is there, or it is not."""
    word = row.get("availability").replace("_", " ").casefold()
    if word == "out of stock":
        return 0
    if word and word not in _IN_STOCK:
        message = f"expected in_stock, out_of_stock, preorder or backorder, got {shown(word)}"
        raise columns.unusable(row, "availability", message)
    return None
