import pytest

from tests.web.conftest import BASE, bearer, fields, problem, site_over

NEW = {"slug": "spring", "title": "Spring drop", "currency": "EUR"}


def listed(slug, **more):
    told = {**NEW, "slug": slug, "status": "draft"}
    return {**told, "host": None, "starts_at": None, "archived": False, "damaged": False, **more}


async def test_a_new_show_comes_with_a_key_and_its_addresses(site):
    made = await site.post("/shows", {**NEW, "host": {"name": "Lia"}})
    assert made.status_code == 201
    told = made.json()
    assert told["show"] == listed("spring", host={"name": "Lia", "url": None})
    assert told["overlay_key"].startswith("ovl_")
    assert told["urls"] == {
        "viewer": f"{BASE}/live/spring",
        "overlay": f"{BASE}/overlay/{told['overlay_key']}",
        "control": f"{BASE}/control?show=spring",
    }


async def test_the_overlay_key_is_good_for_this_show_and_stored_as_a_hash(site):
    secret = (await site.post("/shows", NEW)).json()["overlay_key"]
    key = await site.context.auth.key(secret)
    assert (key.role, key.show, key.label) == ("overlay", "spring", "main")


async def test_addresses_follow_the_public_url(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, public_url="https://shop.example/") as site:
        urls = (await site.post("/shows", NEW)).json()["urls"]
    assert urls["viewer"] == "https://shop.example/live/spring"


async def test_a_show_may_start_at_once(site):
    await site.post("/shows", {**NEW, "status": "rehearsal"})
    told = (await site.http.get("/api/v1/shows/spring")).json()
    assert told["state"]["show"]["status"] == "rehearsal"
    assert told["seq"] == 1


async def test_a_slug_is_taken_once(site):
    await site.post("/shows", NEW)
    problem(await site.post("/shows", NEW), 409, "taken")


async def test_all_mistakes_are_told_at_once(site):
    wrong = {"slug": "Spring Drop!", "title": " ", "status": "ended"}
    told = problem(await site.post("/shows", wrong), 422, "invalid")
    assert sorted(fields(told)) == ["currency", "slug", "status", "title"]


@pytest.mark.parametrize(
    ("host", "field"),
    [({"name": ""}, "host.name"), ({"name": "Lia", "url": "ftp://x"}, "host.url")],
)
async def test_the_domain_checks_the_host(site, host, field):
    told = problem(await site.post("/shows", {**NEW, "host": host}), 422, "invalid")
    assert fields(told) == [field]


async def test_the_snapshot_is_what_a_socket_gets(site, clock):
    await site.show()
    await site.command({"type": "pin_product", "sku": "MUG-1"})
    told = (await site.http.get("/api/v1/shows/spring")).json()
    assert told["now"] == clock.now_ms()
    assert told["epoch"] == (await site.store.head("spring")).epoch
    assert told["seq"] == 3
    state = told["state"]
    assert set(state) == {
        "show", "pins", "deals", "ticker", "announcement", "viewers", "panic",
    }  # fmt: skip
    assert state["pins"][0]["product"]["sku"] == "MUG-1"
    assert state["pins"][0]["number"] == 1


async def test_an_unknown_show_is_a_404(site):
    problem(await site.http.get("/api/v1/shows/nope"), 404, "unknown_show")


async def test_shows_are_listed_newest_first(site, clock):
    for slug in ("one", "two"):
        await site.show(slug, status="draft", bag=False)
        clock.advance(1000)
    await site.command({"type": "start_show"}, slug="one")
    assert (await site.get("/shows")).json() == {
        "shows": [
            listed("two"),
            listed("one", status="live"),
        ]
    }


async def test_a_key_of_one_show_lists_that_show(site):
    await site.show("one", bag=False)
    await site.show("two", bag=False)
    _, secret = await site.key("control", show="one")
    told = (await site.http.get("/api/v1/shows", headers=bearer(secret))).json()
    assert [show["slug"] for show in told["shows"]] == ["one"]
