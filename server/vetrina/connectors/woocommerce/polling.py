"""Asking WooCommerce for the orders that changed: `GET /wp-json/wc/v3/orders`.

WooCommerce delivers each change once and gives up. Orders are read in the order of their changes,
each page from the last change on, so that orders that change meanwhile are met again and none is
skipped. Pages are counted only through changes of the same second.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import milliseconds
from vetrina.connectors.polling import (
    MOST_ITEMS,
    MOST_PAGES,
    OVERLAP_MS,
    Access,
    Cursor,
    Page,
    PollFailed,
    checked_address,
    checked_key,
)
from vetrina.connectors.port import BadPayload, Delivery, Opaque
from vetrina.connectors.signatures import digest
from vetrina.connectors.woocommerce.orders import OVER, PAID, WooOrder, woo_reports
from vetrina.domain.errors import InvalidValue

PATH = "/wp-json/wc/v3/orders"
# No more than an order's normal form is made of: what is not sent cannot be kept.
FIELDS = (
    "id,status,currency,date_created_gmt,date_paid_gmt,date_modified_gmt,total,line_items,refunds,"
    "meta_data,billing.first_name,billing.country"
)
NOT_ORDERS = (
    "the answer is no list of orders: look whether the address is that of the shop, and whether a "
    "firewall or a maintenance page stands before it"
)


def checked_access(access: Access) -> Access:
    """Raises InvalidValue."""
    return Access(
        checked_address(access.address),
        checked_key("key", access.key, "ck_"),
        checked_key("secret", access.secret, "cs_"),
    )


def question(cursor: Cursor) -> dict[str, str]:
    """The query of the next page."""
    # What is asked for lies after the time, and more orders may have changed in the same second.
    after = datetime.fromtimestamp(max(0, _position(cursor) // 1000 - 1), tz=UTC)
    return {
        "modified_after": after.strftime("%Y-%m-%dT%H:%M:%S"),
        "dates_are_gmt": "true",
        "orderby": "modified",
        "order": "asc",
        "status": ",".join((*PAID, *OVER)),
        "per_page": str(MOST_ITEMS),
        "page": cursor.page or "1",
        "_fields": FIELDS,
    }


def answer(body: bytes, pages: int | None, cursor: Cursor, opaque: Opaque, now_ms: int) -> Page:
    """What an answer says; `pages` is what the shop's header says of their number."""
    orders, unread = _orders(_listed(body))
    times = [_changed(order) for order in orders]
    deliveries = tuple(made for order in orders if (made := _delivery(order, opaque, unread)))
    count = len(orders) + len(unread)
    asked = int(cursor.page or "1")
    more = count >= MOST_ITEMS or (count > 0 and pages is not None and asked < pages)
    reached = max(_position(cursor), *times) if times else _position(cursor)
    if more:
        after = _onward(cursor, reached, asked, in_order=times == sorted(times))
    else:
        # A shop whose clock is ahead must not carry the cursor past orders that are still to come.
        after = Cursor(max(cursor.since, min(reached, now_ms)))
    return Page(deliveries, after, tuple(unread))


def _position(cursor: Cursor) -> int:
    """Where the next page begins: a new round looks back a little."""
    return cursor.since - OVERLAP_MS if cursor.page is None else cursor.reached


def _onward(cursor: Cursor, reached: int, asked: int, in_order: bool) -> Cursor:
    position = _position(cursor)
    if in_order and reached > position:
        return Cursor(cursor.since, reached, "1")
    # The position stays: the shop sorts by its local time, which goes back once a year.
    if asked >= MOST_PAGES:
        raise PollFailed("the shop keeps sending the same orders", restart=True)
    return Cursor(cursor.since, position, str(asked + 1))


def _listed(body: bytes) -> list[Any]:
    try:
        listed = json.loads(body.decode(), parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise PollFailed(NOT_ORDERS) from error
    if not isinstance(listed, list):
        raise PollFailed(NOT_ORDERS)
    return listed


def _orders(listed: Sequence[Any]) -> tuple[list[WooOrder], list[str]]:
    orders, unread = [], []
    for one in listed:
        try:
            orders.append(read_as(WooOrder, one))
        except BadPayload as error:
            unread.append(str(error))
    return orders, unread


def _delivery(order: WooOrder, opaque: Opaque, unread: list[str]) -> Delivery | None:
    """Named by the state that the order is in, so that the same state is told once."""
    try:
        reports = woo_reports(order, opaque, [])
    except InvalidValue as error:
        unread.append(f"{error.field}: {error.message}")
        return None
    refunds = (f"{refund.id} {refund.total}" for refund in order.refunds if refund)
    name = digest("poll", order.id, order.status, str(_changed(order)), *refunds)
    return Delivery(name, reports)


def _changed(order: WooOrder) -> int:
    at = order.date_modified_gmt or order.date_created_gmt
    return milliseconds(at) if at else 0
