"""Which format a file is in."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.shop.imports.files import (
    GOOGLE_XML,
    OPTIONS,
    SHOPIFY_NEW,
    SHOPIFY_OLD,
    SHOPIFY_ROWS,
    WOO_GERMAN,
    read,
)
from vetrina.domain.catalogue.entry import CatalogueEntry, Image, Variant
from vetrina.domain.money import Money
from vetrina.shop.imports.findings import UnreadableFile
from vetrina.shop.imports.own_json import written
from vetrina.shop.imports.reading import read_file


def zipped() -> bytes:
    made = BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("text", "described"),
    [
        (SHOPIFY_OLD + SHOPIFY_ROWS, "Shopify's product CSV, UTF-8, comma between cells"),
        (SHOPIFY_NEW + SHOPIFY_ROWS, "Shopify's product CSV, UTF-8, comma between cells"),
        (WOO_GERMAN, "WooCommerce's product CSV, UTF-8, semicolon between cells"),
        (GOOGLE_XML, "Google Merchant feed, XML"),
        ("id\ttitle\tprice\n", "Google Merchant feed, UTF-8, tab between cells"),
        ('{"products": []}', "Vetrina's JSON"),
    ],
)
def test_a_file_says_itself_what_it_is(text, described):
    assert read_file(text.encode(), OPTIONS).described == described


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (zipped(), "Excel or ZIP"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "none"),
        (b"name;price\nMug;3\n", "the first line is: name;price"),
        (b"\xff\xfea", "UTF-16"),
        (b'{"products": 3}', "list of products"),
        (b"[1,", "no JSON"),
    ],
)
def test_what_is_no_catalogue_is_said(raw, said):
    with pytest.raises(UnreadableFile, match=said):
        list(read_file(raw, OPTIONS).findings)


WORDS = st.text("abcdefghijklmnopqrstuvwxyzäöüßčéñ 🙂", min_size=1, max_size=12).filter(str.strip)


@st.composite
def entries(draw: st.DrawFn) -> CatalogueEntry:
    options = tuple(draw(st.lists(WORDS, max_size=3, unique=True)))
    choices = draw(
        st.lists(st.tuples(*[WORDS] * len(options)), min_size=1, max_size=4, unique=True)
    )
    key = draw(st.uuids()).hex
    return CatalogueEntry(
        key=key,
        title=draw(WORDS),
        options=options,
        description=draw(st.sampled_from(["", "<p>Soft &amp; <b>light</b></p>"])),
        tags=tuple(draw(st.lists(WORDS, max_size=2, unique=True))),
        images=tuple(
            Image(f"https://cdn.example/{n}.jpg", "x") for n in range(draw(st.integers(0, 2)))
        ),
        variants=tuple(
            Variant(
                sku=f"{key}-{n}",
                price=Money(draw(st.integers(0, 10**9)), "EUR"),
                values=values,
                stock=draw(st.none() | st.integers(0, 99)),
            )
            for n, values in enumerate(choices)
        ),
    )


@given(st.lists(entries(), max_size=4))
def test_our_own_file_brings_the_same_back(made):
    assert read(written(made)) == (made, [])


def test_a_wrong_product_of_ours_is_named_and_the_others_go_in():
    good = {"sku": "A", "title": "A", "price": {"amount": 100, "currency": "EUR"}}
    bad = {"sku": "B", "title": "", "price": {"amount": 100, "currency": "EUR"}}
    found, problems = read(json.dumps([good, bad, "x"]))
    assert [one.key for one in found] == ["A"]
    assert [one.row for one in problems] == [2, 3]
    assert "title" in problems[0].message
