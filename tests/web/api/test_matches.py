"""Matching a shop's products to ours, and replacing secrets."""

from __future__ import annotations

import pytest

from tests.fakes import FakeClock
from tests.web.conftest import Site, fields, problem
from tests.web.shops import NOW_MS, changed, shop
from vetrina.domain.show import events as ev


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW_MS)


async def sold(site: Site) -> list[tuple[str, str]]:
    log = await site.store.events("spring")
    purchases = [one.event for one in log if isinstance(one.event, ev.PurchaseConfirmed)]
    return [(item.sku, item.title) for purchase in purchases for item in purchase.items]


async def test_unknown_lines_count_and_wait_for_a_match(site: Site) -> None:
    await site.show()
    seller = await shop(site, "woocommerce")
    await seller.deliver("paid")
    assert await sold(site) == [("APR-3", "Apron"), ("product:94", "Tea towel")]
    found = (await site.get(f"/connections/{seller.id}/unmatched")).json()["unmatched"]
    assert found == [
        {"ref": "product:94", "title": "Tea towel", "sku": None, "similar": None, "seen_at": NOW_MS}
    ]

    said = await site.call("PUT", f"/connections/{seller.id}/matches", {"product:94": "MUG-1"})
    assert said.json() == {"matches": {"product:94": "MUG-1"}}
    assert (await site.get(f"/connections/{seller.id}/unmatched")).json() == {"unmatched": []}
    await seller.deliver(changed("woocommerce/paid", id=800))
    assert (await sold(site))[2:] == [("APR-3", "Apron"), ("MUG-1", "Moka mug")]

    await site.call("PUT", f"/connections/{seller.id}/matches", {"product:94": None})
    assert (await site.get(f"/connections/{seller.id}/matches")).json() == {"matches": {}}
    await seller.deliver(changed("woocommerce/paid", id=801))
    assert (await sold(site))[-1] == ("product:94", "Tea towel")


async def test_the_most_exact_reference_wins(site: Site) -> None:
    await site.show()
    seller = await shop(site, "shopify")
    matches = {"product:808950810": "APR-3", "sku:MUG-1": "APR-3", "variant:49148385": "MUG-1"}
    for ref, sku in matches.items():
        await site.call("PUT", f"/connections/{seller.id}/matches", {ref: sku})
    await seller.deliver("paid")
    assert await sold(site) == [("MUG-1", "Moka mug")]


async def test_a_refund_finds_its_line_after_the_match_has_changed(site: Site) -> None:
    await site.show()
    seller = await shop(site, "shopify")
    await seller.deliver("paid")
    await site.call("PUT", f"/connections/{seller.id}/matches", {"variant:49148385": "APR-3"})
    await seller.deliver("partial_refund")
    totals = (await site.context.shows.state("spring"))[1].totals
    assert (totals.units, totals.gross[0].amount) == (1, 1890)


async def test_a_product_added_later_under_the_shops_sku_is_found(site: Site) -> None:
    await site.show()
    seller = await shop(site, "fourthwall")
    await seller.deliver("paid")
    listed = (await site.get(f"/connections/{seller.id}/unmatched")).json()["unmatched"]
    assert [one["sku"] for one in listed] == ["SHIRT-L"]
    price = {"amount": 1199, "currency": "USD"}
    await site.post("/products", {"sku": "SHIRT-L", "title": "Shirt", "price": price})
    assert (await site.get(f"/connections/{seller.id}/unmatched")).json() == {"unmatched": []}


async def test_what_is_no_match(site: Site) -> None:
    seller = await shop(site, "shopify")
    path = f"/connections/{seller.id}/matches"
    problem(await site.call("PUT", path, {"a": "NOPE"}), 404, "unknown_sku")
    for body in ({}, {"": "MUG-1"}, {"a": 7}, []):
        problem(await site.call("PUT", path, body), 422, "invalid")
    for method, gone in (("GET", "unmatched"), ("GET", "matches"), ("POST", "secrets")):
        asked = await site.call(method, f"/connections/nope/{gone}", {})
        problem(asked, 404, "unknown_connection")


async def test_a_secret_is_replaced_without_a_gap(site: Site) -> None:
    await site.show()
    seller = await shop(site, "shopify")
    path, newer = f"/connections/{seller.id}/secrets", "newer" * 8
    added = await site.post(path, {"secret": newer})
    assert added.status_code == 201
    assert added.json() == {"id": seller.id, "secret": newer, "secrets": 2}
    for secret in (seller.secret, newer):
        assert (await seller.deliver("paid", secret)).status_code == 200
    assert (await site.call("DELETE", path)).status_code == 204
    assert (await seller.told())["secrets"] == 1
    problem(await seller.deliver("paid", seller.secret), 401, "bad_signature")
    assert (await seller.deliver("paid", newer)).status_code == 200


async def test_secrets_of_ours_and_of_theirs(site: Site) -> None:
    ours, theirs = await shop(site, "woocommerce"), await shop(site, "stripe")
    made = (await site.post(f"/connections/{ours.id}/secrets", {})).json()
    assert made["secret"] not in ("", ours.secret)
    for body in ({}, {"secret": "sk_live_1"}):
        told = problem(await site.post(f"/connections/{theirs.id}/secrets", body), 422, "invalid")
        assert fields(told) == ["secret"]
    for n in range(5):
        await site.post(f"/connections/{theirs.id}/secrets", {"secret": f"whsec_of_the_tests_{n}"})
    assert (await theirs.told())["secrets"] == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "tiktok", "secret": "x" * 40}, "app_key"),
        ({"kind": "shopify", "secret": "x" * 32, "app_key": "y"}, "app_key"),
        ({"kind": "stripe", "secret": "sk_live_1"}, "secret"),
    ],
)
async def test_what_a_provider_needs(site: Site, body: dict[str, str], field: str) -> None:
    assert fields(problem(await site.post("/connections", body), 422, "invalid")) == [field]
