"""Vouchers on the screens of a show."""

from __future__ import annotations

from typing import Any

import pytest

from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.rules import decide, due, next_due
from vetrina.domain.show.state import ShowState, reached
from vetrina.protocol.snapshot import control_state, public_state

NOW = 1_763_690_000_000
DRAFT = ShowState(slug="spring", title="Spring", currency="EUR")
SHOW = reached(DRAFT, [ev.ShowStarted(NOW, "live")])


def present(
    left: int | None = None,
    quantity: int | None = None,
    duration_s: int | None = None,
    **terms: Any,
) -> cmd.ShowVoucher:
    voucher = Voucher(**{"code": "SECRET77", "percent_bps": 1250, **terms})
    return cmd.ShowVoucher(
        voucher=voucher, alias="a1", left=left, quantity=quantity, duration_s=duration_s
    )


def after(state: ShowState, command: cmd.Command, now: int = NOW) -> ShowState:
    return reached(state, decide(state, command, now, Limits()))


def test_an_offer_says_what_it_gives_and_never_its_code():
    state = after(SHOW, present(left=80, quantity=50, duration_s=60))
    [told] = public_state(state, 1)["vouchers"]
    assert told == {
        "id": "v1", "alias": "a1", "percent": 12.5, "amount": None, "min_spend": None,
        "quantity": 50, "left": 50, "ends_at": NOW + 60_000,
    }  # fmt: skip
    assert "SECRET77" not in str(control_state(state, 1))


def test_a_show_without_offers_has_no_such_key():
    assert "vouchers" not in public_state(SHOW, 1)


def test_it_ends_with_the_voucher_or_its_time_whichever_is_first():
    long = after(SHOW, present(ends_at=NOW + 30_000, duration_s=60))
    assert next_due(long) == NOW + 30_000
    assert due(long, NOW + 30_000) == (ev.VoucherClosed(NOW + 30_000, "v1", "time"),)
    assert after(SHOW, present()).vouchers["v1"].ends_at is None


def test_what_is_left_only_falls_and_ends_at_none():
    state = after(SHOW, present(left=5))
    told = after(state, cmd.TellVoucherLeft("v1", 3))
    assert told.vouchers["v1"].left == 3
    assert decide(told, cmd.TellVoucherLeft("v1", 4), NOW, Limits()) == ()
    last = decide(told, cmd.TellVoucherLeft("v1", 0), NOW, Limits())
    assert last == (ev.VoucherLeftChanged(NOW, "v1", 0), ev.VoucherClosed(NOW, "v1", "taken"))
    assert decide(SHOW, cmd.TellVoucherLeft("v1", 0), NOW, Limits()) == ()


def test_closing_and_the_end_of_the_show_take_it_off():
    state = after(SHOW, present())
    assert decide(state, cmd.CloseVoucher("v1"), NOW, Limits()) == (
        ev.VoucherClosed(NOW, "v1", "cancelled"),
    )
    assert ev.VoucherClosed(NOW, "v1", "show_ended") in decide(state, cmd.EndShow(), NOW, Limits())
    again = after(after(state, cmd.CloseVoucher("v1")), present())
    assert list(again.vouchers) == ["v2"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (present(show="autumn"), "voucher_refused"),
        (present(starts_at=NOW + 1), "voucher_refused"),
        (present(ends_at=NOW), "voucher_refused"),
        (present(left=0), "sold_out"),
        (present(left=3, quantity=4), "not_enough_stock"),
        (present(quantity=0), "out_of_range"),
        (present(duration_s=1), "out_of_range"),
        (present(min_spend=Money(100, "USD")), "wrong_currency"),
        (cmd.CloseVoucher("v1"), "voucher_refused"),
        (cmd.OfferVoucher(voucher="NOPE"), "voucher_refused"),
    ],
)
def test_what_cannot_be_offered(command, code):
    with pytest.raises(Refused) as refused:
        decide(SHOW, command, NOW, Limits())
    assert refused.value.code == code


def test_one_voucher_is_offered_once_at_a_time():
    with pytest.raises(Refused, match="already"):
        decide(after(SHOW, present()), present(), NOW, Limits())
