"""Refunds of every form: any order, any repeats, the same totals; and test orders."""

from __future__ import annotations

import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import NOW, apply, eur, show
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Report, Reversal
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.show import events as ev
from vetrina.domain.show import purchases
from vetrina.domain.show.state import ShowState

LINES = (
    OrderLine("MUG-1", 3, eur(1000), key="l1"),
    OrderLine("MUG-1", 1, eur(500), key="l2"),
    OrderLine("VASE", 2, Money(900, "USD"), "A vase"),
)
ORDER = Order(purchase="p1", lines=LINES, occurred_at=NOW)
KEYS = st.sampled_from(["l1", "l2", "VASE", "other"])
ITEMS = st.dictionaries(KEYS, st.integers(1, 3), max_size=2)
AMOUNTS = st.builds(Money, st.integers(0, 1600), st.sampled_from(["EUR", "USD", "JPY"]))


def reversal(**more: object) -> Reversal:
    made = Reversal(purchase="p1", reason="refunded", occurred_at=NOW)
    return replace(made, **more)  # type: ignore[arg-type]


REPEATABLE = st.one_of(
    st.just(ORDER),
    st.builds(
        lambda id, items, amount: reversal(id=id, items=items, amount=amount),
        st.sampled_from(["r1", "r2", "r3"]), ITEMS, st.none() | AMOUNTS,
    ),
    st.builds(lambda amount: reversal(so_far=amount), AMOUNTS),
    st.just(reversal()),
)  # fmt: skip

# A shop tells the pieces of a refund or its amount, and does not change from one to the other.
OF_ONE_FORM = REPEATABLE.filter(
    lambda report: isinstance(report, Order) or report.id is None or (
        report.amount is None if report.id == "r1" else report.amount is not None
    )
)  # fmt: skip


def _said_once(report: Report) -> object:
    """A shop gives each refund an id of its own; the same id again is the same refund."""
    return getattr(report, "id", None) or repr(report)


def outcome(reports: list[Report], state: ShowState | None = None) -> tuple[ShowState, OrderRecord]:
    state, record = state or show(), None
    for report in reports:
        sale = purchases.receive(state, record, report, NOW)
        state, record = apply(state, sale.facts), sale.record
    assert record is not None
    return state, record


def sums(state: ShowState) -> tuple[int, int, dict[str, int]]:
    gross = {money.currency: money.amount for money in state.totals.gross if money.amount}
    return state.totals.orders, state.totals.units, gross


@given(st.lists(OF_ONE_FORM, min_size=1, max_size=7), st.randoms(use_true_random=False))
def test_shuffled_and_repeated_reports_end_in_the_totals_of_the_order(
    reports: list[Report], chance: random.Random
) -> None:
    mixed = reports + [chance.choice(reports) for _ in range(4)]
    chance.shuffle(mixed)
    (one, first), (other, second) = outcome(reports), outcome(mixed)
    assert sums(one) == sums(other)
    assert first == second or (first.kept, first.gross) == (second.kept, second.gross)
    standing = first.remaining
    assert one.totals.units == sum(line.quantity for line in standing)
    assert one.totals.orders == first.stands
    assert all(amount >= 0 for amount in sums(one)[2].values())
    assert sum(item.quantity for entry in one.ticker for item in entry.items) == one.totals.units


@given(st.lists(OF_ONE_FORM, unique_by=_said_once, min_size=2, max_size=6), st.data())
def test_a_report_that_never_comes_changes_only_what_it_says(
    reports: list[Report], data: st.DataObject
) -> None:
    dropped = data.draw(st.integers(0, len(reports) - 1))
    rest = reports[:dropped] + reports[dropped + 1 :]
    kept = sums(outcome([*rest, ORDER])[0])
    all_ = sums(outcome([*reports, ORDER])[0])
    assert all_[1] <= kept[1]
    assert all_[0] <= kept[0]
    assert all(amount <= kept[2].get(currency, 0) for currency, amount in all_[2].items())


def test_an_amount_lowers_the_totals_and_no_pieces() -> None:
    state, record = outcome([ORDER, reversal(id="r1", amount=eur(250))])
    assert sums(state) == (1, 6, {"EUR": 1250, "USD": 900})
    assert [item.quantity for item in state.ticker[0].items] == [3, 1, 2]
    sale = purchases.receive(state, record, reversal(id="r1", amount=eur(250)), NOW)
    assert (sale.facts, sale.outcome) == ((), "duplicate")


def test_the_sum_so_far_and_its_parts_are_the_same_money() -> None:
    parts = [reversal(id="r1", amount=eur(200)), reversal(id="r2", amount=eur(300))]
    state, _ = outcome([ORDER, *parts, reversal(so_far=eur(500))])
    assert sums(state)[2]["EUR"] == 1000


def test_all_the_money_back_is_the_whole_order() -> None:
    all_back = [reversal(id="r1", amount=eur(1500)), reversal(id="r2", amount=Money(900, "USD"))]
    state, _ = outcome([ORDER, *all_back])
    assert sums(state) == (0, 0, {})
    assert state.ticker == ()


def test_a_refund_that_grew_counts_at_its_most() -> None:
    state, _ = outcome(
        [ORDER, reversal(id="r1", items={"l1": 1}), reversal(id="r1", items={"l1": 2})]
    )
    assert sums(state)[1] == 4


def test_a_test_order_stays_one() -> None:
    order = replace(ORDER, test=True)
    kept = purchases.receive(show(), None, order, NOW)
    assert (kept.facts, kept.outcome, kept.record.test) == ((), "test", True)
    back = purchases.receive(show(), kept.record, reversal(), NOW)
    assert (back.facts, back.outcome) == ((), "test")
    shown = purchases.receive(show("rehearsal"), None, order, NOW)
    bought = shown.facts[0]
    assert isinstance(bought, ev.PurchaseConfirmed) and bought.test
    assert purchases.receive(show(), shown.record, replace(order, test=False), NOW).record.test
