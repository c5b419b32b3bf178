"""Product safety: asked for where the shop sells to people in the EU, and told to buyers."""

import orjson

from tests.web.api.test_imports import FILE, imported
from tests.web.api.test_shop import open_shop
from tests.web.conftest import APRON, MUG, fields, problem

SAFETY = {
    "maker": "Bottega Giulia",
    "address": "Via Severoli 4, 48018 Faenza",
    "contact": "ciao@bottega-giulia.example",
    "responsible": "",
    "warnings": "",
}
OWN = {**SAFETY, "maker": "Lino S.p.A.", "warnings": "Keep away from fire."}


async def test_without_product_safety_nothing_becomes_active(site):
    await open_shop(site, eu=True)
    told = problem(await site.post("/products", [MUG, APRON]), 409, "safety_missing")
    assert "MUG-1, APR-3" in told["detail"]
    problem(await site.call("PUT", "/products/MUG-1", MUG), 409, "safety_missing")
    assert (await site.get("/products")).json() == {"products": []}
    draft = await site.post("/products", {**MUG, "status": "draft"})
    assert draft.status_code == 200
    published = {**MUG, "status": "active"}
    problem(await site.call("PUT", "/products/MUG-1", published), 409, "safety_missing")
    answer = await site.call("PUT", "/products/MUG-1", {**published, "safety": SAFETY})
    assert answer.status_code == 200, answer.text
    assert answer.json()["safety"] == SAFETY


async def test_the_shops_counts_for_products_without_their_own(site):
    await open_shop(site, MUG, {**APRON, "safety": OWN}, eu=True, safety=SAFETY)
    address = "/api/v1/shops/giulia/products"
    assert (await site.http.get(f"{address}/MUG-1")).json()["safety"] == SAFETY
    assert (await site.http.get(f"{address}/APR-3")).json()["safety"] == OWN
    assert (await site.get("/products/MUG-1")).json()["safety"] is None


async def test_own_product_safety_stays_until_it_is_taken_away(site):
    await open_shop(site, {**MUG, "safety": OWN})
    await site.post("/products", MUG)
    assert (await site.get("/products/MUG-1")).json()["safety"] == OWN
    await site.post("/products", {**MUG, "safety": {}})
    assert (await site.get("/products/MUG-1")).json()["safety"] is None


async def test_what_was_active_before_stays_and_is_counted(site):
    await open_shop(site, MUG, {**APRON, "safety": OWN}, eu=False)
    profile = (await site.get("/shop")).json()["shop"]
    told = (await site.call("PUT", "/shop", {**profile, "eu": True})).json()
    assert (told["shop"]["eu"], told["unsafe"]) == (True, 1)
    assert (await site.http.get("/api/v1/shops/giulia/products/MUG-1")).status_code == 200
    assert (await site.post("/products", {**MUG, "title": "Blue mug"})).status_code == 200
    told = (await site.call("PUT", "/shop", {**profile, "eu": True, "safety": SAFETY})).json()
    assert (told["shop"]["safety"], told["unsafe"]) == (SAFETY, 0)
    assert (await site.get("/shop")).json() == told


async def test_what_does_not_fit_is_named(site):
    body = {**MUG, "safety": {**SAFETY, "contact": "Giulia"}}
    assert fields(problem(await site.post("/products", body), 422, "invalid")) == ["safety.contact"]
    profile = {"handle": "giulia", "name": "Giulia", "safety": {"maker": "Giulia"}}
    told = problem(await site.call("PUT", "/shop", profile), 422, "invalid")
    assert fields(told) == ["safety.address"]


async def test_an_import_that_publishes_leaves_it_a_draft(site):
    await open_shop(site, eu=True)
    dry = await imported(site, FILE, "currency=EUR&status=active&dry_run=true")
    assert {one["field"] for one in dry["failed"]} == {"safety"}
    assert (dry["created"], dry["problems"]) == (2, 2)
    told = await imported(site, FILE, "currency=EUR&status=active")
    assert (told["created"], told["problems"], told["failed"]) == (2, 2, dry["failed"])
    assert {one["status"] for one in (await site.get("/products")).json()["products"]} == {"draft"}


async def test_our_own_json_brings_product_safety(site):
    await open_shop(site, eu=True)
    products = [{**MUG, "status": "active", "safety": OWN}, {**APRON, "status": "active"}]
    told = await imported(site, orjson.dumps({"products": products}))
    assert [(one["row"], one["field"]) for one in told["failed"]] == [(2, "safety")]
    assert (await site.get("/products/MUG-1")).json()["safety"] == OWN
    statuses = [one["status"] for one in (await site.get("/products")).json()["products"]]
    assert statuses == ["active", "draft"]
