"""All of a claim is taken or none of it."""

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.properties import at_most
from vetrina.domain.errors import Refused
from vetrina.domain.selling.reservation import (
    Available,
    Claim,
    DealId,
    DealLeft,
    Part,
    VoucherLeft,
)
from vetrina.domain.selling.reserving import release, reserve, take_again

NOW = 1_000
DEAL = DealId("spring", "d1")


def available(**more):
    made = Available(
        stocks={"A": 3, "B": 5, "C": None},
        deals={DEAL: DealLeft(left=2, per_viewer=1, ends_at=5_000)},
        vouchers={"TEN": VoucherLeft(left=1, per_buyer=1, starts_at=500, ends_at=2_000)},
    )
    for name, value in more.items():
        setattr(made, name, value)
    return made


def claim(*parts, buyer="anna", **more):
    return Claim(buyer, tuple(Part(sku, sku, n, deal) for sku, n, deal in parts), **more)


def refusal(have, wanted, now=NOW):
    before = copy.deepcopy(have)
    with pytest.raises(Refused) as caught:
        reserve(have, wanted, now)
    assert have == before
    return caught.value.code, caught.value.details


def test_a2_the_same_sku_twice_is_summed():
    code, details = refusal(available(), claim(("A", 2, None), ("A", 2, None)))
    assert (code, details["sku"], details["left"]) == ("sold_out", "A", 3)


def test_every_sku_that_is_short_is_named():
    _, details = refusal(available(), claim(("A", 4, None), ("C", 9, None), ("B", 6, None)))
    assert details["items"] == [{"sku": "A", "left": 3}, {"sku": "B", "left": 5}]


def test_a_deal_may_be_shorter_than_its_stock():
    code, details = refusal(available(), claim(("A", 3, DEAL)))
    assert (code, details["left"]) == ("sold_out", 2)


@pytest.mark.parametrize(
    ("wanted", "now", "code"),
    [
        (claim(("A", 2, DEAL)), NOW, "limit_reached"),
        (claim(("A", 1, DEAL)), 5_000, "deal_over"),
        (claim(("A", 1, DealId("spring", "d9"))), NOW, "deal_over"),
        (claim(("X", 1, None)), NOW, "unknown_sku"),
        (claim(("A", 1, None), voucher="NONE"), NOW, "voucher_refused"),
        (claim(("A", 1, None), voucher="TEN"), 499, "voucher_refused"),
        (claim(("A", 1, None), voucher="TEN"), 2_000, "voucher_refused"),
    ],
)
def test_what_is_refused(wanted, now, code):
    assert refusal(available(), wanted, now)[0] == code


def test_a_deal_that_is_not_open_sells_nothing():
    have = available(deals={DEAL: DealLeft(2, None, 5_000, open=False)})
    assert refusal(have, claim(("A", 1, DEAL)))[0] == "deal_over"


def test_a_promised_price_outlives_its_deal_but_not_its_stock():
    have = available(deals={DEAL: DealLeft(1, None, 500, open=False)})
    take_again(have, claim(("A", 1, DEAL)))
    assert (have.deals[DEAL].left, have.stocks["A"]) == (0, 2)
    with pytest.raises(Refused):
        take_again(have, claim(("A", 1, DEAL)))


def test_limits_count_what_a_buyer_took_before_and_gave_back():
    have = available()
    taken = claim(("A", 1, DEAL), voucher="TEN")
    reserve(have, taken, NOW)
    assert refusal(have, claim(("A", 1, DEAL)))[0] == "limit_reached"
    told = refusal(have, claim(("B", 1, None), buyer="ben", voucher="TEN"))
    assert (told[0], told[1]["reason"]) == ("voucher_refused", "not_good")
    release(have, taken)
    reserve(have, taken, NOW)


def test_a_rehearsal_empties_its_deals_alone():
    have = available()
    reserve(have, claim(("A", 1, DEAL), stocked=False), NOW)
    assert (have.stocks["A"], have.deals[DEAL].left) == (3, 1)


parts = st.lists(
    st.tuples(st.sampled_from("ABC"), st.integers(1, 4), st.sampled_from([None, DEAL])),
    min_size=1,
    max_size=4,
)


@given(parts, st.randoms(use_true_random=False))
def test_the_order_of_lines_makes_no_difference(lines, random):
    other = random.sample(lines, len(lines))
    assert _outcome(lines) == _outcome(other)


def _outcome(lines):
    have = available(deals={DEAL: DealLeft(6, 5, 5_000)})
    try:
        reserve(have, claim(*lines), NOW)
    except Refused as refused:
        return refused.code, have
    return None, have


class Selling(RuleBasedStateMachine):
    """Nothing is ever negative, and what was there is there, held or not."""

    def __init__(self):
        super().__init__()
        self.have = available(
            deals={DEAL: DealLeft(left=4, per_viewer=2, ends_at=5_000)},
            vouchers={"TEN": VoucherLeft(left=2, per_buyer=1, starts_at=None, ends_at=None)},
        )
        self.held = []

    @rule(lines=parts, buyer=st.sampled_from("xyz"), code=st.sampled_from([None, "TEN"]))
    def take(self, lines, buyer, code):
        wanted, before = claim(*lines, buyer=buyer, voucher=code), copy.deepcopy(self.have)
        try:
            reserve(self.have, wanted, NOW)
        except Refused:
            assert self.have == before
        else:
            self.held.append(wanted)

    @precondition(lambda self: self.held)
    @rule(data=st.data())
    def give_back(self, data):
        release(self.have, self.held.pop(data.draw(st.integers(0, len(self.held) - 1))))

    @invariant()
    def nothing_is_negative_and_sums_hold(self):
        held = [part for one in self.held for part in one.parts]
        for sku, start in (("A", 3), ("B", 5)):
            left = self.have.stocks[sku]
            assert left >= 0
            assert left + sum(part.quantity for part in held if part.sku == sku) == start
        deal = self.have.deals[DEAL]
        assert deal.left >= 0
        assert deal.left + sum(part.quantity for part in held if part.deal == DEAL) == 4
        voucher = self.have.vouchers["TEN"]
        assert voucher.left >= 0
        assert voucher.left + sum(one.voucher is not None for one in self.held) == 2

    @invariant()
    def limits_hold(self):
        for buyer in "xyz":
            own = [one for one in self.held if one.buyer == buyer]
            in_deal = [p.quantity for one in own for p in one.parts if p.deal == DEAL]
            assert sum(in_deal) <= 2
            assert sum(one.voucher is not None for one in own) <= 1


TestSelling = Selling.TestCase
TestSelling.settings = settings(max_examples=at_most(100))


def test_what_was_not_counted_does_not_come_back():
    have = available()
    taken = replace(claim(("A", 1, None)), stocked=False)
    release(have, taken)
    assert have.stocks["A"] == 3
