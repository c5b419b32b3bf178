"""A product is edited while its deal is under way: what viewers read stays true."""

from dataclasses import replace

import pytest

from tests.domain.builders import NOW, eur, follow, product, show
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev

MUG = product(price=2490, prior_price=eur(2400))
DEAL = cmd.StartDeal(sku="MUG-1", price=eur(1200), duration_s=300)


def on_offer(lead_s: int | None = None):
    state, [told] = follow(show(products=(MUG,)), replace(DEAL, lead_s=lead_s))
    assert (told.deal.was, told.deal.percent) == (eur(2400), 50)
    return state


@pytest.mark.parametrize("price", [1200, 999])
@pytest.mark.parametrize("lead_s", [None, 60])
def test_a_price_at_or_below_the_deals_ends_the_deal(price, lead_s):
    edited = replace(MUG, price=eur(price))
    state, facts = follow(on_offer(lead_s), cmd.RefreshProducts((edited,)))
    assert facts[0] == ev.DealEnded(NOW, "d1", "MUG-1", "cancelled")
    assert [type(fact) for fact in facts[1:]] == [ev.BagChanged]
    assert state.deals == {}
    assert state.bag["MUG-1"].product == edited


@pytest.mark.parametrize(
    ("change", "was", "percent"),
    [
        ({"prior_price": eur(1500)}, eur(1500), 20),
        ({"price": eur(1600)}, eur(1600), 25),
        ({"prior_price": None}, None, None),
        ({"prior_price": eur(1100)}, None, None),
    ],
)
@pytest.mark.parametrize("lead_s", [None, 60])
def test_a_lower_comparison_is_corrected_and_the_deadline_stays(change, was, percent, lead_s):
    before = on_offer(lead_s)
    edited = replace(MUG, **change)
    state, facts = follow(before, cmd.RefreshProducts((edited,)), NOW + 1000)
    told = ev.DealAnnounced if lead_s else ev.DealStarted
    assert [type(fact) for fact in facts] == [ev.BagChanged, told]
    deal = state.deals["d1"]
    assert (deal.was, deal.percent, deal.product) == (was, percent, edited)
    assert deal == replace(before.deals["d1"], was=was, percent=percent, product=edited)


@pytest.mark.parametrize("change", [{"prior_price": eur(9900)}, {"title": "New"}, {"stock": 4}])
def test_an_edit_never_makes_a_deal_say_more(change):
    before = on_offer()
    state, facts = follow(before, cmd.RefreshProducts((replace(MUG, **change),)))
    assert len(facts) == 1
    deal = state.deals["d1"]
    assert (deal.was, deal.percent) == (eur(2400), 50)


def test_a_deal_without_comparison_gets_none_by_an_edit():
    plain = replace(MUG, prior_price=None)
    state, _ = follow(show(products=(plain,)), DEAL)
    state, facts = follow(state, cmd.RefreshProducts((MUG,)))
    assert [type(fact) for fact in facts] == [ev.BagChanged]
    assert state.deals["d1"].was is None


def test_a_product_that_is_sold_out_too_ends_its_deal_once():
    edited = replace(MUG, price=eur(900), stock=0)
    _, facts = follow(on_offer(), cmd.RefreshProducts((edited,)))
    assert [fact.reason for fact in facts if isinstance(fact, ev.DealEnded)] == ["sold_out"]
