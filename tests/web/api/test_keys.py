import pytest

from tests.web.conftest import BASE, bearer, fields, problem
from vetrina.bus.port import KeyRevoked


@pytest.mark.parametrize(
    ("body", "prefix", "url"),
    [
        ({"role": "overlay", "label": "main"}, "ovl_", f"{BASE}/overlay/%s"),
        ({"role": "hook", "actions": ["pin.next", "panic"]}, "hook_", f"{BASE}/hooks/%s"),
        ({"role": "control", "label": "Nina"}, "ctl_", f"{BASE}/control?show=spring"),
    ],
)
async def test_a_key_is_told_once(site, body, prefix, url):
    await site.show()
    made = await site.post("/shows/spring/keys", body)
    assert made.status_code == 201
    told = made.json()
    assert told["key"].startswith(prefix)
    assert len(told["key"]) >= len(prefix) + 22
    assert told["url"] == url.replace("%s", told["key"])
    assert told["actions"] == body.get("actions", [])
    listed = (await site.get("/shows/spring/keys")).json()["keys"]
    assert listed[-1] == {name: told[name] for name in told if name not in ("key", "url")}
    named = "id role show label actions created_at last_used_at revoked_at made_by current"
    assert set(listed[-1]) == set(named.split())
    assert told["key"] not in (await site.get("/shows/spring/keys")).text


async def test_the_secret_is_nowhere_in_the_data_folder(site, tmp_path):
    await site.show()
    headers = {"idempotency-key": "abc"}
    secret = (await site.post("/shows/spring/keys", {"role": "overlay"}, headers=headers)).json()[
        "key"
    ]
    kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    assert b"key_" in kept
    assert secret.encode() not in kept
    assert secret.removeprefix("ovl_").encode() not in kept


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"role": "viewer"}, "role"),
        ({}, "role"),
        ({"role": "hook"}, "actions"),
        ({"role": "hook", "actions": ["pin.next", "format.disk"]}, "actions.1"),
        ({"role": "overlay", "actions": ["panic"]}, "actions"),
        ({"role": "overlay", "label": "x" * 61}, "label"),
    ],
)
async def test_what_is_no_key(site, body, field):
    await site.show()
    told = problem(await site.post("/shows/spring/keys", body), 422, "invalid")
    assert fields(told) == [field]


async def test_a_revoked_key_counts_no_more_at_once(site):
    await site.show()
    made = (await site.post("/shows/spring/keys", {"role": "control"})).json()
    assert (await site.http.get("/api/v1/shows", headers=bearer(made["key"]))).status_code == 200
    gone = await site.call("DELETE", f"/keys/{made['id']}")
    assert (gone.status_code, gone.content) == (204, b"")
    refused = await site.http.get("/api/v1/shows", headers=bearer(made["key"]))
    problem(refused, 401, "unauthorized")
    assert KeyRevoked(made["id"]) in site.bus.published


async def test_revoking_twice_keeps_the_first_time(site, clock):
    await site.show()
    key, _ = await site.key("overlay", show="spring")
    await site.call("DELETE", f"/keys/{key.id}")
    first = clock.now_ms()
    clock.advance(1000)
    assert (await site.call("DELETE", f"/keys/{key.id}")).status_code == 204
    listed = (await site.get("/shows/spring/keys")).json()["keys"]
    assert listed[-1]["revoked_at"] == first


async def test_unknown_keys_and_shows(site):
    problem(await site.call("DELETE", "/keys/key_nope"), 404, "unknown_key")
    problem(await site.get("/shows/nope/keys"), 404, "unknown_show")
    problem(await site.post("/shows/nope/keys", {"role": "overlay"}), 404, "unknown_show")


async def test_a_key_of_one_show_revokes_only_that_shows_keys(site):
    await site.show("one", bag=False)
    await site.show("two", bag=False)
    _, moderator = await site.key("control", show="one")
    own, _ = await site.key("overlay", show="one")
    other, _ = await site.key("overlay", show="two")
    everywhere, _ = await site.key("control")
    for key in (other, everywhere):
        refused = await site.http.delete(f"/api/v1/keys/{key.id}", headers=bearer(moderator))
        problem(refused, 403, "forbidden")
    done = await site.http.delete(f"/api/v1/keys/{own.id}", headers=bearer(moderator))
    assert done.status_code == 204


CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"


async def logged_in(site) -> str:
    """A browser that came in by a login link; its key."""
    link = (await site.post("/login-codes")).json()["url"]
    code, headers = link.partition("#code=")[2], {"user-agent": CHROME}
    answer = await site.http.post("/api/v1/login", json={"code": code}, headers=headers)
    return answer.json()["key"]


async def test_a_logged_in_browser_is_listed_and_can_be_revoked(site):
    key = await logged_in(site)
    told = (await site.get("/keys")).json()["keys"]
    device = told[-1]
    assert (device["role"], device["show"], device["current"]) == ("control", None, False)
    assert device["label"] == "Login link, Chrome on Windows, 21 Nov"
    assert [one["current"] for one in told] == [True, False]
    assert (await site.call("DELETE", f"/keys/{device['id']}")).status_code == 204
    problem(await site.http.get("/api/v1/keys", headers=bearer(key)), 401, "unauthorized")


async def test_logging_out_revokes_the_key_of_the_call_alone(site):
    key = await logged_in(site)
    gone = await site.http.delete("/api/v1/keys/current", headers=bearer(key))
    assert gone.status_code == 204
    problem(await site.http.get("/api/v1/keys", headers=bearer(key)), 401, "unauthorized")
    told = (await site.get("/keys")).json()["keys"]
    assert [one["revoked_at"] is None for one in told] == [True, False]
    assert KeyRevoked(told[1]["id"]) in site.bus.published


async def test_a_key_is_revoked_with_all_that_it_made(site):
    """A stolen key could make others, and nobody saw which ones these were."""
    await site.show()
    stolen, secret = await site.key("control")
    link = await site.http.post("/api/v1/login-codes", headers=bearer(secret))
    code = link.json()["url"].partition("#code=")[2]
    device = (await site.http.post("/api/v1/login", json={"code": code})).json()["key"]
    body = {"role": "hook", "actions": ["panic"]}
    made = await site.http.post("/api/v1/shows/spring/keys", json=body, headers=bearer(device))
    assert made.json()["made_by"] != stolen.id
    own, of_stolen, of_device, *_ = [
        one for one in (await site.get("/keys")).json()["keys"] if one["role"] != "overlay"
    ]
    assert [one["made_by"] for one in (own, of_stolen)] == [None, None]
    assert of_device["made_by"] == stolen.id
    problem(await site.call("DELETE", f"/keys/{stolen.id}?with_made=1"), 422, "invalid")
    assert (await site.call("DELETE", f"/keys/{stolen.id}?with_made=true")).status_code == 204
    problem(await site.http.get("/api/v1/keys", headers=bearer(device)), 401, "unauthorized")
    told = (await site.get("/keys")).json()["keys"]
    gone = [one["id"] for one in told if one["revoked_at"] is not None]
    assert set(gone) == {stolen.id, of_device["id"], made.json()["id"]}
    assert {KeyRevoked(one) for one in gone} <= set(site.bus.published)


async def test_a_key_of_one_show_is_told_that_shows_keys(site):
    await site.show("one", bag=False)
    await site.show("two", bag=False)
    own, moderator = await site.key("control", show="one")
    answer = await site.http.get("/api/v1/keys", headers=bearer(moderator))
    told = answer.json()["keys"]
    assert {one["show"] for one in told} == {"one"}
    assert [one["id"] for one in told if one["current"]] == [own.id]


async def test_when_a_key_was_last_used_is_told_by_the_hour(site, clock):
    _, secret = await site.key("control")
    first = clock.now_ms()
    for wait_ms, expected in ((0, first), (3_590_000, first), (10_000, first + 3_600_000)):
        clock.advance(wait_ms)
        await site.http.get("/api/v1/shows", headers=bearer(secret))
        assert (await site.get("/keys")).json()["keys"][-1]["last_used_at"] == expected


async def test_a_key_is_revoked_although_the_bus_fails(site):
    await site.show()
    key, secret = await site.key("control", show="spring")

    async def away(messages):
        raise ConnectionError("the bus is away")

    site.bus.publish = away
    assert (await site.call("DELETE", f"/keys/{key.id}")).status_code == 204
    assert site.context.hub.is_revoked(key.id)
    problem(await site.http.get("/api/v1/shows", headers=bearer(secret)), 401, "unauthorized")
