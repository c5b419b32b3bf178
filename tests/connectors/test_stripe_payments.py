"""What Stripe's events say of payments of ours."""

from __future__ import annotations

import json

import pytest

from tests.stripe_double import money
from tests.stripe_double.account import Account, Thing
from tests.stripe_double.sessions import create_session, expire_session
from vetrina.connectors import CONNECTORS
from vetrina.connectors.fields import read_as
from vetrina.connectors.payment_notices import (
    DisputeChanged,
    PaymentNotice,
    RefundChanged,
    SessionExpired,
    SessionFailed,
    SessionPaid,
    SessionProcessing,
)
from vetrina.connectors.port import Delivery
from vetrina.connectors.stripe.models import StripeEvent
from vetrina.connectors.stripe.payments import payment_notices
from vetrina.domain.money import Money

ORDER = "o_1"


def a_session(account: Account, **more: object) -> Thing:
    line = {
        "quantity": "1",
        "price_data": {
            "currency": "eur", "unit_amount": "3980", "product_data": {"name": "Moka mug"},
        },
    }  # fmt: skip
    asked = {
        "mode": "payment",
        "line_items": [line],
        "success_url": "https://shop.example/done",
        "metadata": {"vetrina_order": ORDER},
        "payment_intent_data": {"metadata": {"vetrina_order": ORDER}},
    }
    return create_session(account, {**asked, **more})


def notices(account: Account) -> list[PaymentNotice]:
    """Of all that has happened, in order."""
    return [
        notice
        for event in account.events
        for notice in payment_notices(read_as(StripeEvent, event))
    ]


def read(event: Thing) -> Delivery:
    """An event as its webhook is read."""
    return CONNECTORS["stripe"].read({}, json.dumps(event).encode(), lambda text: text)


def test_a_paid_session_is_told_once_with_what_was_paid() -> None:
    account = Account()
    session = a_session(account)
    money.pay(account, session["id"])
    [paid] = notices(account)
    assert paid == SessionPaid(
        order=ORDER,
        session=session["id"],
        payment=session["payment_intent"],
        amount=Money(3980, "EUR"),
        email="giulia@example.com",
    )
    assert "giulia" not in repr(paid)


@pytest.mark.parametrize(("good", "end"), [(True, SessionPaid), (False, SessionFailed)])
def test_c3_completed_is_not_yet_paid(good: bool, end: type[PaymentNotice]) -> None:
    account = Account()
    session = a_session(account)
    money.pay(account, session["id"], later=True)
    money.settle(account, session["id"], good=good)
    processing, settled = notices(account)
    assert isinstance(processing, SessionProcessing)
    assert isinstance(settled, end)
    assert settled.order == processing.order == ORDER
    assert settled.payment == processing.payment == session["payment_intent"]


def test_a_session_that_is_over_is_told() -> None:
    account = Account()
    session = a_session(account)
    expire_session(account, session["id"])
    assert notices(account) == [SessionExpired(order=ORDER, session=session["id"])]


def test_c7_refunds_name_ours_and_may_fail_after_they_seemed_good() -> None:
    account = Account()
    payment = money.pay(account, a_session(account)["id"])["payment_intent"]
    asked = {"payment_intent": payment, "amount": "980", "metadata": {"vetrina_refund": "r_1"}}
    ours = money.refund(account, asked)
    theirs = money.refund(account, {"payment_intent": payment, "amount": "1000"})
    money.change_refund(account, ours["id"], "failed")
    told = [one for one in notices(account) if isinstance(one, RefundChanged)]
    assert [(one.refund, one.provider_id, one.amount.amount, one.state) for one in told] == [
        ("r_1", ours["id"], 980, "succeeded"),
        (None, theirs["id"], 1000, "succeeded"),
        ("r_1", ours["id"], 980, "failed"),
    ]
    assert {one.payment for one in told} == {payment}
    assert told[-1].why == "expired_or_canceled_card"


@pytest.mark.parametrize("won", [True, False])
def test_a_dispute_is_opened_and_decided(won: bool) -> None:
    account = Account()
    payment = money.pay(account, a_session(account)["id"])["payment_intent"]
    opened = money.dispute(account, payment)
    money.close_dispute(account, opened["id"], won=won)
    told = [one for one in notices(account) if isinstance(one, DisputeChanged)]
    assert {one.payment for one in told} == {payment}
    states = list(dict.fromkeys(one.state for one in told))
    assert states == ["open", "won" if won else "lost"]


def test_an_inquiry_asks_for_nothing() -> None:
    account = Account()
    payment = money.pay(account, a_session(account)["id"])["payment_intent"]
    opened = money.dispute(account, payment)
    del account.events[:]
    account.happen("charge.dispute.created", {**opened, "status": "warning_needs_response"})
    assert notices(account) == []


def test_a_payment_of_ours_is_no_order_of_another_shop() -> None:
    """The same account may sell elsewhere, and that counts as it always did."""
    account = Account()
    money.pay(account, a_session(account)["id"])
    assert [read(event).reports for event in account.events] == [()] * len(account.events)
    foreign = a_session(account, metadata={}, payment_intent_data={})
    del account.events[:]
    money.pay(account, foreign["id"])
    deliveries = [read(event) for event in account.events]
    assert [len(one.reports) for one in deliveries] == [0, 1, 1]
    assert all(one.notices == () for one in deliveries)


def test_old_versions_tell_refunds_with_their_charge() -> None:
    account = Account()
    payment = money.pay(account, a_session(account)["id"])["payment_intent"]
    made = money.refund(account, {"payment_intent": payment, "amount": "980"})
    charge = account.charges[made["charge"]]
    del account.events[:]
    account.happen("charge.refunded", {**charge, "refunds": {"object": "list", "data": [made]}})
    [told] = notices(account)
    assert isinstance(told, RefundChanged)
    assert (told.provider_id, told.amount) == (made["id"], Money(980, "EUR"))
