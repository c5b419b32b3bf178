"""WooCommerce's product CSV."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.shop.imports.files import OPTIONS, WOO_GERMAN, read
from vetrina.domain.money import Money
from vetrina.shop.imports.findings import UnreadableFile

HEADER = (
    "ID,Type,SKU,Name,Published,Description,In stock?,Stock,Backorders allowed?,Sale price,"
    "Regular price,Date sale price starts,Date sale price ends,Categories,Images,Parent,"
    "External URL,Attribute 1 name,Attribute 1 value(s)"
)


def table(*rows: dict[str, str]) -> str:
    names = HEADER.split(",")
    usual = {"Type": "simple", "Name": "Mug", "SKU": "mug", "Regular price": "12.90"}
    lines = [",".join(f'"{(usual | row).get(name, "")}"' for name in names) for row in rows]
    return "\n".join([HEADER, *lines])


def test_a_german_file_with_a_decimal_comma():
    (tee, mug, empty), problems = read(WOO_GERMAN)
    assert problems == []
    assert tee.options == ("Farbe",)
    assert [(one.sku, one.values, one.price.amount) for one in tee.variants] == [
        ("tee-rot", ("Rot",), 1990),
        ("tee-Blau", ("Blau",), 2150),
        ("tee-Grün", ("Grün",), 2150),
    ]
    assert tee.description == "<p>Schön<br>weich</p>"
    assert tee.categories == ("Kleidung", "Hemden")
    assert [one.url[-5:] for one in tee.images] == ["a.jpg", "b.jpg"]
    assert (mug.variants[0].price.amount, mug.variants[0].stock) == (990, 5)
    assert (empty.variants[0].price.amount, empty.variants[0].stock) == (123450, 0)


def test_with_the_wrong_mark_each_price_is_refused_and_named():
    entries, problems = read(WOO_GERMAN, replace(OPTIONS, decimal_mark="."))
    assert entries == []
    assert "expected a price with a decimal point, got “19,90”" in problems[0].message
    assert {one.field for one in problems} <= {"Regulärer Preis", "Angebotspreis"}


def test_prices_that_contradict_each_other_are_asked_about():
    text = table({"Regular price": "12.90"}, {"SKU": "b", "Regular price": "9,50"})
    with pytest.raises(UnreadableFile, match=r"“12\.90” has a decimal point, “9,50” a decimal"):
        read(text)


@pytest.mark.parametrize(
    ("starts", "ends", "price"),
    [
        ("", "", 990),
        ("2026-11-01", "2026-11-28", 990),
        ("2026-11-29", "", 1290),
        ("", "2026-11-27", 1290),
    ],
)
def test_a_sale_price_holds_on_its_days(starts, ends, price):
    dates = {"Date sale price starts": starts, "Date sale price ends": ends}
    (mug,), _ = read(table({"Sale price": "9.90", **dates}))
    assert mug.variants[0].price == Money(price, "EUR")


@pytest.mark.parametrize(
    ("cells", "stock"),
    [
        ({"In stock?": "1", "Stock": "7"}, 7),
        ({"In stock?": "1", "Stock": ""}, None),
        ({"In stock?": "0", "Stock": "7"}, 0),
        ({"In stock?": "1", "Stock": "-2"}, 0),
        ({"In stock?": "backorder", "Stock": "3"}, 3),
        ({"Backorders allowed?": "notify", "Stock": "3"}, None),
    ],
)
def test_stock(cells, stock):
    (mug,), _ = read(table(cells))
    assert mug.variants[0].stock == stock


def test_a_variation_stands_before_or_after_its_product_and_names_it_by_sku_or_id():
    parent = {
        "ID": "7",
        "Type": "variable",
        "SKU": "tee",
        "Regular price": "",
        "Attribute 1 name": "Size",
        "Attribute 1 value(s)": "S, M",
    }
    size = {"Type": "variation", "Attribute 1 name": "Size"}
    small = {**size, "SKU": "tee-s", "Parent": "id:7", "Attribute 1 value(s)": "S"}
    medium = {**size, "SKU": "tee-m", "Parent": "tee", "Attribute 1 value(s)": "M"}
    (tee,), problems = read(table(small, parent, medium))
    assert problems == []
    assert [(one.sku, one.values) for one in tee.variants] == [("tee-s", ("S",)), ("tee-m", ("M",))]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"Type": "grouped"}, "got “grouped”"),
        ({"Type": "variation", "Parent": "id:9"}, "the product “id:9”"),
        ({"Regular price": ""}, "expected a price"),
        ({"Sale price": "9", "Date sale price ends": "soon"}, "expected a date"),
    ],
)
def test_what_cannot_be_used_is_said(cells, said):
    entries, (problem,) = read(table(cells))
    assert entries == []
    assert said in problem.message


def test_pieces_of_any_value_cannot_be_told_apart():
    parent = {"ID": "7", "Type": "variable", "SKU": "tee", "Attribute 1 name": "Size"}
    any_size = {"Type": "variation", "SKU": "x", "Parent": "tee", "Attribute 1 name": "Size"}
    text = table({**parent, "Attribute 1 value(s)": "S, M"}, {**any_size, "Stock": "4"})
    entries, (problem,) = read(text)
    assert entries == []
    assert "cannot be told apart" in problem.message


def test_a_comma_inside_an_item_and_an_apostrophe_against_formulas():
    (mug,), _ = read(table({"Categories": r"Cups\, mugs, Home > Kitchen", "SKU": "'=mug"}))
    assert mug.categories == ("Cups, mugs", "Kitchen")
    assert mug.variants[0].sku == "=mug"
