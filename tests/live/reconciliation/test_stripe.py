"""Catching up with Stripe's events."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.fakes import FakeClock
from tests.live.conftest import SLUG
from tests.live.reconciliation.office import Office
from tests.outbound.answering import Answer
from tests.outbound.stripe_account import StripeAccount
from vetrina.domain.show import events as ev


async def test_stripe_is_caught_up_page_by_page_and_by_what_deliveries_told(
    office: Office, account: StripeAccount, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(account)
    for n in range(230):
        account.pay(n, clock.now_ms() + n * 100)
    charge = {
        "id": "ch_1", "payment_intent": "pi_1", "amount_refunded": 500, "currency": "eur",
    }  # fmt: skip
    account.happen("charge.refunded", charge, clock.now_ms())
    account.happen("customer.created", {"id": "cus_1"}, clock.now_ms())
    clock.advance(60_000)
    poll = await office.polls.now(connection.id)
    assert (poll.found, poll.last_failure, len(account.asked)) == (230, None, 3)
    assert await office.totals() == (230, 230 * 2000 - 500)
    assert (await office.polls.now(connection.id)).found == 230
    headers = account.asked[0].headers
    assert set(headers) <= {
        "host", "accept", "accept-encoding", "connection", "user-agent", "authorization",
        "stripe-version",
    }  # fmt: skip


async def test_stripe_begins_again_when_its_page_is_gone(
    office: Office, account: StripeAccount, clock: FakeClock
) -> None:
    await office.stage.make_show(stock=None)
    connection = await office.connect(account)
    account.pay(1, clock.now_ms())
    poll = await office.poll(connection)
    await office.stage.store.put_poll(replace(poll, page="evt_gone", reached=1))
    failed = await office.polls.now(connection.id)
    assert (failed.page, failed.found) == (None, 0)
    assert (await office.polls.now(connection.id)).found == 1


async def test_test_payments_of_stripe_are_marked_by_the_poll_too(
    office: Office, account: StripeAccount, clock: FakeClock
) -> None:
    await office.stage.make_show("rehearsal", stock=None)
    connection = await office.connect(account)
    account.pay(1, clock.now_ms(), live=False)
    assert (await office.polls.now(connection.id)).found == 1
    log = await office.stage.store.events(SLUG)
    bought = [one.event for one in log if isinstance(one.event, ev.PurchaseConfirmed)]
    assert [one.test for one in bought] == [True]


@pytest.mark.parametrize("body", [b"<html>", b"{}", b'{"object":"list","data":7}', b"[]"])
async def test_what_is_no_list_of_stripe_is_told(
    office: Office, account: StripeAccount, body: bytes
) -> None:
    connection = await office.connect(account, show=None)
    account.instead = lambda _: Answer(200, body)
    assert "no list of events" in ((await office.polls.now(connection.id)).last_failure or "")
