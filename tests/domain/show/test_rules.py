"""Pins, show states, announcements, disclosure, panic."""

from __future__ import annotations

import pytest

from tests.domain.builders import NOW, follow, product, refusal, show
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show import rules
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.values import Disclosure


def test_pinning_replaces_what_is_pinned_in_one_event() -> None:
    state, _ = follow(show(), cmd.PinProduct("MUG-1"))
    state, facts = follow(state, cmd.PinProduct("APR-3"))
    assert [type(fact) for fact in facts] == [ev.ProductPinned]
    assert state.pins[1].product.sku == "APR-3"
    assert state.pins[1].number == 2


def test_a_pin_with_an_end_comes_off_by_itself() -> None:
    state, _ = follow(show(), cmd.PinProduct("MUG-1", ttl_s=5))
    assert rules.next_due(state) == NOW + 5000
    assert rules.due(state, NOW + 5000) == (ev.ProductUnpinned(NOW + 5000, 1, "MUG-1", "expired"),)


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (cmd.PinProduct("NONE"), "not_in_bag"),
        (cmd.PinProduct("MUG-1", slot=2), "bad_slot"),
        (cmd.PinProduct("MUG-1", slot=0), "bad_slot"),
        (cmd.PinProduct("MUG-1", ttl_s=4), "out_of_range"),
        (cmd.SetStock("NONE", 1), "not_in_bag"),
        (cmd.SetStock("MUG-1", -1), "stock"),
        (cmd.Announce("  "), "text_empty"),
        (cmd.Announce("x" * 141), "text_too_long"),
        (cmd.Announce("x", until=NOW), "deadline_passed"),
        (cmd.SetDisclosure(type="none"), "reason_needed"),
        (cmd.SetDisclosure(type="affiliate", interval_s=5), "interval_s"),
        (cmd.RehearsePurchase("MUG-1"), "only_in_rehearsal"),
        (cmd.ResumeShow(), "not_running"),
        (cmd.StartShow(), "already_running"),
        (cmd.StartShow(rehearsal=True), "already_running"),
    ],
)
def test_refusals_of_a_live_show(command: cmd.Command, code: str) -> None:
    assert refusal(show(), command) == code


def test_three_slots_when_the_setting_says_so() -> None:
    state, _ = follow(show(), cmd.PinProduct("MUG-1", slot=3), limits=Limits(pin_slots=3))
    assert list(state.pins) == [3]


def test_pin_next_goes_through_the_bag_and_round_again() -> None:
    state = show()
    seen = []
    for _ in range(4):
        state, _ = follow(state, cmd.PinNext())
        seen.append(state.pins[1].product.sku)
    assert seen == ["MUG-1", "APR-3", "CUP-4", "MUG-1"]


def test_pin_next_with_an_empty_bag_is_refused() -> None:
    state, _ = follow(show(), cmd.SetBag(()))
    assert refusal(state, cmd.PinNext()) == "bag_empty"


@pytest.mark.parametrize(
    "command", [cmd.UnpinProduct(), cmd.Calm(), cmd.ClearAnnouncement()], ids=repr
)
def test_commands_that_are_true_already_change_nothing(command: cmd.Command) -> None:
    assert follow(show(), command)[1] == ()


def test_the_same_pin_again_changes_nothing() -> None:
    state, _ = follow(show(), cmd.PinProduct("MUG-1"))
    assert follow(state, cmd.PinProduct("MUG-1"), NOW + 1000)[1] == ()


def test_states_of_a_show() -> None:
    state = show("draft")
    assert refusal(state, cmd.PinNext()) == "show_not_started"
    state, _ = follow(state, cmd.StartShow(rehearsal=True))
    assert state.status == "rehearsal"
    state, _ = follow(state, cmd.StartShow())
    assert (state.status, state.started_at) == ("live", NOW)
    state, _ = follow(state, cmd.PauseShow())
    assert state.status == "paused"
    state, _ = follow(state, cmd.ResumeShow())
    state, _ = follow(state, cmd.EndShow())
    assert state.status == "ended"
    assert refusal(state, cmd.PinNext()) == "show_ended"
    assert refusal(state, cmd.EndShow()) == "show_ended"


def test_the_end_clears_the_stage_and_is_final() -> None:
    state, _ = follow(show(), cmd.PinProduct("MUG-1"))
    state, _ = follow(state, cmd.Announce("Free shipping"))
    state, facts = follow(state, cmd.EndShow())
    assert facts[0] == ev.ProductUnpinned(NOW, 1, "MUG-1", "show_ended")
    assert (state.pins, state.announcement) == ({}, None)
    assert rules.due(state, NOW + 10**9) == ()
    assert rules.next_due(state) is None


def test_going_live_forgets_the_rehearsal() -> None:
    state = show("rehearsal")
    state, _ = follow(state, cmd.PinProduct("MUG-1"))
    state, _ = follow(state, cmd.RehearsePurchase("MUG-1", 2, "Giulia"))
    assert state.ticker[0].test
    assert state.totals.orders == 0
    state, _ = follow(state, cmd.StartShow())
    assert (state.ticker, state.pins) == ((), {})


def test_an_announcement_ends_at_its_time() -> None:
    state, _ = follow(show(), cmd.Announce("Free\n shipping  today", until=NOW + 1000))
    assert state.announcement is not None
    assert state.announcement.text == "Free shipping today"
    assert rules.due(state, NOW + 1000) == (ev.AnnouncementCleared(NOW + 1000),)


def test_the_disclosure_is_on_from_the_start_and_off_only_with_a_reason() -> None:
    state = show("draft")
    assert state.disclosure.type == "own_brand"
    off = cmd.SetDisclosure(type="none", reason="A test among friends")
    state, [fact] = follow(state, off)
    expected = Disclosure(type="none", reason="A test among friends")
    assert fact == ev.DisclosureSet(NOW, expected)
    assert follow(state, off)[1] == ()


def test_panic_and_calm() -> None:
    state, facts = follow(show(), cmd.Panic())
    assert (state.panic, facts) == (True, (ev.Panicked(NOW),))
    assert follow(state, cmd.Panic())[1] == ()
    state, _ = follow(state, cmd.Calm())
    assert not state.panic


def test_call_numbers_are_never_reused() -> None:
    state, _ = follow(show(), cmd.SetBag((product("CUP-4", 3200), product("NEW-1"))))
    assert {sku: item.number for sku, item in state.bag.items()} == {"CUP-4": 3, "NEW-1": 4}
    state, _ = follow(state, cmd.SetBag((product("MUG-1"),)))
    assert state.bag["MUG-1"].number == 1, "a product that comes back keeps its number"


def test_a_product_that_leaves_the_bag_comes_off_the_screen() -> None:
    state, _ = follow(show(), cmd.PinProduct("MUG-1"))
    state, facts = follow(state, cmd.SetBag((product("APR-3", 3900),)))
    assert ev.ProductUnpinned(NOW, 1, "MUG-1", "removed") in facts
    assert state.pins == {}


def test_a_product_with_a_deal_stays_in_the_bag_unless_forced() -> None:
    deal = cmd.StartDeal(sku="MUG-1", price=product().price.__class__(1890, "EUR"), duration_s=60)
    state, _ = follow(show(), deal)
    assert refusal(state, cmd.SetBag(())) == "deal_running"
    state, facts = follow(state, cmd.SetBag((), force=True))
    assert facts[0] == ev.DealEnded(NOW, "d1", "MUG-1", "cancelled")


def test_the_bag_has_bounds() -> None:
    many = tuple(product(f"P-{n}") for n in range(101))
    assert refusal(show(), cmd.SetBag(many)) == "bag_full"
    dollars = product("USD-1", prior_price=None)
    foreign = dollars.__class__(sku="USD-1", title="x", price=dollars.price.__class__(1, "USD"))
    assert refusal(show(), cmd.SetBag((foreign,))) == "wrong_currency"


def test_an_edited_product_reaches_pin_and_bag() -> None:
    state, _ = follow(show(), cmd.PinProduct("MUG-1"))
    edited = product(title="A new title")
    state, [fact] = follow(state, cmd.RefreshProducts((edited, product("OTHER"))))
    assert isinstance(fact, ev.BagChanged)
    assert fact.products == (edited,)
    assert state.pins[1].product.title == "A new title"
    state, facts = follow(state, cmd.RefreshProducts((product(title="A new title", stock=4),)))
    assert facts == (ev.StockChanged(NOW, "MUG-1", 4, cause="told"),)
    assert state.pins[1].product.stock == 4


def test_made_up_purchases_have_ids_of_their_own_however_many_at_once() -> None:
    """The ticker holds 20; their number says nothing of how many there were."""
    state, ids = show("rehearsal"), set()
    for _ in range(30):
        state, [sold] = follow(state, cmd.RehearsePurchase("MUG-1"))
        ids.add(sold.purchase)
    assert len(ids) == 30
