"""Parcels, as a seller notes them."""

from __future__ import annotations

import pytest

from tests.web.conftest import Site, fields, problem
from tests.web.orders import line, ordered, provider_of, sent

LINK = "https://track.example/1Z999"


async def test_a_parcel_is_noted_and_the_rest_is_to_be_shipped(site: Site) -> None:
    id = (await ordered(site, line(), line("SCARF", 1))).checkout.id
    body = {"lines": [{"sku": "MUG-1", "quantity": 1}], "carrier": " Poste ", "tracking": LINK}
    answer = await site.post(f"/orders/{id}/shipments", {**body, "version": 2})
    assert answer.status_code == 201, answer.text
    told = answer.json()
    [parcel] = told["shipments"]
    assert (parcel["carrier"], parcel["tracking"], parcel["pieces"]) == ("Poste", LINK, 1)
    assert (told["fulfilment"], told["history"][-1]["by"]) == ("partly_shipped", "host")
    assert {one["sku"]: one["to_ship"] for one in told["lines"]} == {"MUG-1": 1, "SCARF": 1}
    told = (await site.post(f"/orders/{id}/shipments", {})).json()
    assert told["fulfilment"] == "shipped"
    assert told["shipments"][-1]["lines"] == {"MUG-1": 1, "SCARF": 1}


async def test_a_parcel_that_is_sent_again_is_one(site: Site) -> None:
    id = (await ordered(site)).checkout.id
    again = {"idempotency-key": "parcel-1"}
    body = {"lines": [{"sku": "MUG-1", "quantity": 1}]}
    for _ in range(2):
        told = (await site.post(f"/orders/{id}/shipments", body, headers=again)).json()
    assert len(told["shipments"]) == 1


async def test_it_arrives_and_comes_back(site: Site) -> None:
    id = (await ordered(site)).checkout.id
    await site.post(f"/orders/{id}/shipments", {})
    told = (await site.post(f"/orders/{id}/deliveries", {"version": 3})).json()
    assert (told["fulfilment"], told["order"]) == ("delivered", "closed")
    body = {"lines": [{"sku": "MUG-1", "quantity": 1}]}
    told = (await site.post(f"/orders/{id}/returns", body)).json()
    assert [one["returned"] for one in told["lines"]] == [1]
    told = (await site.post(f"/orders/{id}/returns", {})).json()
    assert (told["fulfilment"], told["money"]) == ("returned", "paid")


async def test_what_was_refunded_need_not_be_shipped(site: Site) -> None:
    provider_of(site)
    id = (await ordered(site)).checkout.id
    body = {"lines": [{"sku": "MUG-1", "quantity": 1}]}
    await site.post(f"/orders/{id}/refunds", body)
    await sent(site)
    told = (await site.post(f"/orders/{id}/shipments", {})).json()
    assert told["shipments"][0]["lines"] == {"MUG-1": 1}
    assert told["fulfilment"] == "shipped"


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("shipments", {"lines": [{"sku": "MUG-1", "quantity": 3}]}, 422, "out_of_range"),
        ("shipments", {"lines": [{"sku": "NOPE", "quantity": 1}]}, 404, "unknown_sku"),
        ("shipments", {"version": 1}, 409, "order_changed"),
        ("deliveries", {"version": 1}, 409, "order_changed"),
        ("returns", {}, 422, "out_of_range"),
        ("returns", {"lines": [{"sku": "MUG-1", "quantity": 1}]}, 422, "out_of_range"),
    ],
)
async def test_what_cannot_be_is_refused(
    site: Site, path: str, body: object, status: int, code: str
) -> None:
    id = (await ordered(site)).checkout.id
    problem(await site.post(f"/orders/{id}/{path}", body), status, code)


@pytest.mark.parametrize(
    "tracking",
    [
        "http://track.example/1",
        "javascript:alert(1)",
        "https://",
        "https://user@track.example",
        "track.example/1",
        "https://track.example/ 1",
    ],
)
async def test_a_tracking_link_is_an_address_of_the_web(site: Site, tracking: str) -> None:
    id = (await ordered(site)).checkout.id
    answer = await site.post(f"/orders/{id}/shipments", {"tracking": tracking})
    assert fields(problem(answer, 422, "invalid")) == ["tracking"]
