"""What a show says of itself: title, seller, start, currency; and whether it is put away."""

from __future__ import annotations

from typing import Final

from vetrina.domain.errors import InvalidValue, Refused
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Disclosure

TITLE_CHARS: Final = 200
LATEST_MS: Final = 253_402_300_799_999
"""The end of the year 9999: calendars and databases know no later time."""


def edit_show(state: ShowState, command: cmd.EditShow, now: int) -> tuple[ev.Event, ...]:
    """The show with these changes; what is not named stays. Raises Refused and InvalidValue."""
    changes = command.changes
    edited = ev.ShowEdited(
        at=now,
        title=" ".join(changes.get("title", state.title).split()),
        currency=changes.get("currency", state.currency),
        host=changes.get("host", state.host),
        starts_at=changes.get("starts_at", state.starts_at),
        archived=changes.get("archived", state.archived),
    )
    if not 1 <= len(edited.title) <= TITLE_CHARS:
        raise InvalidValue("title", f"expected 1 to {TITLE_CHARS} characters")
    if edited.starts_at is not None and not 0 <= edited.starts_at <= LATEST_MS:
        raise InvalidValue("starts_at", "expected a time in ms until the year 9999, or null")
    _check_currency(state, edited.currency)
    if edited.archived and state.status not in ("draft", "ended"):
        raise Refused("already_running", "End the show before it is archived.")
    return () if edited == _as_it_is(state, now) else (edited,)


def announced(state: ShowState) -> ShowState:
    """What everybody may know of a show that has not begun: when it begins and, with that, whose.

    Title, bag, prices and label are its team's until then.
    """
    host = None if state.starts_at is None else state.host
    return ShowState(
        slug=state.slug,
        title="",
        currency=state.currency,
        host=host,
        status=state.status,
        starts_at=state.starts_at,
        at=state.at,
        disclosure=Disclosure(type="none"),
    )


def _check_currency(state: ShowState, currency: str) -> None:
    if currency == state.currency:
        return
    if state.sold:
        raise Refused("already_sold", f"Something was sold in {state.currency} already.")
    priced = [sku for sku, item in state.bag.items() if item.product.price.currency != currency]
    if priced:
        names = ", ".join(priced[:5])
        message = f"Take what is not priced in {currency} out of the bag first: {names}."
        raise Refused("wrong_currency", message)


def _as_it_is(state: ShowState, now: int) -> ev.ShowEdited:
    return ev.ShowEdited(
        at=now,
        title=state.title,
        currency=state.currency,
        host=state.host,
        starts_at=state.starts_at,
        archived=state.archived,
    )
