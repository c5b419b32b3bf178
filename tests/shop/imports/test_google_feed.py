"""Google Merchant feeds, as XML and as a table."""

from __future__ import annotations

import pytest

from tests.shop.imports.files import GOOGLE_XML, read
from vetrina.domain.money import Money
from vetrina.shop.imports.findings import UnreadableFile

ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"
 xmlns:g="http://base.google.com/ns/1.0"><entry><g:id>A</g:id><title>Lamp</title>
 <link href="https://shop.example/lamp"/><g:price>12.00 EUR</g:price></entry></feed>"""
BOMB = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">
 <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel>
 </rss>"""


def test_items_of_a_group_are_variants_and_prices_name_their_currency():
    (tee, kettle), problems = read(GOOGLE_XML)
    assert problems == []
    assert (tee.key, tee.options, tee.title) == ("T", ("Size",), "Tee")
    assert [(one.sku, one.values, one.price, one.stock) for one in tee.variants] == [
        ("T-S", ("S",), Money(123450, "EUR"), None),
        ("T-M", ("M",), Money(1990, "EUR"), 0),
    ]
    assert (tee.link, tee.description) == ("https://shop.example/tee", "<p>Soft &amp; light</p>")
    assert kettle.variants[0].price == Money(4999, "JPY")


def test_atom_says_the_same():
    (lamp,), problems = read(ATOM)
    assert problems == []
    assert (lamp.title, lamp.link) == ("Lamp", "https://shop.example/lamp")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_feed_in_any_encoding(encoding):
    text = ATOM.replace('version="1.0"', f'version="1.0" encoding="{encoding[:6].strip("-")}"')
    (lamp,), _ = read(text.encode(encoding))
    assert lamp.title == "Lamp"


def test_a_table_with_either_spelling_of_its_header():
    for image in ("image_link", "image link"):
        text = f"id\ttitle\tprice\t{image}\tavailability\nK\tKettle\t1.234,50 EUR\t\tin_stock\n"
        (kettle,), problems = read(text)
        assert problems == []
        assert kettle.variants[0].price == Money(123450, "EUR")


def test_a_feed_with_a_document_type_is_refused():
    with pytest.raises(UnreadableFile, match="document type"):
        read(BOMB)


@pytest.mark.parametrize("text", ["<rss><channel><item>", "<rss></rss>"])
def test_what_is_no_feed_is_said(text):
    with pytest.raises(UnreadableFile, match=r"XML|<item>"):
        read(text)


@pytest.mark.parametrize(
    ("cell", "said"), [("sold", "expected in_stock"), ("", None), ("in stock", None)]
)
def test_availability_is_a_word(cell, said):
    text = f"id\ttitle\tprice\tavailability\nK\tKettle\t9.00 EUR\t{cell}\n"
    _, problems = read(text)
    assert [said in one.message for one in problems] == ([True] if said else [])


def test_a_sale_price_holds_between_its_times():
    head = "id\ttitle\tprice\tsale_price\tsale_price_effective_date\n"
    now = "2026-11-01T00:00+0100/2026-12-01T00:00+0100"
    past = "2026-10-01T00:00+0100/2026-11-01T00:00+0100"
    for when, amount in ((now, 700), (past, 900), ("", 700)):
        (kettle,), _ = read(f"{head}K\tKettle\t9.00 EUR\t7.00 EUR\t{when}\n")
        assert kettle.variants[0].price.amount == amount
