"""Subscriptions at Stripe: the order is an invoice, and its refund names the payment alone."""

import itertools
import json

import pytest

from tests.web.shops import NOW_MS, shop
from vetrina.connectors.samples import Sample

CREATED = NOW_MS // 1000
PAID = {
    "id": "cs_1", "mode": "subscription", "payment_status": "paid", "amount_total": 2500,
    "currency": "eur", "payment_intent": None, "invoice": "in_1", "metadata": {"sku": "MUG-1"},
}  # fmt: skip
LINK = {
    "id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "status": "paid",
    "payment": {"type": "payment_intent", "payment_intent": "pi_9"},
}  # fmt: skip
REFUND = {
    "id": "re_1", "status": "succeeded", "amount": 2500, "currency": "eur", "charge": "ch_9",
    "payment_intent": "pi_9",
}  # fmt: skip
OLD_LINK = {"id": "pi_9", "invoice": "in_1", "amount": 2500, "currency": "eur", "metadata": {}}
ORDER = ("checkout.session.completed", PAID)
LINKED = ("invoice_payment.paid", LINK)
BACK = ("refund.created", REFUND)


def event(kind, told):
    body = {
        "id": f"evt_{kind}", "type": kind, "created": CREATED, "livemode": True,
        "data": {"object": told},
    }  # fmt: skip
    return Sample("stripe", kind, {}, json.dumps(body).encode())


async def totals_after(site, clock, told):
    clock.advance(NOW_MS - clock.now_ms())
    await site.show()
    stripe = await shop(site, "stripe")
    for kind, body in told:
        answer = await stripe.deliver(event(kind, body))
        assert answer.status_code == 200, answer.text
    _, state = await site.context.shows.state("spring")
    return state.totals


@pytest.mark.parametrize("told", list(itertools.permutations([ORDER, LINKED, BACK])))
async def test_a_refund_finds_its_order_by_what_names_both(site, clock, told):
    totals = await totals_after(site, clock, told)
    assert (totals.orders, totals.units, sum(money.amount for money in totals.gross)) == (0, 0, 0)


async def test_payments_of_early_versions_name_their_invoice_themselves(site, clock):
    told = [("payment_intent.succeeded", OLD_LINK), BACK]
    totals = await totals_after(site, clock, told)
    assert (totals.orders, sum(money.amount for money in totals.gross)) == (0, 0)


async def test_the_refund_of_a_checkout_that_has_an_invoice_of_its_own_stays_its_own(site, clock):
    checkout = {**PAID, "mode": "payment", "payment_intent": "pi_9"}
    told = [(ORDER[0], checkout), LINKED, BACK]
    totals = await totals_after(site, clock, told)
    assert (totals.orders, sum(money.amount for money in totals.gross)) == (0, 0)
