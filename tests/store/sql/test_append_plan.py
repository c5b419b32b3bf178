"""The plan of a group stands by itself: no database is needed to see what it would write."""

import pytest

from tests.store.builders import NOW, idempotent, purchase, receipt, record, said
from vetrina.domain.show.events import Position, StockChanged
from vetrina.store.errors import Conflict
from vetrina.store.ports.shows import Append
from vetrina.store.sql.append_plan import AppendPlan, InboxEntry, looked_up


@pytest.fixture
def plan():
    return AppendPlan(heads={"spring-drop": Position("e", 4)}, versions={}, deliveries=set())


def append(*events, **more):
    return Append(show="spring-drop", events=events, **more)


def test_numbers_go_on_from_entry_to_entry(plan):
    first = plan.add(append(said("a"), said("b")))
    second = plan.add(append(said("c"), after=6))
    assert [one.seq for one in (*first.events, *second.events)] == [5, 6, 7]
    assert [(row["seq"], row["type"], row["at"]) for row in plan.events] == [
        (5, "announced", NOW),
        (6, "announced", NOW),
        (7, "announced", NOW),
    ]
    assert plan.heads["spring-drop"] == Position("e", 7)


def test_a_decision_is_old_as_soon_as_another_entry_went_before(plan):
    plan.add(append(said("a"), after=4))
    with pytest.raises(Conflict):
        plan.add(append(said("b"), after=4))


def test_an_append_without_events_moves_no_head(plan):
    assert plan.add(append()).position == Position("e", 4)
    assert plan.grown == set()


def test_an_entry_that_conflicts_leaves_no_trace(plan):
    plan.add(purchase(1))
    before = repr(plan)
    clashes = [
        append(StockChanged(NOW, "A", 1), after=2),
        append(said("x"), receipts=[receipt("new"), receipt("d1")]),
        append(said("x"), records=[record("new"), record("p1")]),
        InboxEntry([receipt("new")], [record("p1", version=0)]),
        Append(show="nowhere", events=[said("x")], receipts=[receipt("new")]),
    ]
    for clash in clashes:
        with pytest.raises((Conflict, LookupError)):
            plan.add(clash)
    assert repr(plan) == before


def test_an_order_that_is_new_in_the_group_is_inserted_as_it_stands_at_the_end(plan):
    plan.add(InboxEntry([], [record("p1")]))
    plan.add(InboxEntry([], [record("p1", version=1, void=True)]))
    [row] = plan.new_orders.values()
    assert (row["version"], '"void":true' in row["data"], plan.orders) == (2, True, {})


def test_an_order_that_was_there_is_updated():
    plan = AppendPlan(heads={}, versions={("c1", "p1"): 3}, deliveries=set())
    plan.add(InboxEntry([], [record("p1", version=3)]))
    plan.add(InboxEntry([], [record("p1", version=4)]))
    [row] = plan.orders.values()
    assert (row["version"], plan.new_orders) == (5, {})


def test_an_answer_that_is_there_conflicts(plan):
    plan.answered = {"k1"}
    ask = append(said("x"), request=idempotent("k1"))
    with pytest.raises(Conflict, match="answered"):
        plan.add(ask)
    assert plan.events == []


def test_the_stocks_of_a_group_are_kept_in_their_order(plan):
    changes = [StockChanged(NOW, "A", 3), StockChanged(NOW, "B", None), StockChanged(NOW, "A", 2)]
    plan.add(append(*changes[:2]))
    plan.add(append(changes[2]))
    assert plan.stocks == changes


def test_what_entries_are_about_is_known_beforehand():
    deliveries, orders = looked_up([purchase(1), InboxEntry([receipt("d2", "c2")], [record("p2")])])
    assert deliveries == {("c1", "d1"), ("c2", "d2")}
    assert orders == {("c1", "p1"), ("c1", "p2")}
