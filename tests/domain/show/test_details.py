"""What a show says of itself is edited: what may change, and when."""

import pytest

from tests.domain.builders import NOW, follow, product, refusal, show
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.state import ShowState, evolve
from vetrina.domain.show.values import Host

EMPTY = ShowState(slug="spring-drop", title="Spring drop", currency="EUR")
SALE = ev.PurchaseConfirmed(
    at=NOW, purchase="p1", items=(), name=None, region=None, occurred_at=NOW, test=False
)
USD = cmd.EditShow({"currency": "USD"})


def test_what_is_not_named_stays():
    host = Host("Lia")
    state, [told] = follow(EMPTY, cmd.EditShow({"host": host, "starts_at": NOW + 1}))
    assert told == ev.ShowEdited(
        at=NOW, title="Spring drop", currency="EUR", host=host, starts_at=NOW + 1, archived=False
    )
    state, _ = follow(state, cmd.EditShow({"title": " Summer  drop "}))
    assert (state.title, state.host, state.starts_at) == ("Summer drop", host, NOW + 1)
    state, _ = follow(state, cmd.EditShow({"host": None, "starts_at": None}))
    assert (state.title, state.host, state.starts_at) == ("Summer drop", None, None)


@pytest.mark.parametrize("changes", [{}, {"title": "Spring drop"}, {"host": None}])
def test_an_edit_that_changes_nothing_is_no_fact(changes):
    assert follow(EMPTY, cmd.EditShow(changes))[1] == ()


@pytest.mark.parametrize(
    ("changes", "field"),
    [({"title": "  "}, "title"), ({"title": "x" * 201}, "title"), ({"starts_at": -1}, "starts_at")],
)
def test_what_cannot_be_is_told_by_its_field(changes, field):
    with pytest.raises(InvalidValue) as told:
        follow(EMPTY, cmd.EditShow(changes))
    assert told.value.field == field


def test_the_currency_waits_for_the_bag():
    assert follow(EMPTY, USD)[0].currency == "USD"
    priced = show("draft", (product(),))
    assert refusal(priced, USD) == "wrong_currency"
    state, _ = follow(follow(priced, cmd.SetBag(()))[0], USD)
    dollars = Product(sku="MUG-1", title="Mug", price=Money(100, "USD"))
    assert refusal(state, cmd.SetBag((dollars,))) == "accepted"


def test_the_currency_stays_once_something_was_sold_even_if_it_was_given_back():
    state, _ = follow(show("live", (product(),)), cmd.SetBag(()))
    back = ev.PurchaseReversed(
        at=NOW, purchase="p1", items=(), complete=True, reason="refunded", test=False
    )
    state = evolve(evolve(state, SALE), back)
    assert state.totals.orders == 0
    assert refusal(state, USD) == "already_sold"
    assert refusal(state, cmd.EditShow({"currency": "EUR", "title": "New"})) == "accepted"


def test_a_rehearsals_purchase_sells_nothing():
    state, _ = follow(show("rehearsal", (product(),)), cmd.RehearsePurchase("MUG-1"))
    assert follow(follow(state, cmd.SetBag(()))[0], USD)[0].currency == "USD"


@pytest.mark.parametrize("status", ["live", "rehearsal"])
def test_a_show_under_way_is_not_put_away(status):
    assert refusal(show(status), cmd.EditShow({"archived": True})) == "already_running"


def test_an_ended_show_is_put_away_and_taken_out_again():
    ended, _ = follow(show(), cmd.EndShow())
    away, [told] = follow(ended, cmd.EditShow({"archived": True}))
    assert (told.archived, away.archived, away.status) == (True, True, "ended")
    assert not follow(away, cmd.EditShow({"archived": False}))[0].archived
