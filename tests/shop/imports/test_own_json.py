"""Our own JSON: what is written is read back as it was, whatever it holds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.properties import at_most
from tests.sqlite import with_tables
from vetrina.connectors.rich_text import clean_html
from vetrina.domain.catalogue.entry import CatalogueEntry, Image
from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.shop.imports import own_json
from vetrina.shop.imports.comparing import ApplyOptions
from vetrina.shop.imports.exporting import exported
from vetrina.shop.imports.findings import Found
from vetrina.shop.imports.importing import Import
from vetrina.store.sql.store import sqlite_store

WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cf", "Zl", "Zp", "Zs", "Co", "Cn")),
    min_size=1,
    max_size=12,
)
AMOUNTS = st.integers(0, 10**9)
URLS = st.just("/media/a.webp") | WORDS.map(lambda word: f"https://cdn.example/{word}.jpg")
STOCK = st.none() | st.integers(0, 10**6)


@st.composite
def entries(draw: st.DrawFn) -> CatalogueEntry:
    options = draw(st.lists(WORDS, max_size=3, unique=True))
    most = 6 if options else 1
    rows = draw(
        st.lists(
            st.tuples(*(WORDS for _ in options)), min_size=1, max_size=most, unique=True
        )
    )  # fmt: skip
    skus = draw(st.lists(WORDS, min_size=len(rows), max_size=len(rows), unique=True))
    currency = draw(st.sampled_from(["EUR", "JPY", "KWD"]))
    return CatalogueEntry(
        key=draw(WORDS.filter(lambda word: word not in skus)),
        title=draw(WORDS),
        options=tuple(options),
        variants=tuple(
            Variant(
                sku=sku,
                price=Money(draw(AMOUNTS), currency),
                values=values,
                stock=draw(STOCK),
                image=draw(st.none() | URLS),
            )
            for sku, values in zip(skus, rows, strict=True)
        ),
        description=clean_html(draw(st.text(max_size=80))),
        brand=draw(st.just("") | WORDS),
        categories=tuple(draw(st.lists(WORDS, max_size=2))),
        tags=tuple(draw(st.lists(WORDS, max_size=2))),
        images=tuple(Image(url, draw(st.just("") | WORDS)) for url in draw(st.lists(URLS))[:10]),
        link=draw(st.none() | URLS),
        status=draw(st.sampled_from(["draft", "active", "archived"])),
    )


@given(st.lists(entries(), max_size=4))
def test_what_is_written_is_read_back(given_entries):
    found = list(own_json.read(own_json.written(given_entries)))
    assert [one.entry for one in found if isinstance(one, Found)] == given_entries
    assert [one.row for one in found] == list(range(1, len(found) + 1))


async def _same_again(tmp_path, products: list[Product]) -> None:
    first, second = (sqlite_store(with_tables(tmp_path / name)) for name in ("first", "second"))
    await first.open()
    await second.open()
    try:
        await first.put_products(products)
        raw = b"".join([part async for part in exported(first)])
        work = Import(second, ApplyOptions(), second.put_entries)
        reports = [report async for report in work.run(own_json.read(raw))]
        assert await second.products() == products
        assert [report.problems for report in reports] == [0] * len(reports)
        assert b"".join([part async for part in exported(second)]) == raw
    finally:
        await first.close()
        await second.close()


@st.composite
def products(draw: st.DrawFn) -> list[Product]:
    skus = draw(st.lists(WORDS, max_size=5, unique=True))
    return [
        Product(
            sku=sku,
            title=draw(WORDS),
            price=Money(draw(AMOUNTS), "EUR"),
            image=draw(st.none() | URLS),
            link=draw(st.none() | URLS),
            stock=draw(STOCK),
        )
        for sku in skus
    ]


async def test_an_exported_catalogue_comes_back_the_same(tmp_path_factory):
    given_products: list[list[Product]] = []

    @given(products())
    def collect(drawn: list[Product]) -> None:
        given_products.append(drawn)

    collect()
    many = [
        Product(sku=f"P-{number}", title="Mug", price=Money(number, "EUR")) for number in range(250)
    ]
    for drawn in [*given_products[: at_most(10)], many]:
        await _same_again(tmp_path_factory.mktemp("shops"), drawn)
