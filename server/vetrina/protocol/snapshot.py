"""The state of a show as clients see it: the `state` of `welcome` and of `GET /shows/{slug}`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

from vetrina.domain.show.details import announced
from vetrina.domain.show.events import PurchaseConfirmed
from vetrina.domain.show.state import ShowState
from vetrina.protocol.codec import Audience
from vetrina.protocol.jsonable import plain, public

View = Audience | Literal["announced"]
"""What an audience sees; `announced`: what viewers see of a show that has not begun."""


def public_state(state: ShowState, viewers: int) -> dict[str, Any]:
    """What everybody sees; the bag is not in it."""
    return {
        "show": {
            "slug": state.slug,
            "title": state.title,
            "status": state.status,
            "currency": state.currency,
            "disclosure": plain(state.disclosure),
            "host": plain(state.host),
            "started_at": state.started_at,
            "starts_at": state.starts_at,
        },
        "pins": [public(state.pins[slot]) for slot in sorted(state.pins)],
        "deals": [public(deal) for deal in state.deals.values()],
        "ticker": [_ticker_entry(purchase) for purchase in state.ticker],
        "announcement": plain(state.announcement),
        "viewers": viewers,
        "panic": state.panic,
        **({"vouchers": vouchers} if (vouchers := _vouchers(state)) else {}),
    }


def control_state(state: ShowState, viewers: int) -> dict[str, Any]:
    """What the host and the moderators see: totals too, of real purchases only."""
    return {**public_state(state, viewers), "totals": plain(state.totals)}


def announced_state(state: ShowState, viewers: int) -> dict[str, Any]:
    """What viewers see of a show that has not begun: when it begins, and whose it is."""
    return public_state(announced(state), viewers)


VIEWS: Final[Mapping[View, Callable[[ShowState, int], dict[str, Any]]]] = {
    "public": public_state,
    "team": control_state,
    "announced": announced_state,
}


def bag(state: ShowState) -> list[dict[str, Any]]:
    """The products of the show in order, each with its call number."""
    return [{**public(item.product), "number": item.number} for item in state.bag.values()]


def _vouchers(state: ShowState) -> list[dict[str, Any]]:
    """Those that can be taken. The key is there only with some: clients of old know it not."""
    return [public(offered) for offered in state.vouchers.values()]


def _ticker_entry(purchase: PurchaseConfirmed) -> dict[str, Any]:
    return {
        "purchase": purchase.purchase,
        "items": public(purchase.items),
        "name": purchase.name,
        "region": purchase.region,
        "occurred_at": purchase.occurred_at,
        "at": purchase.at,
        "test": purchase.test,
    }
