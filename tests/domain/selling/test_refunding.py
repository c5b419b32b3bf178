"""Money back: whole, by pieces or an amount, and never more than was paid."""

from __future__ import annotations

from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import NOW, eur
from tests.domain.selling.own_orders import after, bought, checkout, line, opened
from vetrina.domain.errors import InvalidValue, Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.order_facts import RefundAsked, Refunded, RefundFailed
from vetrina.domain.selling.own_order import OwnOrder
from vetrina.domain.selling.refunding import RefundWish, ask_refund, refundable


def ask(known: OwnOrder, refund: str = "r_1", **more: object) -> RefundAsked:
    wish = RefundWish(refund=refund, **more)  # type: ignore[arg-type]
    asked = ask_refund(known.checkout, known.facts, wish, NOW)
    assert asked is not None
    return asked


def refusal(known: OwnOrder, **more: object) -> Refused:
    with pytest.raises(Refused) as refused:
        ask(known, **more)  # type: ignore[arg-type]
    return refused.value


def test_b6_pieces_one_by_one_add_up():
    known = bought()
    amounts = []
    for number in range(4):
        asked = ask(known, f"r_{number}", lines={"MUG-1": 1})
        amounts.append(asked.amount.amount)
        known = after(known, asked)
    assert amounts == [1093, 1094, 1093, 1094]
    assert refusal(known, refund="r_9", lines={"MUG-1": 1}).code == "refund_too_large"


def test_the_whole_order_is_everything_with_its_shipping():
    asked = ask(bought(), restock=True)
    assert asked.amount == bought().checkout.total
    assert asked.lines == {"MUG-1": 4, "TEE-M": 1}
    assert asked.line_amounts == {"MUG-1": 4374, "TEE-M": 1900}
    assert asked.shipping == eur(499)


def test_the_whole_order_after_a_part_is_the_rest():
    known = after(bought(), ask(bought(), "r_1", lines={"TEE-M": 1}, shipping=True))
    asked = ask(known, "r_2")
    assert (asked.amount, asked.lines, asked.shipping) == (eur(4374), {"MUG-1": 4}, None)
    known = after(known, asked)
    assert refusal(known, refund="r_3").code == "refund_too_large"


def test_the_rest_after_an_amount_is_spread_over_what_is_left():
    known = after(bought(), ask(bought(), "r_1", amount=eur(1000)))
    asked = ask(known, "r_2")
    assert asked.amount == eur(5773)
    assert sum(asked.line_amounts.values()) + 499 == 5773


def test_c6_more_than_was_paid_is_refused_with_what_is_left():
    mug = bought(checkout(line("MUG-1", 2, 1990), shipping=0))
    refused = refusal(mug, amount=eur(4000))
    assert refused.code == "refund_too_large"
    assert refused.details["left"] == {"amount": 3980, "currency": "EUR"}
    assert refused.details["lines"] == {"MUG-1": 2}
    assert ask(mug, amount=eur(3980)).amount == eur(3980)


def test_what_is_on_its_way_counts_until_it_failed():
    known = after(bought(), ask(bought(), "r_1", amount=eur(6000)))
    assert refusal(known, refund="r_2", amount=eur(1000)).details["left"]["amount"] == 773
    known = after(known, RefundFailed(at=NOW, refund="r_1"))
    assert ask(known, "r_2", amount=eur(1000)).amount == eur(1000)


def test_the_same_wish_again_is_nothing_new():
    known = after(bought(), ask(bought()))
    assert ask_refund(known.checkout, known.facts, RefundWish(refund="r_1"), NOW) is None


def test_nothing_goes_back_before_it_is_paid():
    assert refusal(opened()).code == "refund_too_large"
    assert refusal(opened(), amount=eur(1)).code == "refund_too_large"


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"lines": {"NONE": 1}}, "unknown_sku"),
        ({"lines": {"MUG-1": 0}}, "out_of_range"),
        ({"lines": {"MUG-1": 5}}, "refund_too_large"),
        ({"amount": eur(0)}, "out_of_range"),
        ({"amount": eur(-5)}, "out_of_range"),
        ({"amount": Money(100, "USD")}, "wrong_currency"),
    ],
)
def test_wishes_that_cannot_be(wish, code):
    assert refusal(bought(), **wish).code == code


def test_an_amount_and_lines_do_not_go_together():
    with pytest.raises(InvalidValue, match="either"):
        RefundWish(refund="r_1", amount=eur(1), lines={"MUG-1": 1})


def test_pieces_that_cost_nothing_are_no_refund():
    known = bought(checkout(line("GIFT", 1, 0), line("MUG-1", 1, 1990)))
    assert refusal(known, lines={"GIFT": 1}).code == "out_of_range"


@given(st.data())
def test_parts_in_any_order_with_failures_never_exceed_and_end_at_what_was_paid(data):
    units = data.draw(st.lists(st.integers(0, 5000), min_size=1, max_size=4))
    lines = []
    for place, unit in enumerate(units):
        quantity = data.draw(st.integers(1, 7))
        discount = data.draw(st.integers(0, unit * quantity))
        lines.append(line(f"S-{place}", quantity, unit, discount))
    known = bought(checkout(*lines, shipping=data.draw(st.sampled_from([0, 499]))))
    total = known.checkout.total.amount
    names = (f"r_{number}" for number in count())
    done: dict[str, int] = {}
    for _ in range(data.draw(st.integers(0, 12))):
        name = next(names)
        sku = data.draw(st.sampled_from([each.sku for each in lines]))
        pieces = data.draw(st.integers(1, 3))
        wish = data.draw(
            st.sampled_from(
                [
                    RefundWish(refund=name, lines={sku: pieces}),
                    RefundWish(refund=name, shipping=True),
                    RefundWish(refund=name, amount=eur(pieces * 7)),
                ]
            )
        )
        try:
            asked = ask_refund(known.checkout, known.facts, wish, NOW)
        except Refused:
            continue
        assert asked is not None
        known = after(known, asked)
        done[name] = asked.amount.amount
        if data.draw(st.booleans()):
            known = after(known, RefundFailed(at=NOW, refund=name))
            del done[name]
        assert sum(done.values()) <= total
        left = refundable(known.checkout, known.facts)
        assert left.amount.amount == total - sum(done.values())
        assert all(worth >= 0 for worth in left.worth.values())
    if sum(done.values()) < total:
        rest = ask(known, "rest")
        known = after(known, rest)
        assert sum(done.values()) + rest.amount.amount == total
    for refund in [fact for fact in known.facts if isinstance(fact, RefundAsked)]:
        known = after(known, Refunded(at=NOW, refund=refund.refund, amount=refund.amount))
    assert known.standing.money == ("refunded" if total else "paid")


@given(
    st.integers(1, 10**6),
    st.integers(1, 12),
    st.lists(st.tuples(st.integers(1, 12), st.booleans()), max_size=12),
)
def test_pieces_of_a_line_end_at_its_sum_whatever_failed(paid, quantity, steps):
    known = bought(checkout(line("S", quantity, paid, paid * (quantity - 1)), shipping=0))
    kept: dict[str, tuple[int, int]] = {}
    for number, (pieces, fails) in enumerate([*steps, (quantity, False)]):
        left = quantity - sum(pieces for pieces, _ in kept.values())
        wish = RefundWish(refund=f"r_{number}", lines={"S": min(pieces, left)})
        try:
            asked = ask_refund(known.checkout, known.facts, wish, NOW)
        except Refused:
            assert left == 0 or paid < quantity, "only pieces that cost nothing are refused"
            continue
        assert asked is not None
        known = after(known, asked)
        if fails:
            known = after(known, RefundFailed(at=NOW, refund=asked.refund))
        else:
            kept[asked.refund] = min(pieces, left), asked.amount.amount
    assert sum(amount for _, amount in kept.values()) == paid
