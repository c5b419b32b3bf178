"""One product, its variants, and what a shop page shows of it."""

from __future__ import annotations

from tests.store.selling import line, new
from tests.web.conftest import MUG, fields, problem

TEE = {
    "sku": "TEE",
    "title": "T-shirt",
    "options": ["Size"],
    "description": "<p onclick='x()'>Heavy <b>cotton</b>.<script>alert(1)</script></p>",
    "categories": ["Clothing"],
    "variants": [
        {"sku": "TEE-S", "values": ["S"], "price": {"amount": 1900, "currency": "EUR"}, "stock": 3},
        {"sku": "TEE-M", "values": ["M"], "price": {"amount": 2200, "currency": "EUR"}, "stock": 4},
    ],
}


async def test_a_product_with_variants_is_told_whole_by_each_of_its_skus(site):
    await site.post("/products", TEE)
    told = (await site.get("/products/TEE-M")).json()
    assert (told["sku"], told["price"]["amount"], told["price_to"]["amount"]) == ("TEE", 1900, 2200)
    assert (told["stock"], told["options"], told["status"]) == (7, ["Size"], "active")
    assert [one["sku"] for one in told["variants"]] == ["TEE-S", "TEE-M"]
    assert told["description"] == "<p>Heavy <b>cotton</b>.</p>"
    assert told == (await site.get("/products/TEE")).json()


async def test_viewers_are_sent_the_prices_and_not_the_variants(site):
    await site.show()
    await site.post("/products", TEE)
    await site.call("PUT", "/shows/spring/bag", {"skus": ["TEE"]})
    await site.command({"type": "pin_product", "sku": "TEE-S"})
    (pin,) = (await site.http.get("/api/v1/shows/spring")).json()["state"]["pins"]
    assert pin["product"]["price_to"] == {"amount": 2200, "currency": "EUR"}
    assert {"options", "variants"}.isdisjoint(pin["product"])
    (listed,) = (await site.http.get("/api/v1/shows/spring/bag")).json()["products"]
    assert {"options", "variants"}.isdisjoint(listed)


async def test_a_program_that_knows_no_variants_takes_none_away(site):
    await site.post("/products", {**TEE, "brand": "Bottega", "min_age": 18})
    old = {"sku": "TEE", "title": "Shirt", "price": {"amount": 1, "currency": "EUR"}}
    await site.post("/products", old)
    told = (await site.get("/products/TEE")).json()
    assert (told["title"], told["price"]["amount"], told["brand"]) == ("Shirt", 1900, "Bottega")
    assert len(told["variants"]) == 2
    assert (told["categories"], told["min_age"]) == (["Clothing"], 18)


async def test_an_edit_while_buyers_are_at_it_gives_no_sold_piece_back(site):
    """Regression: an edit of the title wrote the stock of the form, and more was sold than was
    there."""
    await site.show()
    await site.post("/products", {**MUG, "stock": 5})
    await site.store.reserve(new(line(quantity=4)))
    form = {**MUG, "title": "Moka mug, new", "stock": 5, "stock_was": 5}
    answer = await site.call("PUT", "/products/MUG-1", form)
    assert (answer.json()["title"], answer.json()["stock"]) == ("Moka mug, new", 1)
    more = await site.post("/products", {**form, "stock": 15})
    assert [one["stock"] for one in more.json()["products"]] == [11]
    await site.call("PUT", "/products/MUG-1", {**MUG, "stock": 5})
    assert (await site.get("/products/MUG-1")).json()["stock"] == 5


async def test_variants_in_an_edit_keep_what_was_sold_of_each(site):
    """Regression: as above, also where the variants were left away."""
    await site.post("/products", TEE)
    await site.store.reserve(new(line("TEE-S", 2, product="TEE")))
    small, medium = TEE["variants"]
    variants = [{**small, "stock_was": 3}, {**medium, "stock": 6, "stock_was": 4}]
    answer = await site.call("PUT", "/products/TEE", {**TEE, "variants": variants})
    assert [one["stock"] for one in answer.json()["variants"]] == [1, 6]
    old = {"sku": "TEE", "title": "Shirt", "price": {"amount": 1, "currency": "EUR"}}
    told = (await site.call("PUT", "/products/TEE", old)).json()
    assert (told["title"], told["stock"]) == ("Shirt", 7)


async def test_put_is_for_the_sku_of_the_address(site):
    told = problem(await site.call("PUT", "/products/CUP", MUG), 422, "invalid")
    assert fields(told) == ["sku"]
    answer = await site.call("PUT", "/products/MUG-1", {**MUG, "status": "draft"})
    assert (answer.status_code, answer.json()["status"]) == (200, "draft")
    listed = (await site.get("/products?status=active")).json()["products"]
    assert listed == []
    assert fields(problem(await site.get("/products?status=gone"), 422, "invalid")) == ["status"]


async def test_a_sku_with_a_slash_is_found(site):
    await site.post("/products", {**MUG, "sku": "MUG/1"})
    assert (await site.get("/products/MUG%2F1")).json()["sku"] == "MUG/1"


async def test_each_mistake_in_a_variant_has_its_field(site):
    wrong = {**TEE, "variants": [{**TEE["variants"][0], "stock": -1}, {"sku": "X"}]}
    told = problem(await site.post("/products", wrong), 422, "invalid")
    assert fields(told) == ["variants.0.stock", "variants.1.price", "variants.1.values"]
    twice = {**TEE, "variants": [TEE["variants"][0], {**TEE["variants"][1], "values": ["S"]}]}
    told = problem(await site.post("/products", twice), 422, "invalid")
    assert told["errors"] == [{"field": "options", "message": "TEE-S and TEE-M are both S"}]


async def test_a_sku_that_is_taken_is_refused(site):
    await site.post("/products", TEE)
    told = problem(await site.post("/products", {**MUG, "sku": "TEE-S"}), 409, "sku_taken")
    assert "TEE" in told["detail"]


async def test_what_nothing_refers_to_is_deleted_and_the_rest_archived(site):
    await site.show()
    await site.post("/products", [TEE, {**MUG, "sku": "CUP"}])
    assert (await site.call("DELETE", "/products/TEE-S")).json() == {"removed": "deleted"}
    problem(await site.get("/products/TEE"), 404, "unknown_sku")
    assert (await site.call("DELETE", "/products/MUG-1")).json() == {"removed": "archived"}
    assert (await site.get("/products/MUG-1")).json()["status"] == "archived"
    problem(await site.call("DELETE", "/products/NONE"), 404, "unknown_sku")


async def test_a_percent_deal_runs_over_all_variants(site):
    await site.show()
    await site.post("/products", TEE)
    await site.call("PUT", "/shows/spring/bag", {"skus": ["TEE"]})
    deal = {"type": "start_deal", "sku": "TEE", "duration_s": 300}
    refused = await site.command({**deal, "price": {"amount": 1000, "currency": "EUR"}})
    problem(refused, 409, "percent_needed")
    (started,) = (await site.command({**deal, "percent": 25})).json()["events"]
    assert [one["price"]["amount"] for one in started["deal"]["prices"]] == [1425, 1650]
    told = (await site.http.get("/api/v1/shows/spring")).json()["state"]["deals"][0]
    assert (told["price"]["amount"], told["price_to"]["amount"]) == (1425, 1650)
    assert "prices" not in told
    both = {**deal, "percent": 25, "price": {"amount": 1, "currency": "EUR"}}
    assert problem(await site.command(both), 422, "invalid")["errors"][0]["field"] == "price"
