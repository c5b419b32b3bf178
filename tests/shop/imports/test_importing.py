"""An import into a real store."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.shop.imports.files import OPTIONS, SHOPIFY_OLD, SHOPIFY_ROWS
from tests.sqlite import with_tables
from vetrina.shop.imports.comparing import ApplyOptions
from vetrina.shop.imports.importing import AT_ONCE, Import, Report
from vetrina.shop.imports.reading import read_file
from vetrina.store.sql.store import sqlite_store

FILE = SHOPIFY_OLD + SHOPIFY_ROWS


@pytest.fixture
async def store(tmp_path):
    opened = sqlite_store(with_tables(tmp_path))
    await opened.open()
    yield opened
    await opened.close()


async def imported(store, text: str, *, dry: bool = False, **options: bool) -> Report:
    work = Import(store, ApplyOptions(**options), None if dry else store.put_entries)
    findings = read_file(text.encode(), OPTIONS).findings
    return [report async for report in work.run(findings)][-1]


def counts(report: Report) -> tuple[int, int, int, int]:
    found = report.counts
    return found.created, found.changed, found.unchanged, report.problems


async def test_a_dry_run_says_the_same_and_writes_nothing(store):
    assert counts(await imported(store, FILE, dry=True)) == (2, 0, 0, 0)
    assert await store.products() == []
    assert counts(await imported(store, FILE)) == (2, 0, 0, 0)
    assert [one.sku for one in await store.products()] == ["linen-shirt", "mug"]
    (shirt,) = await store.products(["linen-shirt"])
    assert [one.sku for one in shirt.variants] == ["SHIRT-S", "SHIRT-M", "SHIRT-L"]
    assert shirt.named("SHIRT-S") == "Linen shirt – S / Slim"


async def test_the_same_file_twice_changes_nothing(store):
    await imported(store, FILE)
    before = await store.products()
    assert counts(await imported(store, FILE)) == (0, 0, 2, 0)
    assert await store.products() == before


async def test_what_the_seller_edited_stays_over_many_imports(store):
    await imported(store, FILE)
    (mug,) = await store.products(["mug"])
    await store.put_products([replace(mug, title="My mug")])
    cheaper = FILE.replace("8.50", "7.50")
    for _ in range(2):
        report = await imported(store, cheaper)
        assert report.counts.kept == 1
        (mug,) = await store.products(["mug"])
        assert (mug.title, mug.price.amount) == ("My mug", 750)
    await imported(store, cheaper, overwrite=True)
    assert (await store.products(["mug"]))[0].title == "Fish & Chips mug"


async def test_of_two_products_with_one_sku_the_second_is_a_problem(store):
    twice = FILE + "cup,Cup,,,,,,,,,,SHIRT-S,,,,7.00,,,,,,\n"
    report = await imported(store, twice)
    assert counts(report) == (2, 0, 0, 1)
    assert report.failed[0].row == 7
    assert "SHIRT-S is the SKU of the product in row 2 too" in report.failed[0].message


async def test_a_long_file_goes_in_some_at_a_time(store):
    lines = [f"p{n},Product {n},,,,,,,,,,,,,,9.50,,,,,," for n in range(2 * AT_ONCE + 1)]
    work = Import(store, ApplyOptions(), store.put_entries)
    text = "\n".join([SHOPIFY_OLD, *lines])
    reports = [
        (report.rows, report.counts.created)
        async for report in work.run(read_file(text.encode(), OPTIONS).findings)
    ]
    assert reports == [(201, 200), (401, 400), (402, 401)]
    assert len(await store.products()) == 2 * AT_ONCE + 1
