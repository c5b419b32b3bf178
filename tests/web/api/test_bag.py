from tests.web.conftest import APRON, MUG, fields, problem

URL = "/api/v1/shows/spring/bag"


async def test_anyone_reads_the_bag_with_call_numbers(site):
    await site.show()
    answer = await site.http.get(URL)
    told = answer.json()
    assert (told["show"], told["currency"]) == ("spring", "EUR")
    assert [(item["sku"], item["number"]) for item in told["products"]] == [
        ("MUG-1", 1), ("APR-3", 2),
    ]  # fmt: skip
    assert answer.headers["cache-control"] == "no-cache"


async def test_who_has_it_gets_304(site):
    await site.show()
    etag = (await site.http.get(URL)).headers["etag"]
    again = await site.http.get(URL, headers={"if-none-match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag


async def test_the_etag_changes_with_what_is_in_it_and_not_before(site):
    await site.show()
    etag = (await site.http.get(URL)).headers["etag"]
    await site.command({"type": "announce", "text": "Ciao"})
    assert (await site.http.get(URL)).headers["etag"] == etag
    await site.command({"type": "set_stock", "sku": "MUG-1", "quantity": 2})
    changed = await site.http.get(URL, headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert changed.json()["products"][0]["stock"] == 2


async def test_the_bag_is_put_in_order_and_answered(site):
    await site.show()
    answer = await site.call("PUT", "/shows/spring/bag", {"skus": ["APR-3"]})
    assert [(item["sku"], item["number"]) for item in answer.json()["products"]] == [("APR-3", 2)]
    assert answer.headers["etag"] == (await site.http.get(URL)).headers["etag"]


async def test_a_repeated_sku_counts_once(site):
    await site.show()
    answer = await site.call("PUT", "/shows/spring/bag", {"skus": ["APR-3", "APR-3"]})
    assert len(answer.json()["products"]) == 1


async def test_refusals(site):
    await site.show()
    nope = {"skus": ["MUG-1", "NOPE"]}
    told = problem(await site.call("PUT", "/shows/spring/bag", nope), 404, "unknown_sku")
    assert "NOPE" in told["detail"]
    problem(await site.call("PUT", "/shows/other/bag", {"skus": []}), 404, "unknown_show")
    problem(await site.http.get("/api/v1/shows/other/bag"), 404, "unknown_show")
    await site.post("/products", {**MUG, "sku": "YEN", "price": {"amount": 1, "currency": "JPY"}})
    put = await site.call("PUT", "/shows/spring/bag", {"skus": ["YEN"]})
    problem(put, 409, "wrong_currency")


async def test_a_deal_holds_its_product_unless_forced(site):
    await site.show()
    deal = {"sku": "MUG-1", "price": {"amount": 1400, "currency": "EUR"}, "duration_s": 60}
    assert (await site.command({"type": "start_deal", **deal})).status_code == 200
    body = {"skus": ["APR-3"]}
    problem(await site.call("PUT", "/shows/spring/bag", body), 409, "deal_running")
    forced = await site.call("PUT", "/shows/spring/bag", {**body, "force": True})
    assert forced.status_code == 200
    assert (await site.http.get("/api/v1/shows/spring")).json()["state"]["deals"] == []


async def test_a_body_of_another_form(site):
    await site.show()
    told = problem(await site.call("PUT", "/shows/spring/bag", {"skus": [1, "", "A"]}), 422,
                   "invalid")  # fmt: skip
    assert fields(told) == ["skus.0", "skus.1"]


async def test_the_product_follows_the_catalogue(site):
    await site.show()
    await site.post("/products", {**APRON, "title": "Linen apron"})
    assert (await site.http.get(URL)).json()["products"][1]["title"] == "Linen apron"
