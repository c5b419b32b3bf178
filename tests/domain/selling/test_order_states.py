"""Providers that tell the whole state: the newest wins by their own time, in any order."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.builders import NOW, apply, eur, product, show
from tests.properties import times
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Refund, Report, Reversal
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.show import events as ev
from vetrina.domain.show import purchases
from vetrina.domain.show.state import ShowState

MUG = OrderLine("MUG-1", 1, eur(2000), key="1")
SCARF = OrderLine("SCARF-1", 1, eur(3000), key="2")
PAID = Order(purchase="p1", lines=(MUG,), occurred_at=NOW, as_of=NOW, refunds={})


def state_of(at: int, *lines: OrderLine, **more: object) -> Order:
    return replace(PAID, lines=lines or (MUG,), as_of=NOW + at, **more)  # type: ignore[arg-type]


def cancelled(at: int) -> Reversal:
    return Reversal(purchase="p1", reason="cancelled", occurred_at=NOW, as_of=NOW + at)


def played(*reports: Report) -> tuple[ShowState, OrderRecord, list[ev.Event]]:
    state, record, told = show(products=(product(stock=9),)), None, []
    for report in reports:
        sale = purchases.receive(state, record, report, NOW)
        state, record = apply(state, sale.facts), sale.record
        told += sale.facts
    assert record is not None
    return state, record, told


def sums(state: ShowState) -> tuple[int, int, int]:
    gross = sum(money.amount for money in state.totals.gross)
    return state.totals.orders, state.totals.units, gross


def test_cancelled_by_mistake_and_set_back_counts_again_and_silently() -> None:
    """ "Cancelled" was final: the paid order stayed at nothing."""
    state, _, told = played(PAID, cancelled(1000), state_of(2000))
    assert sums(state) == (1, 1, 2000)
    assert state.ticker == ()
    assert sum(isinstance(event, ev.PurchaseConfirmed) for event in told) == 1
    assert state.bag["MUG-1"].product.stock == 8, "what came back was taken from the stock before"


def test_a_refund_that_the_shop_deletes_again_is_none() -> None:
    refunded = state_of(1000, refunds={"r1": Refund(amount=eur(500))}, refunds_complete=True)
    deleted = state_of(2000, refunds={}, refunds_complete=True)
    assert sums(played(PAID, refunded)[0]) == (1, 1, 1500)
    assert sums(played(PAID, refunded, deleted)[0]) == (1, 1, 2000)


def test_what_is_added_after_payment_counts_quietly() -> None:
    state, _, told = played(PAID, state_of(0, MUG, SCARF))
    assert sums(state) == (1, 2, 5000)
    added = told[-1]
    assert isinstance(added, ev.PurchaseAdded)
    assert (added.complete, [item.sku for item in added.items]) == (False, ["SCARF-1"])
    assert sums(played(state_of(0, MUG, SCARF), PAID)[0]) == (1, 2, 5000)


def test_a_line_that_was_exchanged_leaves_and_the_other_comes() -> None:
    state, _, told = played(PAID, state_of(1000, SCARF))
    assert sums(state) == (1, 1, 3000)
    assert [type(event) for event in told[-2:]] == [ev.PurchaseReversed, ev.PurchaseAdded]


def test_a_piece_comes_back_for_less_than_it_cost() -> None:
    """It took 20.00 where 5.00 were paid back."""
    back = Reversal(
        purchase="p1", reason="refunded", occurred_at=NOW, id="r1", items={"1": 1},
        amount=eur(500), goods=True,
    )  # fmt: skip
    state, _, told = played(PAID, back)
    assert sums(state) == (1, 0, 1500)
    reversed_ = told[-1]
    assert isinstance(reversed_, ev.PurchaseReversed)
    assert (reversed_.amounts, reversed_.complete) == ((eur(500),), False)
    assert state.ticker == ()


@pytest.mark.parametrize(("given_back", "left"), [(500, 2000), (800, 1700), (2500, 0)])
def test_shipping_goes_back_first_where_it_is_not_told_for_what(given_back: int, left: int) -> None:
    paid = replace(PAID, beside=(eur(500),))
    refund = {"r1": Refund(amount=eur(given_back))}
    refunded = replace(paid, as_of=NOW + 1, refunds=refund)
    assert sums(played(paid, refunded)[0])[2] == left


def test_a_refund_whose_lines_were_read_is_exact() -> None:
    paid = replace(PAID, beside=(eur(500),), refunds={"r1": Refund(amount=eur(500))})
    exact = Reversal(
        purchase="p1", reason="refunded", occurred_at=NOW, id="r1", amount=eur(500), goods=True
    )
    for reports in itertools.permutations((paid, exact)):
        assert sums(played(*reports)[0])[2] == 1500


def refund(as_of: int, *, undone: bool = False, amount: int = 700) -> Reversal:
    return Reversal(
        purchase="p1", reason="refunded", occurred_at=NOW, id="re_1", amount=eur(amount),
        as_of=as_of, undone=undone,
    )  # fmt: skip


def so_far(as_of: int, amount: int, *, complete: bool = False) -> Reversal:
    return Reversal(
        purchase="p1", reason="refunded", occurred_at=NOW, so_far=eur(amount), as_of=as_of,
        complete=complete,
    )  # fmt: skip


ONCE = Order(purchase="p1", lines=(MUG,), occurred_at=NOW)


def test_a_refund_that_failed_is_undone_in_any_order() -> None:
    reports = (ONCE, refund(1), so_far(2, 700), refund(3, undone=True))
    for mixed in itertools.permutations(reports):
        assert sums(played(*mixed)[0]) == (1, 1, 2000)
    assert sums(played(*reports, so_far(4, 100))[0])[2] == 1900, "what is told later holds"


def test_all_of_it_back_and_failed() -> None:
    for mixed in itertools.permutations(
        (ONCE, so_far(2, 2000, complete=True), refund(3, undone=True, amount=2000))
    ):
        assert sums(played(*mixed)[0]) == (1, 1, 2000)


def test_a_dispute_of_a_part_takes_that_part_beside_the_refunds() -> None:
    dispute = replace(refund(1), id="du_1", apart=True)
    assert sums(played(ONCE, so_far(1, 700), dispute)[0])[2] == 600
    won = replace(dispute, as_of=2, undone=True)
    state, _, told = played(ONCE, dispute, won)
    assert sums(state)[2] == 2000
    assert isinstance(told[-1], ev.PurchaseAdded)


STATES = st.one_of(
    st.builds(
        lambda at, lines, refunds: state_of(at, *lines, refunds=refunds, refunds_complete=True),
        st.integers(0, 5),
        st.lists(st.sampled_from((MUG, SCARF)), min_size=1, max_size=2, unique=True),
        st.dictionaries(
            st.sampled_from(("r1", "r2")),
            st.builds(
                Refund,
                items=st.dictionaries(st.sampled_from(("1", "2")), st.just(1)),
                amount=st.none() | st.builds(Money, st.integers(0, 3000), st.just("EUR")),
                goods=st.booleans(),
            ),
            max_size=2,
        ),
    ),
    st.builds(cancelled, st.integers(0, 5)),
    st.builds(refund, st.integers(1, 5), undone=st.booleans(), amount=st.integers(0, 2500)),
    st.builds(so_far, st.integers(1, 5), st.integers(0, 2500), complete=st.booleans()),
)


@given(st.lists(STATES, min_size=1, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=times(3))
def test_any_order_of_the_same_states_ends_in_the_same_totals(reports, chance) -> None:  # type: ignore[no-untyped-def]
    mixed = reports + [chance.choice(reports) for _ in range(3)]
    chance.shuffle(mixed)
    (one, first, _), (other, second, _) = played(*reports), played(*mixed)
    assert sums(one) == sums(other)
    assert first.remaining == second.remaining
    assert one.totals.orders == int(first.stands)
    assert min(sums(one)) >= 0
