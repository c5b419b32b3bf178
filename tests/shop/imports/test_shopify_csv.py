"""Shopify's product CSV."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shop.imports.files import OPTIONS, SHOPIFY_NEW, SHOPIFY_OLD, SHOPIFY_ROWS, read
from vetrina.domain.catalogue.entry import Image
from vetrina.domain.money import Money

OLD = SHOPIFY_OLD + SHOPIFY_ROWS


def row(**cells: str) -> str:
    names = SHOPIFY_OLD.split(",")
    given_cells = {"Handle": "mug", "Title": "Mug", "Variant Price": "8.50"} | {
        name.replace("_", " "): cell for name, cell in cells.items()
    }
    return f"{SHOPIFY_OLD}\n" + ",".join(f'"{given_cells.get(name, "")}"' for name in names)


def test_variants_pictures_and_text_are_read():
    (shirt, mug), problems = read(OLD)
    assert problems == []
    assert (shirt.key, shirt.title, shirt.brand) == ("linen-shirt", "Linen shirt", "Rossi")
    assert shirt.options == ("Size", "Fit")
    assert [(one.sku, one.values, one.price.amount) for one in shirt.variants] == [
        ("SHIRT-S", ("S", "Slim"), 4990),
        ("SHIRT-M", ("M", "Slim"), 4990),
        ("SHIRT-L", ("L", "Wide"), 5200),
    ]
    assert shirt.description == "<p>Woven in <b>Prato</b></p>"
    assert (shirt.categories, shirt.tags) == (("Shirts",), ("linen", "summer"))
    assert mug.title == "Fish & Chips mug"


def test_a_picture_beside_a_variant_is_the_gallerys():
    (shirt, _), _ = read(OLD)
    assert shirt.images == (
        Image("https://cdn.example/back.jpg"),
        Image("https://cdn.example/front.jpg", "From the front"),
        Image("https://cdn.example/detail.jpg", "The collar"),
    )
    assert [one.image for one in shirt.variants] == ["https://cdn.example/slim.jpg", None, None]


def test_stock_is_what_is_counted_and_not_oversold():
    (shirt, mug), _ = read(OLD)
    assert [one.stock for one in shirt.variants] == [3, 0, None]
    assert mug.variants[0].stock is None, "nobody counts it: a zero there says nothing"


def test_a_product_without_options_is_its_own_only_variant():
    (_, mug), _ = read(OLD)
    assert mug.options == ()
    assert [(one.sku, one.values) for one in mug.variants] == [("mug", ())]


def test_both_vocabularies_say_the_same():
    assert read(SHOPIFY_NEW + SHOPIFY_ROWS) == read(OLD)


def test_a_compare_at_price_proves_no_earlier_price():
    (shirt, _), _ = read(OLD)
    assert all(one.prior_price is None for one in shirt.variants)


def test_new_products_are_drafts_unless_asked():
    assert [one.status for one in read(OLD)[0]] == ["draft", "draft"]
    active = replace(OPTIONS, activate=True)
    assert [one.status for one in read(OLD, active)[0]] == ["active", "active"]
    hidden = row(Published="false", Status="Active")
    assert [one.status for one in read(hidden, active)[0]] == ["draft"]


def test_a_row_that_is_too_wide_is_named_and_the_others_go_in():
    entries, problems = read(OLD + "wide,Wide,,,,,,,,,,,,,,9.00,,,,,,,one,two\n")
    assert len(entries) == 2
    assert [(one.row, one.field) for one in problems] == [(7, "")]
    assert "expected 22 cells, got 24" in problems[0].message


def test_a_picture_that_cannot_be_used_costs_no_product():
    (mug,), problems = read(row(Image_Src="ftp://cdn.example/m.jpg"))
    assert mug.images == ()
    assert [(one.row, one.field) for one in problems] == [(2, "Image Src")]


@pytest.mark.parametrize(
    ("cells", "field", "said"),
    [
        ({"Title": ""}, "Title", "expected a title"),
        ({"Variant_Price": ""}, "Handle", ""),
        ({"Variant_Price": "free"}, "Variant Price", "“free”"),
        ({"Variant_Price": "-3.00"}, "Variant Price", "zero or more"),
        ({"Variant_Price": "8.5555"}, "Variant Price", "2 decimals"),
        ({"Handle": ""}, "Handle", "expected the product's handle"),
        (
            {"Variant_Inventory_Tracker": "shopify", "Variant_Inventory_Qty": "many"},
            "Variant Inventory Qty",
            "“many”",
        ),
    ],
)
def test_a_wrong_cell_is_told_by_row_and_header(cells, field, said):
    entries, (problem,) = read(row(**cells))
    assert entries == []
    assert problem.row == 2
    assert said in problem.message
    assert problem.field == field or not said


def test_what_runs_or_loads_is_taken_out_of_descriptions():
    bad = "<p onclick=x()>Hi<img src=x onerror=alert(1)><script>1</script><iframe></iframe></p>"
    (mug,), _ = read(row(**{"Body_(HTML)": bad + "<a href='javascript:x'>a</a>"}))
    assert mug.description == '<p>Hi</p><a rel="nofollow noopener">a</a>'


@given(st.randoms(use_true_random=False))
def test_products_may_stand_in_any_order_and_scattered(order: random.Random):
    lines = SHOPIFY_ROWS.strip().splitlines()
    shirt, mug = lines[:-1], lines[-1:]
    mixed = list(shirt)
    mixed.insert(order.randrange(len(mixed) + 1), mug[0])
    entries, problems = read("\n".join([SHOPIFY_OLD, *mixed]))
    assert problems == []
    assert sorted(entries, key=lambda one: one.key) == read(OLD)[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_any_encoding_and_delimiter(encoding, delimiter):
    header = delimiter.join(("Handle", "Title", "Variant Price", "Image Src"))
    line = delimiter.join(("cafe", "Café à porter", "3.50", ""))
    (entry,), problems = read(f"{header}\r\n{line}\r\n\r\n".encode(encoding))
    assert (entry.title, entry.variants[0].price) == ("Café à porter", Money(350, "EUR"))
    assert problems == []
