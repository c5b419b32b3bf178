"""Parcels, arrivals, returns, and the right to withdraw."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tests.domain.builders import NOW, eur
from tests.domain.selling.own_orders import after, bought, opened
from vetrina.domain.errors import Refused
from vetrina.domain.selling.fulfilling import (
    Parcel,
    deliver,
    ship,
    take_back,
    withdraw,
    withdrawal_ends,
)
from vetrina.domain.selling.order_facts import Delivered, RefundAsked, Shipped
from vetrina.domain.selling.order_sums import left_to_ship
from vetrina.domain.selling.own_order import OwnOrder

ROME = ZoneInfo("Europe/Rome")


def at(text: str) -> int:
    """Rome's time, in ms."""
    return int(datetime.fromisoformat(text).replace(tzinfo=ROME).timestamp() * 1000)


def parcel(shipment: str = "s_1", **lines: int) -> Parcel:
    return Parcel(shipment=shipment, lines={sku.replace("_", "-"): n for sku, n in lines.items()})


def shipped(known: OwnOrder, shipment: str = "s_1", **lines: int) -> OwnOrder:
    return after(known, ship(known, parcel(shipment, **lines), NOW))


def test_parcels_add_up_to_the_order():
    known = shipped(bought(), MUG_1=3)
    assert known.standing.fulfilment == "partly_shipped"
    assert left_to_ship(known.checkout, known.facts) == {"MUG-1": 1, "TEE-M": 1}
    known = shipped(known, "s_2")
    assert known.standing.fulfilment == "shipped"
    assert known.standing.order == "placed"


def test_never_more_is_shipped_than_was_bought():
    known = shipped(bought(), MUG_1=3)
    with pytest.raises(Refused) as refused:
        ship(known, parcel("s_2", MUG_1=2), NOW)
    assert refused.value.code == "out_of_range"
    assert refused.value.details == {"left": {"MUG-1": 1, "TEE-M": 1}}
    with pytest.raises(Refused) as refused:
        ship(known, parcel("s_2", NONE=1), NOW)
    assert refused.value.code == "unknown_sku"
    whole = shipped(known, "s_2")
    with pytest.raises(Refused, match="nothing to be shipped"):
        ship(whole, parcel("s_3"), NOW)


def test_the_same_parcel_again_is_nothing_new():
    assert ship(shipped(bought()), parcel(), NOW) is None


def test_what_is_not_paid_is_not_shipped():
    for act in (
        lambda: ship(opened(), parcel(), NOW),
        lambda: deliver(opened(), NOW),
        lambda: take_back(opened(), {}, NOW),
        lambda: withdraw(opened(), {}, NOW),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "not_paid"


def test_what_was_paid_back_need_not_be_shipped():
    back = RefundAsked(at=NOW, refund="r_1", amount=eur(1900), lines={"TEE-M": 1})
    known = shipped(after(bought(), back), MUG_1=4)
    assert known.standing.fulfilment == "shipped"


def test_an_order_that_arrived_is_closed():
    known = after(shipped(bought()), deliver(bought(), NOW))
    assert (known.standing.fulfilment, known.standing.order) == ("delivered", "closed")
    assert deliver(known, NOW) is None


def test_what_arrived_was_shipped():
    known = after(bought(), Delivered(at=NOW))
    assert known.standing.fulfilment == "delivered"
    assert left_to_ship(known.checkout, known.facts) == {}


def test_pieces_come_back_that_left():
    known = shipped(bought(), MUG_1=3)
    with pytest.raises(Refused) as refused:
        take_back(known, {"MUG-1": 4}, NOW)
    assert refused.value.details == {"left": {"MUG-1": 3, "TEE-M": 0}}
    with pytest.raises(Refused):
        take_back(known, {"TEE-M": 1}, NOW)
    known = after(known, take_back(known, {"MUG-1": 1}, NOW))
    assert known.standing.fulfilment == "partly_shipped"
    known = after(known, take_back(known, {}, NOW))
    assert known.standing.fulfilment == "returned"


def arrived(day: str) -> OwnOrder:
    return after(shipped(bought()), Delivered(at=at(day)))


def test_f3_a_withdrawal_on_day_14_at_23_59_is_accepted():
    asked = withdraw(arrived("2026-06-19T08:00"), {}, at("2026-07-03T23:59"), zone=ROME)
    assert asked is not None and asked.lines == {"MUG-1": 4, "TEE-M": 1}


def test_f3_on_day_15_it_says_why_not():
    with pytest.raises(Refused) as refused:
        withdraw(arrived("2026-06-19T08:00"), {}, at("2026-07-04T00:00"), zone=ROME)
    assert refused.value.code == "deadline_passed"
    assert "2026-07-03 at 23:59" in refused.value.message
    assert refused.value.details == {"ends_at": at("2026-07-04T00:00")}


def test_the_day_is_that_of_the_shop():
    known = arrived("2026-06-19T01:00")
    assert withdrawal_ends(known, 14, ROME) == at("2026-07-04T00:00")
    assert withdrawal_ends(known, 14, UTC) == at("2026-07-03T02:00")


def test_a_parcel_of_unknown_arrival_is_thought_to_be_late():
    known = after(bought(), Shipped(at=at("2026-06-01T10:00"), shipment="s_1", lines={"TEE-M": 1}))
    assert withdrawal_ends(known, 14, ROME) == at("2026-07-16T00:00")


def test_before_anything_left_no_day_counts():
    assert withdrawal_ends(bought(), 14, ROME) is None
    assert withdraw(bought(), {}, NOW + 10**12) is not None


def test_a_withdrawal_may_be_of_a_part_and_is_known_once():
    known = bought()
    known = after(known, withdraw(known, {"MUG-1": 3}, NOW))
    with pytest.raises(Refused) as refused:
        withdraw(known, {"MUG-1": 2}, NOW)
    assert refused.value.details == {"left": {"MUG-1": 1, "TEE-M": 1}}
    known = after(known, withdraw(known, {}, NOW))
    assert withdraw(known, {}, NOW) is None
