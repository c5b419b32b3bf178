"""What every store promises of the shop tab: its profile, its pages of products, its shows."""

from dataclasses import replace

import pytest

from tests.store.builders import NOW
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.catalogue.searching import words_of
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.money import Money
from vetrina.domain.selling.seller import Seller
from vetrina.domain.selling.shop import ShopLink, ShopProfile
from vetrina.domain.show.events import StockChanged
from vetrina.store.ports.shop import Category, Place, Wanted
from vetrina.store.ports.shows import Append, Show, Standing

SAFETY = Safety("Giulia", "Via 4", "ciao@giulia.example", "Ute, Bonn", "Hot")
SHOP = ShopProfile(
    handle="giulia",
    name="Bottega Giulia",
    about="Kitchen things from Faenza",
    logo="/media/0f3a.webp",
    accent="#1f6b3a",
    links=(ShopLink("Imprint", "https://giulia.example/imprint"),),
    delivery="€4.90",
    returns="14 days",
    eu=True,
    safety=SAFETY,
    seller=Seller("Giulia Rossi", "Via 4, Faenza", "https://giulia.example"),
    withdrawal_days=30,
    withdrawal="You send it back.",
    privacy="https://giulia.example/privacy",
    reserve_minutes=5,
)
ORDERS = ("newest", "price", "price_down")


def entry(sku, title="Mug", price=1000, stock=None, categories=(), status="active"):
    return CatalogueEntry(
        key=sku,
        title=title,
        variants=(Variant(sku=sku, price=Money(price, "EUR"), stock=stock),),
        categories=tuple(categories),
        status=status,
    )


async def skus(store, limit=100, **wanted):
    """All that is found, page by page."""
    found, after = [], None
    while True:
        page = await store.shop_page(Wanted(**wanted), after, limit)
        assert len(page.entries) <= limit
        found += [one.sku for one in page.entries]
        after = page.next
        if after is None:
            return found


async def test_the_shop_is_read_as_it_was_written_and_there_is_one(store):
    assert await store.shop() is None
    await store.put_shop(SHOP)
    assert await store.shop() == SHOP
    renamed = replace(SHOP, handle="bottega", links=(), logo=None)
    await store.put_shop(renamed)
    assert await store.shop() == renamed


async def test_products_are_sorted_and_what_is_sold_out_comes_last(store):
    await store.put_entries(
        [
            entry("A", price=300),
            entry("B", price=100, stock=0),
            entry("C", price=200),
            entry("D", price=200, stock=4),
            entry("E", price=50, stock=0),
        ]
    )
    assert await skus(store) == ["D", "C", "A", "E", "B"]
    assert await skus(store, sort="price") == ["C", "D", "A", "E", "B"]
    assert await skus(store, sort="price_down") == ["A", "D", "C", "B", "E"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("sort", ORDERS)
async def test_pages_of_any_size_have_each_product_once(store, limit, sort):
    await store.put_entries([entry(f"P-{n}", price=100 + n % 3, stock=n % 2) for n in range(9)])
    assert await skus(store, limit, sort=sort) == await skus(store, sort=sort)
    assert sorted(await skus(store, limit, sort=sort)) == [f"P-{n}" for n in range(9)]


async def test_a_page_goes_on_after_what_is_gone_by_then(store):
    await store.put_entries([entry("A"), entry("B"), entry("C")])
    page = await store.shop_page(Wanted(), None, 1)
    assert page.next == Place(False, 1000, 3)
    await store.delete_product("C")
    rest = await store.shop_page(Wanted(), page.next, 5)
    assert [one.sku for one in rest.entries] == ["B", "A"]
    assert rest.next is None


async def test_only_active_products_are_listed_whatever_they_were_before(store):
    await store.put_entries([entry("A", status="draft"), entry("B"), entry("C")])
    assert await skus(store) == ["C", "B"]
    await store.set_status("A", "active")
    await store.set_status("B", "archived")
    assert await skus(store) == ["C", "A"]


async def test_a_category_has_its_own_pages(store):
    await store.put_entries(
        [
            entry("A", categories=["Cups", "Gifts"]),
            entry("B", categories=["Linen"]),
            entry("C", categories=["Cups"], stock=0),
        ]
    )
    assert await skus(store, category="Cups") == ["A", "C"]
    assert await skus(store, 1, category="Cups") == ["A", "C"]
    assert await skus(store, category="Nothing") == []
    names = [Category("Cups", 2), Category("Gifts", 1), Category("Linen", 1)]
    assert await store.categories() == names
    await store.put_entries([entry("A", categories=["Linen"])])
    assert await store.categories() == [Category("Linen", 2), Category("Cups", 1)]


async def test_an_edit_of_the_light_form_keeps_the_categories(store):
    await store.put_entries([entry("A", categories=["Cups"])])
    await store.put_products([replace(entry("A").product(), title="Bowl")])
    assert await skus(store, category="Cups", words=("bowl",)) == ["A"]
    assert await skus(store, words=("mug",)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("moka", ["POT", "MUG"]),
        ("MOKA mug", ["MUG"]),
        ("cafe", ["POT"]),
        ("Créme", ["POT"]),
        ("mug-1", ["MUG"]),
        ("moka glass", []),
        ("gifts", ["MUG"]),
        ("m", ["POT", "MUG"]),
        ("ok", []),
    ],
)
async def test_a_search_finds_words_that_begin_so_in_titles_skus_and_categories(store, text, found):
    await store.put_entries(
        [
            replace(entry("MUG", "Moka mug", categories=["Gifts"]), key="MUG"),
            entry("POT", "Pot for moka, café crème"),
            entry("OIL", "Olive oil"),
        ]
    )
    wanted = "mug" if text == "mug-1" else text
    assert await skus(store, words=words_of([wanted])) == found


async def test_stock_moves_a_product_to_the_end_and_back(store):
    show = Show(slug="s", title="S", currency="EUR", epoch="e", created_at=NOW)
    await store.create_show(show)
    await store.put_entries([entry("A"), entry("B", stock=3)])
    for quantity, order in ((0, ["A", "B"]), (2, ["B", "A"])):
        event = StockChanged(at=NOW, sku="B", quantity=quantity)
        await store.append(Append(show="s", events=[event]))
        assert await skus(store) == order


async def test_shows_that_are_announced_and_those_that_are_over(store):
    for slug, starts_at in (("a", NOW + 9), ("b", NOW + 5), ("c", NOW - 5), ("d", None)):
        show = Show(
            slug=slug, title=slug, currency="EUR", epoch=slug, created_at=NOW, starts_at=starts_at
        )
        await store.create_show(show)
    for slug in ("e", "f"):
        show = Show(slug=slug, title=slug, currency="EUR", epoch=slug, created_at=NOW)
        await store.create_show(show, standing=Standing("ended", None))
    shows = await store.shop_shows(NOW)
    assert [show.slug for show in shows.upcoming] == ["b", "a"]
    assert [show.slug for show in shows.past] == ["f", "e"]


async def test_machines_read_all_products_part_by_part(store):
    await store.put_entries([entry("A"), entry("B", status="draft"), entry("C")])
    assert (await store.site_part(0, 2)).skus == ["A"]
    part = await store.site_part(2, 2)
    assert (part.skus, part.last) == (["C"], 3)


async def test_active_products_without_safety_of_their_own_are_counted(store):
    assert await store.active_without_safety() == 0
    told = replace(entry("TOLD"), safety=SAFETY)
    quoting = replace(entry("QUOTING"), description='"safety":{"maker":"x"}')
    await store.put_entries([told, quoting, entry("NONE"), entry("DRAFT", status="draft")])
    await store.put_products([entry("LIGHT").product()])
    assert await store.active_without_safety() == 3
    (found,) = await store.entries(["TOLD"])
    assert found.safety == SAFETY
