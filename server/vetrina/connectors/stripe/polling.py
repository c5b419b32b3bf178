"""Asking Stripe for the events of the last days: `GET /v1/events`.

The list begins with the newest event. A round reads it down to where the last one began, and goes
on by the id of the event that it came to; the cursor moves when it is through.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import delivery_id
from vetrina.connectors.polling import (
    MOST_ITEMS,
    OVERLAP_MS,
    Access,
    Cursor,
    Page,
    PollFailed,
    checked_address,
    checked_key,
)
from vetrina.connectors.port import BadPayload, Delivery, Opaque
from vetrina.connectors.stripe.events import EVENT_TYPES, stripe_payments, stripe_reports
from vetrina.connectors.stripe.models import StripeEvent
from vetrina.connectors.stripe.payments import ADDRESS, payment_notices
from vetrina.domain.errors import InvalidValue

NOT_EVENTS = "the answer is no list of events"


def checked_access(access: Access) -> Access:
    """A restricted key is all it takes, and all that is accepted. Raises InvalidValue."""
    address = checked_address(access.address or ADDRESS)
    if address != ADDRESS and urlsplit(address).scheme == "https":
        raise InvalidValue("address", f"Stripe answers at {ADDRESS}: leave the address away")
    if access.key.strip().startswith("sk_"):
        raise InvalidValue(
            "key", "a secret key may do everything: make a restricted one that may read events"
        )
    if access.secret:
        raise InvalidValue("secret", "Stripe has no second key: leave it away")
    return Access(address, checked_key("key", access.key, "rk_"))


def question(cursor: Cursor) -> dict[str, Any]:
    """The parameters of the next page."""
    asked: dict[str, Any] = {
        "types": list(EVENT_TYPES),
        "created": {"gte": max(0, cursor.since - OVERLAP_MS) // 1000},
        "limit": MOST_ITEMS,
    }
    return asked if cursor.page is None else {**asked, "starting_after": cursor.page}


def answer(
    events: Sequence[Mapping[str, Any]], more: bool, cursor: Cursor, opaque: Opaque, now_ms: int
) -> Page:
    """What a page of the list says; `more`: the list goes on behind it."""
    deliveries, unread, reached = [], [], cursor.reached
    for one in events:
        try:
            event = read_as(StripeEvent, one)
            reports, payments = stripe_reports(event, opaque, []), stripe_payments(event, opaque)
            deliveries.append(
                Delivery(
                    delivery_id(event.id),
                    reports,
                    payments=payments,
                    notices=payment_notices(event),
                    live=event.live,
                )
            )
            reached = max(reached, min(event.created * 1000, now_ms))
        except BadPayload as error:
            unread.append(str(error))
        except InvalidValue as error:
            unread.append(f"{error.field}: {error.message}")
    if not (more and events):
        return Page(tuple(deliveries), Cursor(max(cursor.since, reached)), tuple(unread))
    last = events[-1].get("id")
    if not isinstance(last, str) or last == cursor.page:
        raise PollFailed(NOT_EVENTS, restart=True)
    return Page(tuple(deliveries), Cursor(cursor.since, reached, last), tuple(unread))
