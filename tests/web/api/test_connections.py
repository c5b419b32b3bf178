import pytest

from tests.web.conftest import BASE, fields, problem
from tests.web.shops import NOW_MS, shop
from vetrina.store.ports.connections import Connection


async def test_an_address_and_its_secret(site):
    made = await site.post("/connections", {"kind": "generic"})
    assert made.status_code == 201
    told = made.json()
    assert told["secret"].startswith("whsec_")
    assert told["url"] == f"{BASE}/webhooks/{told['id']}"
    assert told["show"] is None


async def test_the_list_tells_how_deliveries_fare_and_no_secret(site, clock):
    await site.show(bag=False)
    told = (await site.post("/connections", {"kind": "generic", "show": "spring"})).json()
    refused = await site.http.post(f"/webhooks/{told['id']}", content=b"{}")
    problem(refused, 401, "bad_signature")
    listed = await site.get("/connections")
    (connection,) = listed.json()["connections"]
    assert connection["show"] == "spring"
    assert connection["last_refused_at"] == clock.now_ms()
    assert connection["last_refusal"] == "no_signature"
    assert "webhook-id" in connection["last_refusal_detail"]
    assert connection["last_verified_at"] is None
    assert told["secret"] not in listed.text


@pytest.mark.parametrize(
    ("body", "field"),
    [({}, "kind"), ({"kind": "ebay"}, "kind"), ({"kind": "generic", "secret": "x"}, "secret")],
)
async def test_what_is_no_connection(site, body, field):
    told = problem(await site.post("/connections", body), 422, "invalid")
    assert fields(told) == [field]


async def test_a_connection_for_a_show_that_is_not_there(site):
    body = {"kind": "generic", "show": "nope"}
    problem(await site.post("/connections", body), 404, "unknown_show")


async def test_a_removed_connection_answers_no_more(site):
    told = (await site.post("/connections", {"kind": "generic"})).json()
    assert (await site.call("DELETE", f"/connections/{told['id']}")).status_code == 204
    problem(await site.call("DELETE", f"/connections/{told['id']}"), 404, "unknown_connection")
    gone = await site.http.post(f"/webhooks/{told['id']}", content=b"{}")
    problem(gone, 404, "unknown_connection")
    assert (await site.get("/connections")).json() == {"connections": []}


async def test_a_shop_that_shows_its_secret_later_gets_its_address_first(site):
    made = await site.post("/connections", {"kind": "shopify"})
    assert (made.status_code, made.json()["secret"]) == (201, None)
    [listed] = (await site.get("/connections")).json()["connections"]
    assert listed["secrets"] == 0
    refused = await site.http.post(f"/webhooks/{listed['id']}", content=b"{}")
    problem(refused, 401, "bad_signature")
    [listed] = (await site.get("/connections")).json()["connections"]
    assert listed["last_refusal"] == "no_secret_yet"
    path = f"/connections/{listed['id']}/secrets"
    assert fields(problem(await site.post(path, {}), 422, "invalid")) == ["secret"]
    assert (await site.post(path, {"secret": "hush" * 8})).json()["secrets"] == 1


async def test_two_shops_of_one_kind_have_names_that_tell_them_apart(site):
    made = [(await site.post("/connections", {"kind": "shopify"})).json() for _ in range(3)]
    assert [one["name"] for one in made] == ["Shopify", "Shopify 2", "Shopify 3"]
    await site.call("DELETE", f"/connections/{made[0]['id']}")
    again = (await site.post("/connections", {"kind": "shopify"})).json()
    own = {"kind": "shopify", "name": " Outlet "}
    named = (await site.post("/connections", own)).json()
    assert (again["name"], named["name"]) == ("Shopify", "Outlet")
    listed = (await site.get("/connections")).json()["connections"]
    assert [one["name"] for one in listed] == ["Shopify 2", "Shopify 3", "Shopify", "Outlet"]


@pytest.mark.parametrize("name", ["", "   ", "x" * 41, "a\nb", "Own shop"])
async def test_what_is_no_name_for_a_connection(site, name):
    await site.post("/connections", {"kind": "generic"})
    told = problem(
        await site.post("/connections", {"kind": "generic", "name": name}), 422, "invalid"
    )
    assert fields(told) == ["name"]


async def test_connections_that_were_made_without_a_name_have_one(site):
    for number in range(2):
        old = Connection(
            id=f"con_{number}", kind="tiktok", show=None, secrets=(), created_at=number,
            options={"app_key": "x"},
        )  # fmt: skip
        await site.store.add_connection(old)
    listed = (await site.get("/connections")).json()["connections"]
    assert [one["name"] for one in listed] == ["TikTok Shop", "TikTok Shop 2"]


async def test_a_purchase_is_told_with_the_name_of_its_shop(site, clock):
    await site.show()
    await shop(site, "generic", "spring")
    second = await shop(site, "generic", "spring")
    clock.advance(NOW_MS - clock.now_ms())
    assert (await second.deliver("paid")).json() == {"outcome": "applied"}
    events = (await site.get("/shows/spring/events")).json()["events"]
    [sold] = [event for event in events if event["type"] == "purchase_confirmed"]
    assert sold["by"] == "Own shop 2"
