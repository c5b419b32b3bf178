"""Flash deals are honest: their end never moves back, and nothing invents a discount."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import NOW, apply, eur, follow, product, refusal, show
from vetrina.domain.errors import DomainError
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show import rules
from vetrina.domain.show.limits import Limits

DEAL = cmd.StartDeal(sku="MUG-1", price=eur(1890), duration_s=300)
HOUR_MS = 3_600_000


def test_a_deal_runs_at_once_or_after_its_announcement() -> None:
    _, at_once = follow(show(), DEAL)
    [started] = at_once
    assert isinstance(started, ev.DealStarted)
    assert (started.deal.starts_at, started.deal.ends_at) == (NOW, NOW + 300_000)

    state, [announced] = follow(show(), replace(DEAL, lead_s=30))
    assert isinstance(announced, ev.DealAnnounced)
    assert announced.deal.ends_at == NOW + 330_000
    assert rules.next_due(state) == NOW + 30_000
    [begun] = rules.due(state, NOW + 30_000)
    assert isinstance(begun, ev.DealStarted)
    assert begun.deal.ends_at == announced.deal.ends_at


def test_a_deal_ends_by_itself_on_time() -> None:
    state, _ = follow(show(), DEAL)
    assert rules.due(state, NOW + 299_999) == ()
    assert rules.due(state, NOW + 300_000) == (ev.DealEnded(NOW + 300_000, "d1", "MUG-1", "time"),)


def test_a_deal_that_slept_through_its_life_starts_and_ends_in_order() -> None:
    state, _ = follow(show(), replace(DEAL, lead_s=10))
    facts = rules.due(state, NOW + HOUR_MS)
    assert [type(fact) for fact in facts] == [ev.DealStarted, ev.DealEnded]
    assert apply(state, facts).deals == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"sku": "NONE"}, "not_in_bag"),
        ({"price": eur(2490)}, "price_not_lower"),
        ({"price": eur(2400)}, "discount_out_of_range"),
        ({"price": eur(0)}, "discount_out_of_range"),
        ({"duration_s": 59}, "out_of_range"),
        ({"duration_s": 1201}, "out_of_range"),
        ({"lead_s": 9}, "out_of_range"),
        ({"lead_s": 301}, "out_of_range"),
        ({"quantity": 0}, "out_of_range"),
        ({"per_viewer": -1}, "out_of_range"),
    ],
)
def test_offers_out_of_bounds_are_refused(change: dict[str, object], code: str) -> None:
    assert refusal(show(), replace(DEAL, **change)) == code  # type: ignore[arg-type]


def test_another_currency_is_refused() -> None:
    other = replace(DEAL, price=eur(1890).__class__(1890, "USD"))
    assert refusal(show(), other) == "wrong_currency"


def test_one_deal_per_product_and_five_per_show() -> None:
    state, _ = follow(show(), DEAL)
    assert refusal(state, DEAL) == "deal_running"
    bag = tuple(product(f"P-{n}") for n in range(6))
    state = show(products=bag)
    for n in range(5):
        state, _ = follow(state, replace(DEAL, sku=f"P-{n}"))
    assert refusal(state, replace(DEAL, sku="P-5")) == "too_many_deals"


def test_stock_bounds_the_quantity() -> None:
    few = show(products=(product(stock=3),))
    assert refusal(few, replace(DEAL, quantity=4)) == "not_enough_stock"
    assert refusal(few, replace(DEAL, quantity=3)) == "accepted"
    assert refusal(show(products=(product(stock=0),)), DEAL) == "sold_out"


def test_an_ended_deal_stays_ended() -> None:
    state, _ = follow(show(), DEAL)
    state, [ended] = follow(state, cmd.EndDeal("d1"))
    assert ended == ev.DealEnded(NOW, "d1", "MUG-1", "cancelled")
    assert refusal(state, cmd.EndDeal("d1")) == "deal_over"
    assert refusal(state, cmd.EndDeal("d2")) == "unknown_deal"
    assert refusal(state, cmd.EndDeal("d٣")) == "unknown_deal"


def test_the_same_offer_has_to_wait_a_day() -> None:
    state, _ = follow(show(), DEAL)
    state, _ = follow(state, cmd.EndDeal("d1"))
    soon = NOW + HOUR_MS
    assert refusal(state, DEAL, soon) == "deal_cooldown"
    assert refusal(state, replace(DEAL, price=eur(1500)), soon) == "deal_cooldown"
    assert refusal(state, replace(DEAL, price=eur(2015)), soon) == "accepted"
    assert refusal(state, DEAL, NOW + 25 * HOUR_MS) == "accepted"
    assert refusal(state, DEAL, soon, Limits(deal_cooldown_h=0)) == "accepted"


def test_a_cent_more_is_the_same_offer() -> None:
    state, _ = follow(show(), DEAL)
    state, _ = follow(state, cmd.EndDeal("d1"))
    assert refusal(state, replace(DEAL, price=eur(1891))) == "deal_cooldown"
    assert refusal(state, replace(DEAL, price=eur(2014))) == "deal_cooldown"
    one_percent = Limits(deal_discount_min_percent=1)
    assert refusal(state, replace(DEAL, price=eur(1915)), NOW, one_percent) == "accepted"


def test_a_deal_called_off_before_it_began_does_not_count() -> None:
    state, _ = follow(show(), replace(DEAL, lead_s=60))
    state, _ = follow(state, cmd.EndDeal("d1"))
    assert refusal(state, DEAL) == "accepted"


def test_a_rehearsal_may_repeat_itself_and_leaves_no_trace() -> None:
    state = show("rehearsal")
    state, _ = follow(state, DEAL)
    state, _ = follow(state, cmd.EndDeal("d1"))
    assert refusal(state, DEAL) == "accepted"
    live, _ = follow(state, cmd.StartShow())
    assert refusal(live, DEAL) == "accepted"


def test_without_a_prior_price_nothing_is_compared() -> None:
    _, [started] = follow(show(), DEAL)
    assert isinstance(started, ev.DealStarted)
    assert (started.deal.was, started.deal.percent) == (None, None)


def test_the_percentage_is_measured_from_the_lowest_price_of_thirty_days() -> None:
    """Directive 98/6/EC, Article 6a, and C-330/23."""
    declared = show(products=(product(prior_price=eur(2200)),))
    state, [started] = follow(declared, DEAL)
    assert isinstance(started, ev.DealStarted)
    assert (started.deal.was, started.deal.percent) == (eur(2200), 14)

    state, _ = follow(state, cmd.EndDeal("d1"))
    _, [again] = follow(state, DEAL, NOW + 48 * HOUR_MS)
    assert isinstance(again, ev.DealStarted)
    assert again.deal.was is None, "the deal of two days ago is the lowest price now"


def test_selling_out_ends_a_deal() -> None:
    state, _ = follow(show(products=(product(stock=9),)), replace(DEAL, quantity=2))
    state, facts = follow(state, cmd.SetStock("MUG-1", 0))
    assert ev.DealEnded(NOW, "d1", "MUG-1", "sold_out") in facts
    assert state.deals == {}


@st.composite
def requests(draw: st.DrawFn) -> list[tuple[int, cmd.Command]]:
    """Commands around deals with the milliseconds between them."""
    sku = st.sampled_from(["MUG-1", "APR-3", "CUP-4"])
    command = st.one_of(
        st.builds(
            cmd.StartDeal,
            sku=sku,
            price=st.integers(100, 2300).map(eur),
            duration_s=st.integers(60, 1200),
            lead_s=st.none() | st.integers(10, 300),
            quantity=st.none() | st.integers(1, 5),
        ),
        st.builds(cmd.EndDeal, st.sampled_from(["d1", "d2", "d3"])),
        st.builds(cmd.SetStock, sku, st.none() | st.integers(0, 3)),
        st.builds(cmd.PinProduct, sku),
        st.just(cmd.PauseShow()),
        st.just(cmd.ResumeShow()),
        st.just(cmd.EndShow()),
    )
    return draw(st.lists(st.tuples(st.integers(0, 400_000), command), max_size=25))


@given(requests())
def test_no_sequence_of_commands_moves_a_deadline_back_or_revives_a_deal(
    script: list[tuple[int, cmd.Command]],
) -> None:
    state, now = show(), NOW
    ends: dict[str, int] = {}
    over: set[str] = set()
    for pause_ms, command in script:
        now += pause_ms
        try:
            state, facts = follow(state, command, now)
        except DomainError:
            continue
        for fact in facts:
            if isinstance(fact, ev.DealEnded):
                over.add(fact.deal)
        for deal in state.deals.values():
            assert deal.id not in over
            assert deal.ends_at <= ends.setdefault(deal.id, deal.ends_at)
            assert deal.ends_at > now
        assert len({deal.product.sku for deal in state.deals.values()}) == len(state.deals)
