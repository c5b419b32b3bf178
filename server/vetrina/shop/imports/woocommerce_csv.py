"""WooCommerce's product CSV: `variable` products with `variation` rows, and simple ones.

A variation names its parent by SKU or as `id:44`, on an earlier or a later row.
https://github.com/woocommerce/woocommerce/wiki/Product-CSV-Importer-&-Exporter
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from vetrina.domain.catalogue.entry import ProductStatus
from vetrina.shop.imports.building import Columns, Draft
from vetrina.shop.imports.decimals import decimal_mark
from vetrina.shop.imports.findings import Found, RowProblem, UnusableRow, shown
from vetrina.shop.imports.grouping import Rows, grouped, texts
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.table import Header, Row, find_header, rows
from vetrina.shop.imports.text import Text
from vetrina.shop.imports.woocommerce_cells import kinds, split, with_line_breaks
from vetrina.shop.imports.woocommerce_headers import KNOWN, NEEDED
from vetrina.shop.imports.woocommerce_variants import only_variant, options_of, variants_of

# Grouped products are lists of others, which stand in the file themselves.
_SOLD = ("simple", "variable", "external", "variation", "subscription", "variable-subscription")


def header_of(text: Text) -> Header | None:
    """The header, if this is such a file."""
    return find_header(text, KNOWN, NEEDED)


def read(text: Text, header: Header, options: ReadingOptions) -> Iterator[Found | RowProblem]:
    """Products in the order in which they are complete. Raises UnreadableFile."""
    again = partial(rows, text, header)
    mark = options.decimal_mark or decimal_mark(texts(again, ("price", "sale_price"))) or "."
    columns = Columns(header, options.currency, mark)
    for group in grouped(again, partial(_product_of, _ids_by_sku(again))):
        if isinstance(group, RowProblem):
            yield group
            continue
        try:
            draft = _draft(group, columns, options)
            yield draft.found()
            yield from draft.dropped
        except UnusableRow as error:
            yield error.problem


def _ids_by_sku(again: Rows) -> dict[str, str]:
    found = (row for row in again() if isinstance(row, Row))
    return {
        row.get("sku"): f"id:{row.get('id')}"
        for row in found
        if row.get("sku") and row.get("id") and "variation" not in kinds(row)
    }


def _product_of(ids_by_sku: dict[str, str], row: Row) -> str:
    """The same name for a product and for all its variations."""
    if "variation" in kinds(row):
        parent = row.get("parent")
        return ids_by_sku.get(parent, parent) or f"row {row.number}"
    if row.get("id"):
        return f"id:{row.get('id')}"
    return row.get("sku") or f"row {row.number}"


def _draft(group: list[Row], columns: Columns, options: ReadingOptions) -> Draft:
    parents = [row for row in group if "variation" not in kinds(row)]
    if not parents:
        named = shown(group[0].get("parent"))
        message = f"expected the product {named} that this variation is of in the file"
        raise columns.unusable(group[0], "parent", message)
    parent, *doubled = parents
    if doubled:
        message = f"expected another SKU or ID; row {parent.number} has it too"
        raise columns.unusable(doubled[0], "sku", message)
    if not kinds(parent) & set(_SOLD):
        message = f"expected {', '.join(_SOLD)}, got {shown(parent.get('type'))}"
        raise columns.unusable(parent, "type", message)
    draft = _without_variants(parent, columns, options)
    variations = [row for row in group if row is not parent]
    if variations:
        draft.options = options_of(parent, variations)
        draft.variants = variants_of(draft, variations, options.now_ms)
    else:
        draft.variants = [only_variant(draft, options.now_ms)]
    return draft


def _without_variants(parent: Row, columns: Columns, options: ReadingOptions) -> Draft:
    draft = Draft(
        parent,
        columns,
        key=parent.get("sku") or f"id:{parent.get('id')}",
        title=parent.get("name"),
        description=with_line_breaks(parent.get("description") or parent.get("short")),
        brand=next(iter(split(parent.get("brand"))), ""),
        categories=[path.rpartition(">")[2] for path in split(parent.get("categories"))],
        tags=split(parent.get("tags")),
        status=_status(parent, options),
    )
    link = parent.get("link")
    if link and draft.usable(parent, "link", "link", link):
        draft.link = link
    for url in split(parent.get("images")):
        draft.add_image(parent, "images", url)
    return draft


def _status(row: Row, options: ReadingOptions) -> ProductStatus:
    """Published 1; private 0, draft -1 and pending 2 are drafts here."""
    return "active" if options.activate and row.get("published") == "1" else "draft"
