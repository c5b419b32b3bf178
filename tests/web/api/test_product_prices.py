"""The price history of a product, and that the screen tells the same number."""

from tests.web.conftest import APRON, MUG, fields, problem

DAY_MS = 24 * 3_600_000


def mug(amount, **more):
    return {**MUG, "price": {"amount": amount, "currency": "EUR"}, **more}


def eur(amount):
    return {"amount": amount, "currency": "EUR"}


async def on_air(site):
    await site.show(bag=False)
    await site.call("PUT", "/shows/spring/bag", {"skus": ["MUG-1"]})


async def test_prices_are_told_with_their_times_and_the_lowest_of_30_days(site):
    began = site.clock.now_ms()
    await site.post("/products", mug(2490))
    site.clock.advance(40 * DAY_MS)
    await site.post("/products", mug(2065))
    site.clock.advance(10 * DAY_MS)
    await site.post("/products", mug(2490, title="Blue mug"))
    await site.post("/products", mug(2490, stock=3))
    reduced, risen = began + 40 * DAY_MS, began + 50 * DAY_MS
    lowest = {"kind": "price", "price": eur(2065), "starts_at": reduced, "ends_at": risen}
    assert (await site.get("/products/MUG-1/prices")).json() == {
        "sku": "MUG-1",
        "prices": [
            {"kind": "price", "price": eur(2490), "starts_at": began, "ends_at": reduced},
            lowest,
            {"kind": "price", "price": eur(2490), "starts_at": risen, "ends_at": None},
        ],
        "lowest": lowest,
    }
    site.clock.advance(60 * DAY_MS)
    await site.post("/products", mug(2390))
    later = (await site.get("/products/MUG-1/prices")).json()
    assert (len(later["prices"]), later["lowest"]["price"]) == (2, eur(2390))
    all_of_them = (await site.get("/products/MUG-1/prices?days=400")).json()
    assert len(all_of_them["prices"]) == 4


async def test_a_product_may_have_slashes_in_its_sku(site):
    await site.post("/products", {**APRON, "sku": "APR/3/prices"})
    told = await site.get("/products/APR%2F3%2Fprices/prices")
    assert told.json()["sku"] == "APR/3/prices"


async def test_what_is_not_in_the_catalogue_has_no_prices(site):
    problem(await site.get("/products/MUG-1/prices"), 404, "unknown_sku")
    told = problem(await site.get("/products/MUG-1/prices?days=401"), 422, "invalid")
    assert fields(told) == ["days"]


async def test_only_a_control_key_sees_them(site):
    await site.post("/products", MUG)
    assert (await site.http.get("/api/v1/products/MUG-1/prices")).status_code == 401


async def test_bag_pin_and_deal_tell_what_the_history_says(site):
    """24.90 is claimed, and it was 20.65 last week: the screen says −8 %, not −24 %."""
    await site.post("/products", mug(2490))
    site.clock.advance(20 * DAY_MS)
    await site.post("/products", mug(2065))
    site.clock.advance(5 * DAY_MS)
    await site.post("/products", mug(2490, prior_price=eur(2490)))
    site.clock.advance(5 * DAY_MS)
    await on_air(site)
    [kept] = (await site.get("/products")).json()["products"]
    assert kept["prior_price"] == eur(2490)
    bag = (await site.get("/shows/spring/bag")).json()["products"]
    assert bag[0]["prior_price"] == eur(2065)
    await site.command({"type": "pin_product", "sku": "MUG-1"})
    deal = {"type": "start_deal", "sku": "MUG-1", "price": eur(1890), "duration_s": 300}
    await site.command(deal)
    state = (await site.get("/shows/spring")).json()["state"]
    assert state["pins"][0]["product"]["prior_price"] == eur(2065)
    assert (state["deals"][0]["was"], state["deals"][0]["percent"]) == (eur(2065), 8)


async def test_an_edit_that_takes_back_a_reduction_is_followed_by_the_bag(site):
    await site.post("/products", mug(2490))
    await on_air(site)
    site.clock.advance(DAY_MS)
    await site.post("/products", mug(1990, prior_price=eur(3900)))
    bag = (await site.get("/shows/spring/bag")).json()["products"]
    assert bag[0]["prior_price"] == eur(2490)
