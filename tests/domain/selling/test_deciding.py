"""What notices about money lead to: once, in any order, and never twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import NOW, eur
from tests.domain.selling import own_orders
from tests.domain.selling.own_orders import after, bought, opened, order
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling import deciding
from vetrina.domain.selling.deciding import NOTHING, Decision
from vetrina.domain.selling.order_facts import (
    Expired,
    GivenBack,
    Paid,
    PaidInVain,
    RefundAsked,
    RefundSent,
)
from vetrina.domain.selling.own_order import OwnOrder, Standing
from vetrina.domain.selling.refunding import RefundWish, ask_refund, refundable

TOTAL = own_orders.checkout().total


def paid(known: OwnOrder, payment: str | None = "pi_1", amount: Money = TOTAL) -> Decision:
    return deciding.paid(known, payment, amount, NOW + 5)


def told(known: OwnOrder, state: str = "succeeded", **more: object) -> Decision:
    notice: dict[str, object] = {
        "refund": None,
        "provider_id": "re_1",
        "payment": "pi_1",
        "amount": eur(1000),
        "state": state,
        "at": NOW + 9,
    }
    return deciding.refund_told(known, **(notice | more))  # type: ignore[arg-type]


def test_a_checkout_waits_for_money_once_it_can_be_paid():
    assert order().standing == Standing()
    assert opened().standing == Standing("open", "awaiting")


def test_a_session_is_known_once():
    first = deciding.session_made(order(), "cs_1", NOW + 99, NOW)
    assert len(first.facts) == 1
    assert deciding.session_made(after(order(), first), "cs_1", NOW + 99, NOW + 1) == NOTHING


def test_a7_a_payment_makes_an_order_once_however_often_it_is_told():
    known = opened()
    first = paid(known)
    assert first.stock == "sell"
    known = after(known, first)
    assert known.standing == Standing("placed", "paid")
    assert paid(known) == paid(known, None) == NOTHING


def test_b10_an_order_of_nothing_is_placed_without_a_provider():
    free = own_orders.checkout(own_orders.line("MUG-1", 1, 2490, 2490), shipping=0)
    decision = deciding.paid(order(of=free), None, eur(0), NOW)
    assert decision.stock == "sell"
    assert after(order(of=free), decision).standing == Standing("placed", "paid")


def test_a5_a_payment_after_the_end_takes_the_stock_again():
    known = order(Expired(at=NOW))
    late = paid(known)
    assert late.stock == "take_again"
    assert isinstance(late.facts[0], Paid) and late.facts[0].late
    assert after(known, late).standing == Standing("placed", "paid")


def test_a5_a_payment_after_the_end_that_is_sold_out_goes_back_whole():
    known = order(GivenBack(at=NOW))
    vain = deciding.paid_in_vain(known, "pi_1", TOTAL, "sold_out", NOW + 5)
    assert vain.stock == "none", "it was given back already"
    known = after(known, vain)
    assert known.standing == Standing("cancelled", "paid")
    asked = vain.facts[1]
    assert isinstance(asked, RefundAsked) and (asked.amount, asked.payment) == (TOTAL, "pi_1")
    known = after(known, told(known, refund=asked.refund, amount=TOTAL))
    assert known.standing == Standing("cancelled", "refunded")
    assert paid(known) == NOTHING


def test_c4_a_second_payment_goes_back_and_the_order_stays():
    known = bought()
    second = paid(known, "pi_2")
    vain, asked = second.facts
    assert isinstance(vain, PaidInVain) and vain.why == "duplicate"
    assert isinstance(asked, RefundAsked) and asked.reason == "duplicate"
    assert second.stock == "none"
    known = after(known, second)
    known = after(known, told(known, refund=asked.refund, payment="pi_2", amount=TOTAL))
    assert known.standing == Standing("placed", "paid")
    assert refundable(known.checkout, known.facts).amount == TOTAL
    assert paid(known, "pi_2") == NOTHING


@pytest.mark.parametrize("amount", [eur(TOTAL.amount - 1), Money(TOTAL.amount, "USD")])
def test_c2_another_amount_goes_back_whole_and_the_stock_with_it(amount):
    known = opened()
    decision = paid(known, amount=amount)
    assert isinstance(decision.facts[0], PaidInVain) and decision.facts[0].why == "wrong_amount"
    assert decision.stock == "release"
    known = after(known, decision)
    assert known.standing == Standing("cancelled", "paid")
    assert deciding.expired(known, NOW) == NOTHING
    assert paid(known, "pi_2").stock == "take_again"


def test_after_a_limit_was_reached_the_pieces_are_to_be_taken_again():
    """Regression: another payment would have sold what the order no longer holds."""
    known = opened()
    decision = deciding.paid_in_vain(known, "pi_1", TOTAL, "limit_reached", NOW)
    assert decision.stock == "release"
    known = after(known, decision)
    assert paid(known, "pi_1") == NOTHING
    assert paid(known, "pi_2").stock == "take_again"


def test_c3_money_on_its_way_keeps_the_stock_until_it_fails():
    known = opened()
    started = deciding.payment_started(known, "pi_1", NOW)
    assert started.stock == "none"
    known = after(known, started)
    assert known.standing == Standing("placed", "awaiting")
    assert deciding.expired(known, NOW + 10**9) == NOTHING
    with pytest.raises(Refused, match="on its way"):
        deciding.given_back(known, NOW)
    failed = deciding.payment_failed(known, NOW)
    assert failed.stock == "release"
    known = after(known, failed)
    assert known.standing == Standing("cancelled", "none")
    assert deciding.payment_failed(known, NOW) == NOTHING


def test_stock_comes_back_once():
    known = opened()
    assert deciding.expired(known, NOW).stock == "release"
    known = after(known, deciding.expired(known, NOW))
    assert known.standing == Standing("cancelled", "none")
    assert deciding.expired(known, NOW) == NOTHING
    assert deciding.given_back(known, NOW) == NOTHING
    assert deciding.payment_failed(known, NOW) == NOTHING
    assert deciding.payment_started(known, "pi_1", NOW) == NOTHING


def test_what_is_paid_does_not_end():
    known = bought()
    assert deciding.expired(known, NOW) == NOTHING
    assert deciding.payment_failed(known, NOW) == NOTHING
    assert deciding.payment_started(known, "pi_1", NOW) == NOTHING
    with pytest.raises(Refused) as refused:
        deciding.given_back(known, NOW)
    assert refused.value.code == "checkout_over"


def test_a8_a_refund_told_before_the_payment_counts_when_that_arrives():
    known = after(opened(), told(opened(), amount=TOTAL))
    assert known.standing == Standing("open", "awaiting")
    known = after(known, paid(known))
    assert known.standing == Standing("cancelled", "refunded")


def test_c7_a_refund_that_fails_after_it_had_succeeded_returns_its_sum():
    known = after(bought(), told(bought()))
    assert known.standing.money == "partly_refunded"
    known = after(known, told(known, "failed"))
    assert known.standing.money == "paid"
    assert refundable(known.checkout, known.facts).amount == TOTAL
    assert told(known) == told(known, "failed") == NOTHING


def test_a_refund_of_ours_is_booked_when_it_succeeded_and_restocks_once():
    known = bought()
    wish = RefundWish(refund="r_1", lines={"MUG-1": 2}, restock=True)
    known = after(known, ask_refund(known.checkout, known.facts, wish, NOW))
    assert known.standing.money == "paid", "it is only asked for"
    pending = told(known, "pending", refund="r_1", amount=eur(2187))
    assert [type(fact) for fact in pending.facts] == [RefundSent]
    known = after(known, pending)
    assert told(known, "pending", refund="r_1", amount=eur(2187)) == NOTHING
    done = told(known, amount=eur(2187))
    assert (done.stock, done.restocked) == ("restock", (("MUG-1", 2),))
    known = after(known, done)
    assert known.standing.money == "partly_refunded"
    assert told(known, amount=eur(2187)) == NOTHING


def test_pieces_of_a_refund_that_failed_afterwards_come_back_to_the_stock_once():
    """The bank sends the money back days later, and the seller gives it back again."""
    known = bought()
    for refund in ("r_1", "r_2"):
        wish = RefundWish(refund=refund, lines={"MUG-1": 4}, restock=True)
        asked = ask_refund(known.checkout, known.facts, wish, NOW)
        assert asked is not None
        known = after(known, asked)
        done = told(known, refund=refund, provider_id=f"re_{refund}", amount=asked.amount)
        known = after(known, done)
        if refund == "r_1":
            assert (done.stock, done.restocked) == ("restock", (("MUG-1", 4),))
            known = after(known, told(known, "failed", refund="r_1", provider_id="re_r_1"))
    assert (done.stock, done.restocked) == ("none", ())


def test_a_refund_told_by_the_providers_name_before_we_knew_it_is_one():
    known = bought()
    wish = RefundWish(refund="r_1", lines={"TEE-M": 1})
    known = after(known, ask_refund(known.checkout, known.facts, wish, NOW))
    known = after(known, told(known, amount=eur(1900)))
    known = after(known, RefundSent(at=NOW, refund="r_1", provider_id="re_1"))
    assert refundable(known.checkout, known.facts).amount == eur(TOTAL.amount - 1900)


def test_a_dispute_has_its_own_axis():
    known = bought()
    known = after(known, deciding.dispute_opened(known, "dp_1", TOTAL, NOW))
    assert known.standing == Standing("placed", "paid", "open")
    assert refundable(known.checkout, known.facts).amount == eur(0)
    known = after(known, deciding.dispute_closed(known, "dp_1", True, NOW))
    assert known.standing.dispute == "won"
    assert refundable(known.checkout, known.facts).amount == TOTAL
    assert deciding.dispute_closed(known, "dp_1", False, NOW) == NOTHING
    assert deciding.dispute_opened(known, "dp_1", TOTAL, NOW) == NOTHING


def test_a_second_dispute_that_is_lost_counts_more_than_a_won_one():
    known = bought()
    known = after(known, deciding.dispute_closed(known, "dp_1", True, NOW))
    known = after(known, deciding.dispute_closed(known, "dp_2", False, NOW))
    assert known.standing.dispute == "lost"


Notice = Callable[[OwnOrder], Decision]
NOTICES: dict[str, Notice] = {
    "started": lambda known: deciding.payment_started(known, "pi_1", NOW),
    "paid": paid,
    "refunded there": told,
    "refunded, then failed": lambda known: told(known, provider_id="re_2", amount=eur(700)),
    "failed": lambda known: told(known, "failed", provider_id="re_2", amount=eur(700)),
    "pending": lambda known: told(known, "pending", provider_id="re_1"),
    "disputed": lambda known: deciding.dispute_opened(known, "dp_1", eur(500), NOW),
    "lost": lambda known: deciding.dispute_closed(known, "dp_1", False, NOW),
    "disputed too": lambda known: deciding.dispute_opened(known, "dp_2", eur(300), NOW),
    "won": lambda known: deciding.dispute_closed(known, "dp_2", True, NOW),
}


@given(st.data())
def test_the_same_notices_in_any_order_however_often_come_to_the_same(data):
    chosen = data.draw(st.lists(st.sampled_from(sorted(NOTICES)), min_size=1, unique=True))
    repeated = chosen + data.draw(st.lists(st.sampled_from(chosen), max_size=10))
    ends = set()
    for names in (chosen, data.draw(st.permutations(repeated))):
        known = opened()
        sold = 0
        for name in names:
            decision = NOTICES[name](known)
            sold += decision.stock in {"sell", "take_again"}
            known = after(known, decision)
        left = refundable(known.checkout, known.facts)
        ends.add((known.standing, left.amount, sold))
        assert 0 <= left.amount.amount <= TOTAL.amount
    assert len(ends) == 1
