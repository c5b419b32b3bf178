"""What a past deal takes from later comparisons."""

import pytest

from tests.domain.builders import NOW, apply, eur, follow, product, show
from vetrina.domain.catalogue.price_history import PRIOR_PRICE_MS, history_of, honest
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.past_deals import aftermath, over
from vetrina.domain.show.values import PastDeal

MUG = product(price=2490, prior_price=eur(2990))
DEAL = cmd.StartDeal(sku="MUG-1", price=eur(1200), duration_s=300)


@pytest.mark.parametrize(
    ("past", "prior"),
    [
        (PastDeal("MUG-1", eur(1200), NOW - 1), eur(1200)),
        (PastDeal("MUG-1", eur(3500), NOW - 1), eur(2990)),
        (PastDeal("MUG-1", eur(1200), NOW - PRIOR_PRICE_MS), eur(2990)),
        (PastDeal("MUG-1", Money(1200, "USD"), NOW - 1), eur(2990)),
        (PastDeal("APR-3", eur(1200), NOW - 1), eur(2990)),
    ],
)
def test_the_prior_price_is_the_lowest_of_thirty_days(past, prior):
    assert honest(MUG, history_of([past.offered()]), NOW).prior_price == prior


def test_what_declares_no_prior_price_gets_none():
    plain = product()
    past = PastDeal("MUG-1", eur(1200), NOW - 1)
    assert honest(plain, history_of([past.offered()]), NOW) is plain


def on_offer(status="live"):
    state, _ = follow(show(status, products=(MUG,)), DEAL)
    return follow(state, cmd.PinProduct(sku="MUG-1"))[0]


@pytest.mark.parametrize("ending", [cmd.EndDeal("d1"), cmd.RefreshProducts((product(stock=0),))])
def test_after_a_deal_its_product_is_not_struck_through_any_more(ending):
    state = on_offer()
    after, facts = follow(state, ending)
    past = over(state, facts)
    assert past == (PastDeal("MUG-1", eur(1200), NOW, NOW),)
    told = aftermath(after, past, NOW)
    state = apply(after, told)
    if isinstance(ending, cmd.EndDeal):
        assert [type(fact) for fact in told] == [ev.BagChanged]
        assert state.pins[1].product.prior_price == eur(1200)
        assert state.bag["MUG-1"].product.prior_price == eur(1200)
    else:  # the edit took the prior price away: there is nothing to lower
        assert told == ()


def test_a_rehearsals_deals_are_no_offers():
    state = on_offer("rehearsal")
    after, facts = follow(state, cmd.EndDeal("d1"))
    assert over(state, facts) == ()
    assert after.past_deals == ()


def test_nothing_is_told_after_the_end_of_the_show():
    state = on_offer()
    after, facts = follow(state, cmd.EndShow())
    past = over(state, facts)
    assert [deal.price for deal in past] == [eur(1200)]
    assert aftermath(after, past, NOW) == ()


def test_a_known_past_deal_lowers_what_comes_into_the_bag():
    past = (PastDeal("MUG-1", eur(1200), NOW - 1),)
    state, _ = follow(show(products=(product("APR-3"),), past_deals=past), cmd.SetBag((MUG,)))
    assert state.bag["MUG-1"].product.prior_price == eur(1200)
    state, facts = follow(state, cmd.RefreshProducts((MUG,)))
    assert facts == ()
