"""What every store promises of products with variants, and of all that is known of a product."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.domain.builders import eur, tee
from tests.store.builders import NOW, SLUG, made_show, product
from vetrina.domain.catalogue.entry import Image, UnitPrice, entry_of
from vetrina.domain.show.events import StockChanged
from vetrina.store.errors import SkuTaken
from vetrina.store.ports.shows import Append

SHIRT = replace(
    entry_of(tee(1900, 2000, 2200)),
    description="<p>Heavy cotton.</p>",
    brand="Bottega",
    categories=("Clothing", "Summer"),
    tags=("new",),
    images=(Image("https://a.example/1.png", "From the front"), Image("https://a.example/2.png")),
    status="draft",
    source="import",
    unit_price=UnitPrice(eur(1900), "piece"),
    min_age=18,
)


async def test_everything_that_was_put_is_there(store):
    await store.put_entries([SHIRT, entry_of(product("MUG-1"))])
    assert await store.entries(["MUG-1", "TEE", "NONE"]) == [entry_of(product("MUG-1")), SHIRT]
    assert await store.products() == [SHIRT.product(), product("MUG-1")]
    page = await store.product_page(status="draft")
    assert [(one.product, one.status) for one in page.items] == [(SHIRT.product(), "draft")]
    assert [one.product.sku for one in (await store.product_page(0, 9, "tee-m")).items] == ["TEE"]


async def test_the_light_form_leaves_the_rest_as_it_is(store):
    await store.put_entries([SHIRT])
    await store.put_products([replace(SHIRT.product(), title="Shirt", link="https://a.example/")])
    expected = replace(SHIRT, title="Shirt", link="https://a.example/")
    assert await store.entries(["TEE"]) == [expected]
    await store.put_products([replace(expected.product(), image="https://a.example/new.png")])
    (after,) = await store.entries(["TEE"])
    assert after.images == (Image("https://a.example/new.png"), *SHIRT.images)


async def test_variants_are_replaced_with_their_product(store):
    await store.put_entries([SHIRT])
    fewer = replace(SHIRT, variants=SHIRT.variants[1:])
    await store.put_entries([fewer])
    assert await store.entries(["TEE"]) == [fewer]
    assert sorted(await store.skus()) == ["TEE", "TEE-L", "TEE-M"]
    assert await store.owners(["TEE-S", "TEE-M", "TEE"]) == {"TEE-M": "TEE", "TEE": "TEE"}


async def test_a_sku_means_one_product(store):
    await store.put_entries([SHIRT])
    with pytest.raises(SkuTaken, match="TEE-S"):
        await store.put_products([product("NEW"), product("TEE-S")])
    other = entry_of(replace(tee(), sku="OTHER"))
    with pytest.raises(SkuTaken):
        await store.put_entries([other])
    await store.put_products([product("CUP")])
    first, *rest = SHIRT.variants
    with pytest.raises(SkuTaken, match="CUP"):
        await store.put_entries([replace(SHIRT, variants=(replace(first, sku="CUP"), *rest))])
    assert await store.entries(["TEE"]) == [SHIRT]
    assert await store.products(["NEW", "OTHER"]) == []


async def test_the_mark_changes_with_every_sku(store):
    await store.put_entries([SHIRT])
    before = await store.skus_mark()
    first, *rest = SHIRT.variants
    await store.put_entries([replace(SHIRT, variants=(*rest, replace(first, sku="TEE-X")))])
    assert await store.skus_mark() != before


async def test_stock_of_a_variant_is_written_with_its_sum(store):
    await made_show(store)
    await store.put_entries([SHIRT])
    change = StockChanged(NOW, "TEE", 6, "TEE-M", 3)
    await store.append(Append(show=SLUG, events=(change,)))
    (after,) = await store.products(["TEE"])
    assert (after.stock, [one.stock for one in after.variants]) == (6, [3, 3, 0])


async def test_a_product_goes_with_its_variants(store):
    await store.put_entries([SHIRT])
    await store.set_status("TEE", "archived")
    assert [one.status for one in await store.entries(["TEE"])] == ["archived"]
    await store.delete_product("TEE")
    assert await store.skus() == []
    await store.put_products([product("TEE-S")])


async def test_more_variants_than_a_statement_can_name(store):
    many = []
    for n in range(400):
        shirt = replace(tee(), sku=f"T{n}")
        own = [replace(one, sku=f"{one.sku}-{n}") for one in shirt.variants]
        many.append(entry_of(shirt.with_variants(own)))
    await store.put_entries(many)
    assert await store.entries([one.sku for one in many]) == many


async def test_an_import_without_stock_keeps_what_was_sold_since_the_file_was_compared(store):
    await store.put_products([product("A", stock=5)])
    [stale] = await store.entries(["A"])
    await store.set_stock("A", 3)
    new = entry_of(product("B", stock=7))
    await store.put_entries([replace(stale, title="Newer"), new], keep_stock=True)
    found = {one.sku: (one.title, one.stock) for one in await store.products()}
    assert found == {"A": ("Newer", 3), "B": ("Title of B", 7)}


@pytest.mark.parametrize(
    ("was", "told", "left", "after"),
    [
        (5, 5, 3, 3),
        (5, 8, 3, 6),
        (5, 1, 3, 0),
        (5, None, 3, None),
        (5, 5, None, None),
        (5, 7, None, 7),
    ],
)
async def test_an_edit_changes_the_stock_by_its_difference(store, was, told, left, after):
    """Regression: an edit of a title wrote the stock of the form, and what was sold meanwhile was
    for sale again."""
    await store.put_products([product("A", stock=was)])
    [known] = await store.entries(["A"])
    await store.set_stock("A", left)
    [alone] = known.variants
    edited = replace(known, title="Newer", variants=(replace(alone, stock=told),))
    await store.put_entries([edited], stock_was={"A": was})
    assert await store.stocks(["A"]) == {"A": after}


async def test_the_stock_of_one_variant_is_set_alone(store):
    await store.put_products([tee(1900)])
    await store.set_stock("TEE-S", 40)
    assert await store.products() == [tee(1900).with_stock("TEE-S", 40)]
    await store.set_stock("NO-SUCH", 1)
