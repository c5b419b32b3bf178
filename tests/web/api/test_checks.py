"""What the server tells a host who is about to go live."""

from tests.web.conftest import bearer, problem, site_over

ALL = ["no_overlay", "shop_without_secret", "products_without_link"]


async def codes(site):
    answer = await site.get("/shows/spring/checks")
    assert answer.status_code == 200, answer.text
    return [check["code"] for check in answer.json()["checks"]]


async def test_a_show_with_nothing_set_up_hears_of_all_of_it(site):
    await site.show(status="draft")
    await site.show("other", bag=False)
    await site.post("/connections", {"kind": "shopify", "show": "spring"})
    await site.post("/connections", {"kind": "stripe", "show": "other"})
    answer = (await site.get("/shows/spring/checks")).json()["checks"]
    assert [check["code"] for check in answer] == ALL
    assert [item["name"] for item in answer[1]["items"]] == ["Shopify"]
    assert [item["id"] for item in answer[2]["items"]] == ["MUG-1", "APR-3"]


async def test_what_was_set_up_is_told_no_more(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, public_url="https://shop.example") as site:
        await site.show(status="draft", bag=False)
        made = (await site.post("/connections", {"kind": "generic"})).json()
        assert await codes(site) == ["no_overlay"]
        room = await site.context.feed.room("spring")
        overlay = room.overlays.connect("key", "main", None, clock.now_ms())
        assert await codes(site) == []
        await site.http.post(f"/webhooks/{made['id']}", content=b"{}")
        room.overlays.disconnect(overlay, clock.now_ms())
        assert await codes(site) == ["no_overlay", "shop_refused"]


async def test_a_key_for_the_show_is_enough_and_one_for_another_is_not(site):
    await site.show(bag=False)
    await site.show("other", bag=False)
    _, secret = await site.key("control", show="spring")
    mine = await site.http.get("/api/v1/shows/spring/checks", headers=bearer(secret))
    assert mine.status_code == 200
    other = await site.http.get("/api/v1/shows/other/checks", headers=bearer(secret))
    problem(other, 403, "forbidden")
    problem(await site.http.get("/api/v1/shows/spring/checks"), 401, "unauthorized")


async def test_an_address_that_only_this_network_reaches_is_told(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, public_url="http://192.168.0.5:8000") as site:
        await site.show(bag=False)
        assert await codes(site) == ["no_overlay", "no_public_address"]
