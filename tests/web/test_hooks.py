import re
from pathlib import Path

import pytest

from tests.web.conftest import bearer, fields, problem
from vetrina.domain.access import Role
from vetrina.domain.errors import InvalidValue
from vetrina.web.hook_actions import ACTIONS, check_actions


async def hook(site, *actions: str) -> str:
    _, secret = await site.key("hook", show="spring", actions=actions or tuple(ACTIONS))
    return secret


async def state(site) -> dict:
    return (await site.http.get("/api/v1/shows/spring")).json()["state"]


async def test_the_next_product_is_pinned(site):
    await site.show()
    key = await hook(site)
    answer = await site.http.get(f"/hooks/{key}/pin.next")
    assert answer.json() == {"action": "pin.next", "seq": 3}
    await site.http.get(f"/hooks/{key}/pin.next")
    assert (await state(site))["pins"][0]["product"]["sku"] == "APR-3"


async def test_a_press_that_a_proxy_repeats_is_one_press(site):
    """nginx asks another process where one dies over it, and two products went by at once."""
    await site.show()
    key = await hook(site)
    press = {"idempotency-key": "0f6a4d2b"}
    first = await site.http.get(f"/hooks/{key}/pin.next", headers=press)
    again = await site.http.get(f"/hooks/{key}/pin.next", headers=press)
    assert (again.json(), again.headers["idempotency-replayed"]) == (first.json(), "true")
    assert (await site.store.head("spring")).seq == 3
    other = await site.http.get(f"/hooks/{key}/pin.next", headers={"idempotency-key": "1c"})
    assert other.json()["seq"] > 3


async def test_doing_it_again_changes_nothing(site):
    await site.show()
    key = await hook(site)
    for action in ("pin.set/MUG-1", "panic", "show.pause", "show.resume", "calm", "pin.clear"):
        first = await site.http.get(f"/hooks/{key}/{action}")
        again = await site.http.get(f"/hooks/{key}/{action}")
        assert (first.status_code, again.json()) == (200, first.json()), action
    assert (await site.store.head("spring")).seq == 8


async def test_a_deal_is_started_and_stopped(site):
    await site.show()
    key = await hook(site)
    answer = await site.http.get(f"/hooks/{key}/deal.start/MUG-1:1490:300")
    assert answer.status_code == 200
    (deal,) = (await state(site))["deals"]
    assert deal["price"] == {"amount": 1490, "currency": "EUR"}
    assert deal["ends_at"] - deal["starts_at"] == 300_000
    again = await site.http.get(f"/hooks/{key}/deal.start/MUG-1:1490:300")
    problem(again, 409, "deal_running")
    assert (await site.http.get(f"/hooks/{key}/deal.stop")).status_code == 200
    assert (await state(site))["deals"] == []
    assert (await site.http.get(f"/hooks/{key}/deal.stop")).status_code == 200


async def test_without_an_id_the_deal_that_ends_first_is_stopped(site):
    await site.show()
    key = await hook(site)
    await site.http.get(f"/hooks/{key}/deal.start/MUG-1:1490:900")
    await site.http.get(f"/hooks/{key}/deal.start/APR-3:2900:300")
    await site.http.get(f"/hooks/{key}/deal.stop")
    (left,) = (await state(site))["deals"]
    assert left["product"]["sku"] == "MUG-1"
    assert (await site.http.get(f"/hooks/{key}/deal.stop/{left['id']}")).status_code == 200


async def test_a_sku_with_signs_that_addresses_escape(site):
    await site.show()
    body = {"sku": "È 1:2%", "title": "Odd", "price": {"amount": 1000, "currency": "EUR"}}
    await site.post("/products", body)
    await site.call("PUT", "/shows/spring/bag", {"skus": ["È 1:2%"]})
    key = await hook(site)
    answer = await site.http.get(f"/hooks/{key}/deal.start/%C3%88%201%3A2%25:800:60")
    assert answer.status_code == 200, answer.text
    assert (await state(site))["deals"][0]["product"]["sku"] == "È 1:2%"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("pin.set", 422, "invalid"),
        ("pin.next/MUG-1", 422, "invalid"),
        ("deal.start/MUG-1", 422, "invalid"),
        ("deal.start/MUG-1:14.90:300", 422, "invalid"),
        ("deal.start/MUG-1:1490:5", 422, "out_of_range"),
        ("pin.set/NOPE", 409, "not_in_bag"),
        ("deal.stop/d7", 404, "unknown_deal"),
        ("format.disk", 404, "unknown_action"),
    ],
)
async def test_refusals(site, path, status, code):
    await site.show()
    told = problem(await site.http.get(f"/hooks/{await hook(site)}/{path}"), status, code)
    if code == "invalid":
        assert fields(told) == ["value"]


async def test_a_key_does_only_what_it_is_allowed_to(site):
    await site.show()
    key = await hook(site, "pin.next")
    assert (await site.http.get(f"/hooks/{key}/pin.next")).status_code == 200
    problem(await site.http.get(f"/hooks/{key}/panic"), 403, "forbidden")
    assert (await state(site))["panic"] is False


@pytest.mark.parametrize("role", ["control", "overlay"])
async def test_other_keys_are_no_hooks(site, role):
    await site.show()
    _, secret = await site.key(role, show="spring")
    problem(await site.http.get(f"/hooks/{secret}/pin.next"), 401, "unauthorized")


async def test_a_hook_key_is_good_for_nothing_else(site):
    await site.show()
    key = await hook(site)
    answer = await site.http.post(
        "/api/v1/shows/spring/commands", json={"type": "panic"}, headers=bearer(key)
    )
    problem(answer, 403, "forbidden")
    problem(await site.http.get("/hooks/hook_" + "x" * 32 + "/panic"), 401, "unauthorized")


async def test_looking_at_an_address_does_nothing(site):
    """Link previews send HEAD."""
    await site.show()
    answer = await site.http.head(f"/hooks/{await hook(site)}/panic")
    assert answer.status_code == 405
    assert (await state(site))["panic"] is False


async def test_a_stuck_button_is_slowed_down(site):
    await site.show()
    key = await hook(site)
    codes = [(await site.http.get(f"/hooks/{key}/pin.next")).status_code for _ in range(25)]
    assert codes == [200] * 20 + [429] * 5


async def test_answers_are_not_kept_nor_read_by_other_sites(site):
    await site.show()
    answer = await site.http.get(
        f"/hooks/{await hook(site)}/panic", headers={"origin": "https://evil.test"}
    )
    assert answer.headers["cache-control"] == "no-store"
    assert "access-control-allow-origin" not in answer.headers


def test_the_actions_of_a_new_key_are_checked():
    check_actions(Role.HOOK, ("pin.next", "panic"))
    check_actions(Role.OVERLAY, ())
    wrong = ((Role.HOOK, ()), (Role.HOOK, ("nope",)), (Role.CONTROL, ("panic",)))
    for role, actions in wrong:
        with pytest.raises(InvalidValue):
            check_actions(role, actions)


@pytest.mark.parametrize("written", ["TSH/BLK/L", "TSH%2FBLK%2FL"])
async def test_a_sku_with_a_slash_is_a_sku(site, written) -> None:
    """Such an address was not found, and such a product could not be made."""
    await site.show()
    product = {"sku": "TSH/BLK/L", "title": "Shirt", "price": {"amount": 900, "currency": "EUR"}}
    assert (await site.post("/products", [product])).status_code == 200
    put = {"skus": ["MUG-1", "TSH/BLK/L"]}
    assert (await site.call("PUT", "/shows/spring/bag", put)).status_code == 200
    key = await hook(site)
    assert (await site.http.get(f"/hooks/{key}/pin.set/{written}")).status_code == 200
    state = (await site.context.shows.state("spring"))[1]
    assert [pin.product.sku for pin in state.pins.values()] == ["TSH/BLK/L"]
    started = await site.http.get(f"/hooks/{key}/deal.start/{written}:450:300")
    assert started.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-purpose": "prefetch"},
        {"sec-purpose": "prefetch;prerender"},
        {"purpose": "prefetch"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"},
    ],
)
async def test_what_a_browser_opens_by_itself_is_no_press(site, headers):
    """A link in a chat was fetched ahead, and a picture in another site's page pinned products."""
    await site.show()
    key = await hook(site)
    before = await site.store.head("spring")
    told = problem(await site.http.get(f"/hooks/{key}/pin.next", headers=headers), 403, "forbidden")
    assert "on purpose" in told["detail"]
    assert await site.store.head("spring") == before


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "none", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"},
        {"sec-fetch-site": "same-origin", "sec-fetch-mode": "no-cors"},
    ],
)
async def test_what_a_person_opens_is_a_press(site, headers):
    await site.show()
    key = await hook(site)
    assert (await site.http.get(f"/hooks/{key}/pin.next", headers=headers)).status_code == 200


def test_the_panel_offers_every_action():
    dialog = Path(__file__).parents[2] / "static/js/control/access/hook-dialog.js"
    offered = re.findall(r'^  \["([\w.]+)", (?:true|false)\],$', dialog.read_text(), re.MULTILINE)
    assert offered == list(ACTIONS)
