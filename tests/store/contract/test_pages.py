"""What every store promises of pages: each entry once, whatever is written between two of them."""

import asyncio

from tests.store.builders import NOW, SLUG, made_show, product, said
from vetrina.store.ports.pages import Page
from vetrina.store.ports.shows import Append, Standing
from vetrina.store.sql import catalogue


async def all_pages(read, limit):
    """What one who follows `next` gets, and in how many pages."""
    page, sizes = await read(None, limit), []
    items = list(page.items)
    while True:
        sizes.append(len(page.items))
        if page.next is None:
            return items, sizes
        page = await read(page.next, limit)
        items += page.items


async def test_pages_of_products_are_the_catalogue(store):
    many = [product(f"SKU-{n}") for n in range(7)]
    await store.put_products(many)

    async def read(after, limit):
        page = await store.product_page(after or 0, limit)
        return Page([one.product for one in page.items], page.next)

    assert await all_pages(read, 3) == (many, [3, 3, 1])
    assert await all_pages(read, 7) == (many, [7])
    assert (await store.product_page(10**9)).items == []
    assert sorted(await store.skus()) == [one.sku for one in many]


async def test_an_empty_catalogue_is_an_empty_page(store):
    page = await store.product_page()
    assert (list(page.items), page.next) == ([], None)


async def test_products_put_between_two_pages_move_nothing(store):
    await store.put_products([product(f"SKU-{n}") for n in range(4)])
    first = await store.product_page(0, 2)
    await store.put_products([product("NEW-1"), product("SKU-0", title="Changed")])
    rest = await store.product_page(first.next, 100)
    assert [one.product.sku for one in [*first.items, *rest.items]] == [
        *(f"SKU-{n}" for n in range(4)),
        "NEW-1",
    ]


async def test_products_are_found_by_a_part_of_title_or_sku(store):
    caffe = product("CAF-1", title="Caffè 100% ÀRABICA")
    await store.put_products([product("MUG-1"), caffe, product("TEE_1")])

    async def found(text):
        return [one.product.sku for one in (await store.product_page(0, 100, text)).items]

    assert await found("àrabica") == await found("100%") == await found("af-1") == ["CAF-1"]
    assert await found("title OF") == ["MUG-1", "TEE_1"]
    assert await found("_") == ["TEE_1"]
    assert await found("%%") == await found("nothing") == []
    await store.put_products([product("MUG-1", title="Tazza")])
    assert await found("tazza") == ["MUG-1"]


async def test_a_search_looks_at_a_bounded_part_at_once(store, monkeypatch):
    monkeypatch.setattr(catalogue, "LOOKED_AT", 3)
    await store.put_products([product(f"SKU-{n}") for n in range(8)])
    first = await store.product_page(0, 100, "sku-7")
    assert (list(first.items), first.next is None) == ([], False)

    async def read(after, limit):
        return await store.product_page(after or 0, limit, "sku-7")

    items, sizes = await all_pages(read, 100)
    assert [one.product.sku for one in items] == ["SKU-7"]
    assert len(sizes) == 3


async def test_the_mark_of_the_skus_tells_of_new_ones(store):
    marks = [await store.skus_mark()]
    await store.put_products([product("A")])
    marks.append(await store.skus_mark())
    await store.put_products([product("A", title="Changed", stock=3)])
    assert await store.skus_mark() == marks[-1]
    await store.put_products([product("B")])
    marks.append(await store.skus_mark())
    assert len(set(marks)) == 3


async def test_shows_answer_by_their_own_rows(store):
    for n, slug in enumerate(("a", "b", "c")):
        await made_show(store, slug, created_at=NOW + n)
    await store.append(Append(show="b", events=[said("x")], standing=Standing("ended", None)))
    await store.append(Append(show="b", events=[said("a late refund")]))
    page = await store.show_page()
    assert [(one.show.slug, one.status) for one in page.items] == [
        *(("c", "draft"), ("b", "ended"), ("a", "draft")),
    ]
    assert page.items[1].show == await store.show("b")
    assert list((await store.show_page(only="b")).items) == [page.items[1]]


async def test_shows_made_between_two_pages_move_nothing(store):
    for n in range(5):
        await made_show(store, f"show-{n}")
    first = await store.show_page(None, 2)
    await asyncio.gather(*(made_show(store, f"new-{n}") for n in range(3)))
    items, sizes = await all_pages(
        lambda before, limit: store.show_page(before or first.next, 2), 2
    )
    slugs = [one.show.slug for one in [*first.items, *items]]
    assert slugs == [f"show-{n}" for n in (4, 3, 2, 1, 0)]
    assert sizes == [2, 1]
    assert SLUG not in slugs
