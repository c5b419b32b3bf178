"""Money through Stripe, over the whole server: its stand-in is paid, and its events come back."""

from __future__ import annotations

import json

import pytest

from tests.stripe_double import money
from tests.stripe_double.account import KEY
from tests.stripe_double.deliveries import signature
from tests.web.stripe_stand import Stand
from tests.web.stripe_stand import stand as stand
from vetrina.domain.selling.order_facts import Paid
from vetrina.domain.selling.reservation import DealId


async def test_a_paid_session_is_an_order_and_passes_on_the_screens_once(stand: Stand) -> None:
    token, session = await stand.buy(2)
    assert session["amount_total"] == 3780
    money.pay(stand.account, session["id"])
    outcomes = await stand.deliver()
    assert "applied" in outcomes
    order = await stand.order(token)
    assert order.number is not None
    assert len(await stand.told()) == 1
    again = list(stand.account.events)
    await stand.deliver(*again, *again)  # repeated, and out of order
    assert len(await stand.told()) == 1
    assert [type(fact) for fact in (await stand.order(token)).facts].count(Paid) == 1


async def test_what_is_paid_with_a_test_key_is_a_test_and_not_counted_on_air(
    stand: Stand,
) -> None:
    """Regression: purchases that nobody paid for stood on the overlay and took stock and deals."""
    body = {"adapter": "stripe", "key": KEY, "address": stand.double.address}
    assert (await stand.site.call("PUT", "/payments", body)).status_code == 200
    deal = {"type": "start_deal", "sku": "MUG-1", "percent": 20, "duration_s": 120, "quantity": 5}
    assert (await stand.site.command(deal)).status_code == 200
    before = await stand.site.store.stocks(["MUG-1"])
    token, session = await stand.buy(2)
    assert session["amount_total"] < 3780
    money.pay(stand.account, session["id"])
    await stand.deliver()
    order = await stand.order(token)
    assert order.checkout.test and order.standing.money == "paid"
    assert (await stand.site.get(f"/orders/{order.checkout.id}")).json()["test"]
    assert await stand.told() == []
    assert await stand.site.store.stocks(["MUG-1"]) == before
    state = (await stand.site.context.shows.state("spring"))[1]
    [deal] = state.deals.values()
    left = await stand.site.store.deals_left([DealId("spring", deal.id)])
    assert left == {DealId("spring", deal.id): (5, 0)}


async def test_a7_the_return_page_and_the_webhook_are_one_payment(stand: Stand) -> None:
    token, session = await stand.buy()
    money.pay(stand.account, session["id"])
    await stand.site.http.get(f"/api/v1/checkouts/{token}")
    await stand.site.context.checkouts.settled()
    await stand.deliver()
    assert [type(fact) for fact in (await stand.order(token)).facts].count(Paid) == 1
    assert len(await stand.told()) == 1


async def test_c3_money_that_does_not_come_gives_the_stock_back(stand: Stand) -> None:
    await stand.site.post("/products", {
        "sku": "MUG-1", "title": "Moka mug", "price": {"amount": 1890, "currency": "EUR"},
        "stock": 1,
    })  # fmt: skip
    token, session = await stand.buy()
    money.pay(stand.account, session["id"], later=True)
    await stand.deliver()
    assert (await stand.site.store.stocks(["MUG-1"])) == {"MUG-1": 0}
    assert await stand.told() == []
    money.settle(stand.account, session["id"], good=False)
    await stand.deliver()
    assert (await stand.site.store.stocks(["MUG-1"])) == {"MUG-1": 1}
    assert (await stand.site.http.get(f"/api/v1/checkouts/{token}")).json()["checkout"][
        "status"
    ] == "over"


async def test_the_panel_shows_that_stripe_tells_us_well(stand: Stand) -> None:
    """Regression: events of our payments with nothing to book looked like refused ones."""
    _, session = await stand.buy()
    payment = money.pay(stand.account, session["id"])["payment_intent"]
    money.refund(stand.account, {"payment_intent": payment, "amount": "500"})
    [endpoint] = stand.account.endpoints.values()
    for event in [one for one in stand.account.events if endpoint.wants(one["type"])]:
        await stand.deliver(event)
        [told] = (await stand.site.get("/connections")).json()["connections"]
        assert told["last_refusal"] is None, event["type"]
    assert told["last_verified_at"] is not None


async def test_a_forged_event_changes_nothing(stand: Stand) -> None:
    token, session = await stand.buy()
    money.pay(stand.account, session["id"])
    body = json.dumps(stand.account.events[-1]).encode()
    forged = signature("whsec_of_somebody", body, stand.site.clock.now_ms() // 1000)
    answer = await stand.site.http.post(
        stand.webhook, content=body, headers={"stripe-signature": forged}
    )
    assert answer.status_code == 401
    assert (await stand.order(token)).number is None


async def test_another_stripe_account_pays_no_order_of_ours(stand: Stand) -> None:
    """Whoever makes sessions there, as in test mode, writes our order into their metadata."""
    connections, secret = stand.site.context.connections, "whsec_of_another_account"
    other, _ = await connections.create("stripe", show=None, secret=secret, options={})
    token, session = await stand.buy()
    money.pay(stand.account, session["id"])
    [event] = [one for one in stand.account.events if one["type"] == "checkout.session.completed"]
    body = json.dumps(event).encode()
    headers = {"stripe-signature": signature(secret, body, stand.site.clock.now_ms() // 1000)}
    answer = await stand.site.http.post(f"/webhooks/{other.id}", content=body, headers=headers)
    assert answer.json() == {"outcome": "ignored"}
    assert (await stand.order(token)).standing.money == "awaiting"
    assert "applied" in await stand.deliver()
    assert (await stand.order(token)).standing.money == "paid"


async def test_c2_another_amount_is_not_an_order_and_goes_back(stand: Stand) -> None:
    token, session = await stand.buy()
    session["amount_total"] -= 1
    money.pay(stand.account, session["id"])
    await stand.deliver()
    assert await stand.told() == []
    [refund] = stand.account.refunds.values()
    assert refund["amount"] == session["amount_total"]
    assert (await stand.order(token)).standing.order == "cancelled"


async def test_a_deadline_ends_the_session_before_the_stock_comes_back(stand: Stand) -> None:
    await stand.buy()
    [session] = stand.account.sessions.values()
    stand.site.clock.advance(11 * 60_000)
    await stand.site.context.checkouts.sweep()
    await stand.site.context.checkouts.settled()
    assert session["status"] == "expired"
    await stand.deliver()


async def test_a_refund_takes_the_purchase_off_the_screens(stand: Stand) -> None:
    """The seller gives the money back here; Stripe says later that it worked."""
    token, session = await stand.buy(2)
    money.pay(stand.account, session["id"])
    await stand.deliver()
    order = await stand.order(token)
    body = {"lines": [{"sku": "MUG-1", "quantity": 2}]}
    answer = await stand.site.post(f"/orders/{order.checkout.id}/refunds", body)
    assert answer.status_code == 201, answer.text
    await stand.site.context.checkouts.settled()
    [refund] = stand.account.refunds.values()
    assert refund["amount"] == 3780
    await stand.deliver()
    told = (await stand.site.get(f"/orders/{order.checkout.id}")).json()
    assert told["money"] == "refunded"
    assert await stand.told() == []


async def test_c7_a_refund_that_fails_in_the_end_counts_no_more(stand: Stand) -> None:
    token, session = await stand.buy()
    money.pay(stand.account, session["id"])
    await stand.deliver()
    id = (await stand.order(token)).checkout.id
    assert (await stand.site.post(f"/orders/{id}/refunds", {})).status_code == 201
    await stand.site.context.checkouts.settled()
    await stand.deliver()
    assert (await stand.site.get(f"/orders/{id}")).json()["money"] == "refunded"
    [refund] = stand.account.refunds.values()
    money.change_refund(stand.account, refund["id"], "failed")
    await stand.deliver()
    assert (await stand.site.get(f"/orders/{id}")).json()["money"] == "paid"


async def test_money_that_went_back_at_stripe_itself_counts_as_well(stand: Stand) -> None:
    token, session = await stand.buy()
    payment = money.pay(stand.account, session["id"])["payment_intent"]
    await stand.deliver()
    money.refund(stand.account, {"payment_intent": payment, "amount": "500"})
    await stand.deliver()
    id = (await stand.order(token)).checkout.id
    assert (await stand.site.get(f"/orders/{id}")).json()["money"] == "partly_refunded"


@pytest.mark.parametrize(("won", "axis"), [(True, "won"), (False, "lost")])
async def test_a_dispute_is_seen_with_its_order(stand: Stand, won: bool, axis: str) -> None:
    token, session = await stand.buy()
    payment = money.pay(stand.account, session["id"])["payment_intent"]
    await stand.deliver()
    dispute = money.dispute(stand.account, payment)
    await stand.deliver()
    id = (await stand.order(token)).checkout.id
    assert (await stand.site.get(f"/orders/{id}")).json()["dispute"] == "open"
    money.close_dispute(stand.account, dispute["id"], won=won)
    await stand.deliver()
    assert (await stand.site.get(f"/orders/{id}")).json()["dispute"] == axis
    assert len(await stand.told()) == (1 if won else 0)


async def test_what_no_webhook_brought_is_asked_for(stand: Stand) -> None:
    stand.account.keys["rk_live_of_the_tests"] = frozenset({
        "rak_checkout_session_write", "rak_coupon_write", "rak_charge_write", "rak_event_read",
    })  # fmt: skip
    body = {"adapter": "stripe", "key": "rk_live_of_the_tests"}
    assert (await stand.site.call("PUT", "/payments", body)).json()["webhook"]["polled"]
    token, session = await stand.buy()
    payment = money.pay(stand.account, session["id"])["payment_intent"]
    money.refund(stand.account, {"payment_intent": payment, "amount": "500"})
    connection = stand.webhook.rpartition("/")[2]
    polled = await stand.site.post(f"/connections/{connection}/poll")
    assert polled.json()["last_failure"] is None, polled.text
    await stand.site.context.checkouts.settled()
    id = (await stand.order(token)).checkout.id
    assert (await stand.site.get(f"/orders/{id}")).json()["money"] == "partly_refunded"
    assert len(await stand.told()) == 1


async def test_a_seller_reads_the_address_where_it_is_kept(stand: Stand) -> None:
    token, session = await stand.buy()
    money.pay(stand.account, session["id"])
    await stand.deliver()
    id = (await stand.order(token)).checkout.id
    buyer = (await stand.site.get(f"/orders/{id}/buyer")).json()
    assert buyer["name"] == "Giulia Rossi"
    assert "Giulia Rossi" not in (await stand.site.get(f"/orders/{id}")).text


async def test_news_of_the_other_mode_is_not_believed(stand: Stand) -> None:
    token, session = await stand.buy()
    money.pay(stand.account, session["id"])
    news = [event for event in stand.account.events if event["data"]["object"].get("metadata")]
    assert "applied" not in await stand.deliver(*({**one, "livemode": False} for one in news))
    assert (await stand.order(token)).standing.money != "paid"
    assert "applied" in await stand.deliver(*news)


async def test_a_foreign_sale_of_the_account_counts_as_it_always_did(stand: Stand) -> None:
    """The same account may sell on another site."""
    intent = {
        "id": "pi_foreign", "object": "payment_intent", "amount": 1890, "amount_received": 1890,
        "currency": "eur", "metadata": {"sku": "MUG-1"}, "created": stand.account.now(),
    }  # fmt: skip
    stand.account.happen("payment_intent.succeeded", intent)
    assert await stand.deliver() == ["applied"]
    assert len(await stand.told()) == 1
