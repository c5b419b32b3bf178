"""Lists in pages, and whole for those who ask as before there were pages."""

from __future__ import annotations

import gzip

import brotli
import pytest

from tests.store.builders import made_show, product
from tests.web.conftest import MUG, bearer, fields, problem, site_over
from vetrina.domain.show.events import ShowEnded
from vetrina.store.ports.shows import Append, Standing
from vetrina.web.http.lists import MOST

MANY = 2 * MOST + 3


@pytest.fixture
async def full(site):
    """More products than two pages hold."""
    picture = "/media/0f3a.webp"
    await site.store.put_products(
        [product(f"SKU-{n}", title="Caffè" if n % 50 == 0 else "Tè", image=picture)
         for n in range(MANY)]
    )  # fmt: skip
    return site


def skus(told):
    return [one["sku"] for one in told["products"]]


async def pages_of(site, path, **params):
    """Every page, following `next`."""
    pages = [(await site.get(path, params=params)).json()]
    while "next" in pages[-1]:
        after = {**params, "after": pages[-1]["next"]}
        pages.append((await site.get(path, params=after)).json())
    return pages


async def test_without_a_cursor_the_catalogue_comes_whole(full):
    """What asked before there were pages gets what it got."""
    answer = await full.get("/products")
    assert list(answer.json()) == ["products"]
    assert skus(answer.json()) == [f"SKU-{n}" for n in range(MANY)]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("encoding", "opened"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
async def test_a_whole_list_is_sent_as_small_as_the_caller_reads(full, encoding, opened):
    headers = {**full.auth, "accept-encoding": encoding}
    async with full.http.stream("GET", "/api/v1/products", headers=headers) as answer:
        sent = b"".join([part async for part in answer.aiter_raw()])
    plain = (await full.get("/products", headers={"accept-encoding": "identity"})).content
    assert answer.headers["content-encoding"] == encoding
    assert opened(sent) == plain
    assert len(sent) < len(plain) / 4


async def test_the_head_of_a_whole_list_has_no_body(full):
    answer = await full.http.head("/api/v1/products", headers=full.auth)
    assert answer.status_code == 200


async def test_a_whole_list_names_pictures_below_the_servers_path(store, tmp_path, clock):
    public = "https://shop.example/vetrina"
    async with site_over(store, tmp_path, clock, public_url=public) as site:
        many = [product(f"SKU-{n}", image="/media/0f3a.webp") for n in range(MANY)]
        await site.store.put_products(many)
        told = (await site.http.get("/vetrina/api/v1/products", headers=site.auth)).json()
    assert {one["image"] for one in told["products"]} == {"/vetrina/media/0f3a.webp"}


async def test_pages_of_products_by_their_next(full):
    pages = await pages_of(full, "/products", limit=MOST)
    assert [len(page["products"]) for page in pages] == [MOST, MOST, MANY - 2 * MOST]
    assert [sku for page in pages for sku in skus(page)] == [f"SKU-{n}" for n in range(MANY)]


async def test_what_is_put_between_two_pages_comes_once_and_moves_nothing(full):
    first = (await full.get("/products", params={"limit": 2})).json()
    await full.post("/products", [MUG, {**MUG, "sku": "SKU-0"}])
    rest = await pages_of(full, "/products", after=first["next"])
    seen = [*skus(first), *(sku for page in rest for sku in skus(page))]
    assert seen == [*(f"SKU-{n}" for n in range(MANY)), "MUG-1"]


async def test_products_are_found_by_text(full):
    pages = await pages_of(full, "/products", q="CAFFÈ")
    assert [sku for page in pages for sku in skus(page)] == [f"SKU-{n}" for n in range(0, MANY, 50)]
    assert skus((await full.get("/products", params={"q": "sku-17"})).json())[0] == "SKU-17"


@pytest.mark.parametrize(
    ("params", "field"),
    [
        ({"limit": "0"}, "limit"),
        ({"limit": MOST + 1}, "limit"),
        ({"after": "next"}, "after"),
        ({"after": "-1"}, "after"),
        ({"q": ""}, "q"),
        ({"q": "x" * 201}, "q"),
    ],
)
async def test_what_is_no_page(site, params, field):
    assert fields(problem(await site.get("/products", params=params), 422, "invalid")) == [field]


async def test_pages_of_shows_newest_first(site):
    for n in range(MANY):
        await made_show(site.store, f"show-{n}")
    pages = await pages_of(site, "/shows", limit=50)
    slugs = [show["slug"] for page in pages for show in page["shows"]]
    assert slugs == [f"show-{n}" for n in reversed(range(MANY))]
    whole = (await site.get("/shows")).json()
    assert list(whole) == ["shows"]
    assert [show["slug"] for show in whole["shows"]] == slugs


async def test_a_key_of_one_show_lists_that_show_alone(site):
    for slug in ("spring", "summer"):
        await made_show(site.store, slug)
    _, secret = await site.key("control", "spring")
    answer = await site.http.get("/api/v1/shows?limit=1", headers=bearer(secret))
    assert [show["slug"] for show in answer.json()["shows"]] == ["spring"]
    assert "next" not in answer.json()


async def test_an_ended_show_is_listed_without_reading_its_log(site):
    """Not even where something came after its end, such as a late refund."""
    await site.show()
    await site.command({"type": "end_show"})
    await made_show(site.store, "old")
    end = [ShowEnded(1), ShowEnded(2)]
    await site.store.append(Append(show="old", events=end, standing=Standing("ended", None)))
    read = []

    async def noted(slug, after=0, limit=None):
        read.append(slug)
        return []

    site.store.events = noted
    listed = (await site.get("/shows")).json()["shows"]
    assert {show["slug"]: show["status"] for show in listed} == {"spring": "ended", "old": "ended"}
    assert read == []


async def test_a_show_from_before_standings_is_listed_by_its_log(site):
    await made_show(site.store, "old")
    page = site.store.show_page

    async def without(before=None, limit=100, only=None):
        listed = await page(before, limit, only)
        for show in listed.items:
            object.__setattr__(show, "status", None)
        return listed

    site.store.show_page = without
    assert [show["status"] for show in (await site.get("/shows")).json()["shows"]] == ["draft"]
