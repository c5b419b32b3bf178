"""What a key for one show does to another that sells the same products: nothing."""

from __future__ import annotations

import pytest

from tests.waiting import until
from tests.web.conftest import Site, bearer, problem

DEAL = {
    "type": "start_deal",
    "sku": "MUG-1",
    "price": {"amount": 100, "currency": "EUR"},
    "duration_s": 300,
}
EMPTY = {"type": "set_stock", "sku": "MUG-1", "quantity": 0}


async def follow(site: Site, secret: str, command: object):
    url = "/api/v1/shows/spring/commands"
    return await site.http.post(url, json=command, headers=bearer(secret))


@pytest.mark.parametrize("status", ["rehearsal", "live"])
@pytest.mark.parametrize("command", [EMPTY, DEAL, [{"type": "pin_next"}, EMPTY]])
async def test_stock_and_prior_price_of_another_show_are_out_of_reach(site, command, status):
    """A stock of 0 ended another show's deal, and a cheap deal lowered its prior price."""
    await site.show()
    await site.show("summer", status=status)
    _, secret = await site.key("control", show="spring")
    before = [await site.store.head(slug) for slug in ("spring", "summer")]
    told = problem(await follow(site, secret, command), 403, "forbidden")
    assert "MUG-1" in told["detail"]
    assert [await site.store.head(slug) for slug in ("spring", "summer")] == before


async def test_a_hook_of_one_show_starts_no_deal_of_what_another_sells(site):
    await site.show()
    await site.show("summer")
    _, key = await site.key("hook", show="spring", actions=("deal.start", "pin.next"))
    problem(await site.http.get(f"/hooks/{key}/deal.start/MUG-1:100:300"), 403, "forbidden")
    assert (await site.http.get(f"/hooks/{key}/pin.next")).status_code == 200


async def test_what_is_sold_in_one_open_show_only_is_its_own(site):
    """Also while next week's draft holds it: a draft sells nothing yet."""
    await site.show()
    await site.show("next-week", status="draft")
    await site.show("over")
    await site.command({"type": "end_show"}, "over")
    _, secret = await site.key("control", show="spring")
    for command in (
        {**EMPTY, "quantity": 5},
        {**DEAL, "price": {"amount": 1700, "currency": "EUR"}},
    ):
        assert (await follow(site, secret, command)).status_code == 200


async def test_the_log_of_the_other_show_says_whose_key_changed_its_stock(site):
    await site.show()
    await site.show("summer")
    assert (await site.command({**EMPTY, "quantity": 3})).status_code == 200
    await until(lambda: "shared stock" in repr(site.bus.published))
    assert (await site.store.events("summer"))[-1].by == "shared stock: host"
