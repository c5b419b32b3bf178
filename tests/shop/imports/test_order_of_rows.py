"""Any order of rows that keeps a product's rows together gives the same products."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from tests.shop.imports.files import SHOPIFY_NEW, SHOPIFY_OLD, read

HANDLES = ("linen-shirt", "mug", "apron", "jar")
PRICES = st.integers(1, 99_999).map(lambda cents: f"{cents // 100}.{cents % 100:02}")


@st.composite
def products(draw: st.DrawFn) -> list[list[list[str]]]:
    """The rows of each product: one for each variant, and some that hold a picture alone."""
    groups = []
    for handle in draw(st.lists(st.sampled_from(HANDLES), min_size=1, unique=True)):
        sizes = draw(st.lists(st.sampled_from(["S", "M", "L", "XL"]), max_size=4, unique=True))
        rows = [_variant(handle, size, draw(PRICES)) for size in sizes or ["Default Title"]]
        rows[0][1], rows[0][7] = f"The {handle}", "Size" if sizes else "Title"
        rows += [_picture(handle, n) for n in range(2, 2 + draw(st.integers(0, 2)))]
        groups.append(rows)
    return groups


def _variant(handle: str, value: str, price: str) -> list[str]:
    sku = f"{handle}-{value}".replace(" ", "-").upper()
    return [handle, *[""] * 7, value, "", "", sku, "shopify", "3", "deny", price, *[""] * 6]


def _picture(handle: str, position: int) -> list[str]:
    url = f"https://cdn.example/{handle}-{position}.jpg"
    return [handle, *[""] * 16, url, str(position), "", "", ""]


def _file(header: str, groups: list[list[list[str]]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(row for group in groups for row in group)
    return f"{header}\n{text.getvalue()}"


@given(products(), st.randoms(use_true_random=False), st.sampled_from([SHOPIFY_OLD, SHOPIFY_NEW]))
def test_products_may_stand_in_any_order(groups, random, header):
    entries, problems = read(_file(header, groups))
    assert problems == []
    assert len(entries) == len(groups)
    random.shuffle(groups)
    again, _ = read(_file(header, groups))
    assert {entry.key: entry for entry in again} == {entry.key: entry for entry in entries}


@given(products(), st.randoms(use_true_random=False))
def test_pictures_may_stand_in_any_order_below_the_first_row(groups, random):
    entries, _ = read(_file(SHOPIFY_OLD, groups))
    for rows in groups:
        pictures = [row for row in rows if row[17]]
        others = [row for row in rows if not row[17]]
        random.shuffle(pictures)
        rows[:] = [*others, *pictures]
    assert read(_file(SHOPIFY_OLD, groups))[0] == entries
