"""Who comes too late is told what the store said a moment ago, and no longer."""

import pytest

from tests.fakes import FakeClock
from vetrina.domain.errors import Refused
from vetrina.domain.selling.reservation import Claim, DealId, Part
from vetrina.shop.checkouts.sold_out import AT_MOST_MS, GOOD_FOR_MS, SoldOut

DEAL = DealId("spring", "d1")


def claim(sku="A", deal=None, quantity=1):
    return Claim("buyer", (Part(sku, sku, quantity, deal),))


def refused(sku="A", left=0, code="sold_out"):
    return Refused(code, "gone", {"sku": sku, "left": left, "items": [{"sku": sku, "left": left}]})


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def sold_out(clock):
    return SoldOut(clock)


def is_told(sold_out, wanted):
    try:
        sold_out.check(wanted)
    except Refused as told:
        assert (told.code, told.details["left"]) == ("sold_out", 0)
        return True
    return False


def test_the_next_one_is_told_the_same_for_a_moment(sold_out, clock):
    sold_out.note(claim(), refused())
    assert is_told(sold_out, claim(quantity=3))
    clock.advance(GOOD_FOR_MS)
    assert not is_told(sold_out, claim())


def test_another_deal_or_another_product_is_another_question(sold_out):
    sold_out.note(claim(deal=DEAL), refused())
    assert is_told(sold_out, claim(deal=DEAL))
    assert not is_told(sold_out, claim())
    assert not is_told(sold_out, claim("B", DEAL))


@pytest.mark.parametrize("other", [refused(left=2), refused(code="limit_reached")])
def test_only_what_is_gone_altogether_is_remembered(sold_out, other):
    sold_out.note(claim(), other)
    assert not is_told(sold_out, claim())


def test_what_comes_back_is_sold_at_once(sold_out):
    sold_out.note(claim(), refused())
    sold_out.forget(claim())
    assert not is_told(sold_out, claim())


def test_one_asks_again_and_the_others_are_told_meanwhile(sold_out, clock):
    sold_out.note(claim(), refused())
    clock.advance(GOOD_FOR_MS)
    assert [is_told(sold_out, claim()) for _ in range(3)] == [False, True, True]
    clock.advance(AT_MOST_MS - GOOD_FOR_MS)
    assert not is_told(sold_out, claim())
    assert sold_out.known(claim()) is None


def test_what_the_store_says_then_counts_for_all(sold_out, clock):
    sold_out.note(claim(), refused())
    clock.advance(GOOD_FOR_MS)
    assert not is_told(sold_out, claim())
    sold_out.note(claim(), refused(left=1))
    assert not is_told(sold_out, claim())
