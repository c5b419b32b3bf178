"""Places over HTTP: where goods are, what is moved, who sends what of an order."""

from __future__ import annotations

import pytest

from tests.domain.builders import tee
from tests.store.selling import change, new, stocked
from tests.web.conftest import fields, problem
from tests.web.orders import happened, line, ordered
from vetrina.domain.money import Money
from vetrina.domain.selling.order_facts import (
    PaymentFailed,
    PaymentStarted,
    RefundAsked,
    Refunded,
)
from vetrina.shop.places import MoveWish, Places

MILAN = {"code": "milan", "name": "Milan", "priority": 1}
ROME = {"code": "rome", "name": "Rome", "priority": 2}


async def places(site) -> None:
    """Two of them."""
    for body in (MILAN, ROME):
        answer = await site.post("/places", body)
        assert answer.status_code == 201, answer.text


async def move(site, pieces: int, headers: dict[str, str] | None = None, **more):
    body = {"sku": "MUG-1", "pieces": pieces, "reason": "counted", **more}
    return await site.post("/stock-moves", body, headers=headers or {})


async def at_places(site, sku: str = "MUG-1") -> dict[str, int]:
    told = (await site.get(f"/products/{sku}/places")).json()
    return {one["place"]: one["pieces"] for one in told["skus"][0]["places"]}


async def test_a_shop_without_places_has_nothing_to_look_after(site):
    await stocked(site.store, 5)
    assert (await site.get("/places")).json() == {"places": []}
    assert (await site.get("/products/MUG-1/places")).json() == {
        "title": "Title of MUG-1",
        "skus": [{"sku": "MUG-1", "choice": "", "stock": 5, "places": []}],
    }
    order = await ordered(site)
    assert (await site.get(f"/orders/{order.checkout.id}/places")).json() == {"places": []}
    problem(await move(site, 1, to_place="milan"), 404, "unknown_place")


async def test_places_are_added_changed_and_removed(site):
    await places(site)
    problem(await site.post("/places", MILAN), 409, "taken")
    told = await site.call("PUT", "/places/rome", {"name": "Roma", "priority": 0})
    assert told.json() == {"code": "rome", "name": "Roma", "priority": 0, "main": False}
    listed = (await site.get("/places")).json()["places"]
    assert [(one["code"], one["main"]) for one in listed] == [("rome", False), ("milan", True)]
    problem(await site.call("PUT", "/places/turin", {"name": "Turin"}), 404, "unknown_place")
    problem(await site.call("DELETE", "/places/milan"), 409, "place_in_use")
    assert (await site.call("DELETE", "/places/rome")).status_code == 204
    problem(await site.call("DELETE", "/places/rome"), 404, "unknown_place")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"code": "Rome", "name": "Rome"}, "code"),
        ({"code": "rome", "name": ""}, "name"),
        ({"code": "rome", "name": "  "}, "name"),
        ({"code": "rome", "name": "Rome", "priority": -1}, "priority"),
        ({"name": "Rome"}, "code"),
    ],
)
async def test_places_that_cannot_be(site, body, field):
    assert fields(problem(await site.post("/places", body), 422, "invalid")) == [field]


async def test_stock_is_moved_and_corrected(site):
    await stocked(site.store, 10)
    await places(site)
    assert await at_places(site) == {"milan": 10, "rome": 0}
    told = (await move(site, 4, from_place="milan", to_place="rome")).json()
    assert told["stock"] == 10
    assert told["places"] == [{"place": "milan", "pieces": 6}, {"place": "rome", "pieces": 4}]
    assert (await move(site, 1, from_place="rome")).json()["stock"] == 9
    assert (await site.store.stocks(["MUG-1"])) == {"MUG-1": 9}
    refused = problem(await move(site, 9, from_place="rome"), 409, "not_enough_stock")
    assert refused["left"] == 3
    problem(await move(site, 1, to_place="rome", sku="NONE"), 404, "unknown_sku")
    problem(await move(site, 1, from_place="rome", to_place="rome"), 422, "invalid")
    moves = (await site.get("/stock-moves?sku=MUG-1&limit=1")).json()
    assert [(one["from_place"], one["pieces"]) for one in moves["moves"]] == [("rome", 1)]
    rest = (await site.get(f"/stock-moves?after={moves['next']}")).json()
    assert [one["to_place"] for one in rest["moves"]] == ["rome"]


async def test_a_product_is_found_by_each_of_its_variants(site):
    await site.store.put_products([tee(stocks=(3, 5, 0))])
    await places(site)
    for sku in ("TEE", "TEE-M"):
        told = (await site.get(f"/products/{sku}/places")).json()["skus"]
        assert [(one["choice"], one["stock"]) for one in told] == [("S", 3), ("M", 5), ("L", 0)]
    problem(await site.get("/products/NONE/places"), 404, "unknown_sku")


async def test_screens_hear_of_a_correction(site):
    await site.store.put_products([tee()])
    await places(site)
    due: list[str] = []
    wish = MoveWish(id="m_1", sku="TEE-S", source=None, target="rome", pieces=1, reason="came")
    await Places(site.store, site.clock, due.extend).move(wish, "k1")
    assert due == ["TEE"]


async def test_a_move_that_is_sent_again_is_done_once(site):
    await stocked(site.store, 10)
    await places(site)
    for _ in range(2):
        told = await move(site, 3, to_place="rome", headers={"idempotency-key": "again"})
        assert told.json()["stock"] == 13


async def test_an_order_is_sent_by_the_place_that_has_it(site):
    await stocked(site.store, 10)
    await places(site)
    order = await ordered(site, line(quantity=2))
    await move(site, 8, from_place="milan", to_place="rome")
    path = f"/orders/{order.checkout.id}"
    told = (await site.get(f"{path}/places")).json()["places"]
    assert [(one["place"], one["name"], one["picked_at"]) for one in told] == [
        ("milan", "Milan", None)
    ]
    problem(await site.post(f"{path}/picked", {"place": "turin"}), 404, "unknown_place")
    place = told[0]["place"]
    picked = (await site.post(f"{path}/picked", {"place": place})).json()["places"]
    assert picked[0]["picked_at"] == site.clock.now_ms()
    assert picked[0]["lines"][0]["pieces"] == 2
    problem(await site.get("/orders/o_none/places"), 404, "unknown_order")


async def test_what_came_back_is_at_its_place(site):
    await stocked(site.store, 10)
    await places(site)
    await move(site, 10, from_place="milan", to_place="rome")
    order = await ordered(site, line(quantity=2))
    path = f"/orders/{order.checkout.id}/places"
    assert (await site.get(path)).json()["places"][0]["place"] == "rome"
    back = Money(1890, "EUR")
    asked = RefundAsked(
        at=site.clock.now_ms(), refund="r_1", amount=back, lines={"MUG-1": 1}, restock=True
    )
    await happened(site, order, asked, Refunded(at=site.clock.now_ms(), refund="r_1", amount=back))
    assert (await site.get(path)).json()["places"][0]["lines"][0]["restocked"] == 1


async def test_tests_send_nothing(site):
    await places(site)
    order = await ordered(site, test=True)
    assert (await site.get(f"/orders/{order.checkout.id}/places")).json() == {"places": []}


async def test_nobody_sends_what_is_not_paid_yet(site):
    """Regression: money on its way took pieces from their place, also where it never came."""
    await stocked(site.store, 10)
    await places(site)
    await move(site, 10, from_place="milan", to_place="rome")
    order = await site.store.reserve(new())
    started = PaymentStarted(at=site.clock.now_ms(), payment="pi_1")
    order = await site.store.change_order(change(order, started))
    path = f"/orders/{order.checkout.id}/places"
    assert (await site.get(path)).json() == {"places": []}
    failed = PaymentFailed(at=site.clock.now_ms())
    await site.store.change_order(change(order, failed, stock="release"))
    assert await at_places(site) == {"milan": 0, "rome": 10}
