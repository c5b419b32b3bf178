"""The shop's profile, and the storefront as programs read it."""

import pytest

from tests.web.conftest import APRON, MUG, fields, problem

PROFILE = {
    "handle": "giulia",
    "name": "Bottega Giulia",
    "about": "Kitchen things from Faenza",
    "logo": None,
    "accent": "#1f6b3a",
    "links": [{"label": "Imprint", "url": "https://giulia.example/imprint"}],
    "delivery": "€4.90",
    "returns": "14 days",
    "eu": False,
    "safety": None,
    "seller": {
        "legal_name": "Giulia Rossi", "address": "Via Severoli 4, 48018 Faenza",
        "contact": "ciao@giulia.example",
    },
    "withdrawal_days": 14,
    "withdrawal": "You send it back.",
    "privacy": "https://giulia.example/privacy",
    "reserve_minutes": 10,
}  # fmt: skip


async def open_shop(site, *products, **changes):
    answer = await site.call("PUT", "/shop", {**PROFILE, **changes})
    assert answer.status_code == 200, answer.text
    if products:
        answer = await site.post("/products", list(products))
        assert answer.status_code == 200, answer.text


async def test_a_shop_has_no_profile_until_it_is_given_one(site):
    assert (await site.get("/shop")).json() == {"shop": None, "url": None, "unsafe": 0}
    await open_shop(site)
    told = (await site.get("/shop")).json()
    assert told == {"shop": PROFILE, "url": "http://shop.test/shop/giulia", "unsafe": 0}
    assert (await site.http.get("/api/v1/shops/giulia")).json()["shop"] == PROFILE


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("handle", "Giulia!"),
        ("name", "  "),
        ("accent", "red"),
        ("logo", "http://plain.example/a.png"),
        ("links", [{"label": "", "url": "https://a.example"}]),
        ("links", [{"label": "x", "url": "javascript:alert(1)"}]),
        ("about", "x" * 601),
        ("delivery", "x" * 201),
        ("privacy", "javascript:alert(1)"),
        ("withdrawal", "x" * 2001),
        ("withdrawal_days", 366),
        ("reserve_minutes", 1),
        ("reserve_minutes", 61),
    ],
)
async def test_a_field_that_does_not_fit_is_named(site, field, value):
    told = problem(await site.call("PUT", "/shop", {**PROFILE, field: value}), 422, "invalid")
    assert fields(told) == [field]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("legal_name", ""),
        ("address", "x" * 301),
        ("contact", "phone"),
        ("contact", "http://a.example"),
    ],
)
async def test_a_seller_is_told_whole_or_not_at_all(site, field, value):
    seller = {**PROFILE["seller"], field: value}
    told = problem(await site.call("PUT", "/shop", {**PROFILE, "seller": seller}), 422, "invalid")
    assert fields(told) == [f"seller.{field}"]
    empty = dict.fromkeys(seller, " ")
    answer = await site.call("PUT", "/shop", {**PROFILE, "seller": empty})
    assert answer.json()["shop"]["seller"] is None


async def test_who_may_not_write_the_catalogue_may_not_name_the_shop(site):
    assert (await site.http.put("/api/v1/shop", json=PROFILE)).status_code == 401


async def test_products_are_paged_sorted_and_found(site):
    await open_shop(site, MUG, {**APRON, "categories": ["Linen"]})
    address = "/api/v1/shops/giulia/products"

    async def skus(query):
        told = (await site.http.get(f"{address}{query}")).json()
        return [one["sku"] for one in told["products"]], told.get("next")

    assert await skus("?sort=price") == (["MUG-1", "APR-3"], None)
    assert await skus("?category=Linen") == (["APR-3"], None)
    assert await skus("?q=mok") == (["MUG-1"], None)
    first, after = await skus("?sort=price&limit=1")
    assert (first, after) == (["MUG-1"], "0-1890-1")
    assert await skus(f"?sort=price&limit=1&after={after}") == (["APR-3"], None)


@pytest.mark.parametrize("query", ["sort=cheap", "after=x", "after=2-1-1", "limit=0"])
async def test_a_wish_that_cannot_be_read_is_named(site, query):
    await open_shop(site)
    told = problem(await site.http.get(f"/api/v1/shops/giulia/products?{query}"), 422, "invalid")
    assert fields(told) == [query.partition("=")[0]]


async def test_what_has_not_changed_is_not_sent_again(site):
    await open_shop(site, MUG)
    for path in ("", "/products", "/products/MUG-1"):
        address = f"/api/v1/shops/giulia{path}"
        etag = (await site.http.get(address)).headers["etag"]
        again = await site.http.get(address, headers={"if-none-match": etag})
        assert (again.status_code, again.content) == (304, b"")


async def test_a_product_comes_with_the_deal_of_the_show_that_is_on(site):
    await open_shop(site)
    await site.show()
    deal = {"type": "start_deal", "sku": "MUG-1", "duration_s": 60,
            "price": {"amount": 1490, "currency": "EUR"}}  # fmt: skip
    assert (await site.command(deal)).status_code == 200
    told = (await site.http.get("/api/v1/shops/giulia/products/MUG-1")).json()
    assert told["deal"]["price"]["amount"] == 1490
    assert {"key", "source", "status"}.isdisjoint(told)
    assert (await site.http.get("/api/v1/shops/giulia")).json()["live"] == "spring"


async def test_drafts_and_other_shops_are_not_there(site):
    await open_shop(site, {**MUG, "status": "draft"})
    answer = await site.http.get("/api/v1/shops/giulia/products/MUG-1")
    problem(answer, 404, "unknown_sku")
    assert (await site.http.get("/api/v1/shops/giulia/products")).json() == {"products": []}
    problem(await site.http.get("/api/v1/shops/nobody/products"), 404, "unknown_shop")
