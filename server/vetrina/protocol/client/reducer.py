"""How one event changes what everybody sees: the twin of `static/js/client/state.js`.

Pure: the given state is not touched, unchanged parts are shared. Both twins run the cases of
`tests/fixtures/reducer.json`, and for every event of a log `apply(public_state(s), wire(e))` equals
`public_state(evolve(s, e))`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

State = Mapping[str, Any]
Event = Mapping[str, Any]

TICKER_LENGTH: Final = 20
EDITED: Final = ("title", "currency", "host", "starts_at")
FRESH_MS: Final = 300_000
"""A purchase learned of later than this after it happened is counted but not celebrated."""


def apply(state: State, event: Event) -> State:
    """The state after one more event; a type unknown here changes nothing."""
    if event["type"] == "voucher_closed":
        return _without_voucher(state, event["voucher"])
    change = _CHANGES.get(event["type"])
    return state if change is None else {**state, **change(state, event)}


def _without_voucher(state: State, voucher: str) -> State:
    """The key goes with the last one."""
    left = [one for one in _vouchers(state) if one["id"] != voucher]
    rest = {name: value for name, value in state.items() if name != "vouchers"}
    return {**rest, "vouchers": left} if left else rest


def _pinned(state: State, event: Event) -> State:
    pin = event["pin"]
    others = [other for other in state["pins"] if other["slot"] != pin["slot"]]
    return {"pins": sorted([*others, pin], key=lambda each: int(each["slot"]))}


def _unpinned(state: State, event: Event) -> State:
    return {"pins": [pin for pin in state["pins"] if pin["slot"] != event["slot"]]}


def _deal_set(state: State, event: Event) -> State:
    """Insert or replace by id. A deadline once shown is never moved to a later time."""
    deal = event["deal"]
    known = {other["id"]: other for other in state["deals"]}
    before = known.get(deal["id"])
    if before is not None:
        deal = {**deal, "ends_at": min(deal["ends_at"], before["ends_at"])}
    return {"deals": list({**known, deal["id"]: deal}.values())}


def _deal_stock_changed(state: State, event: Event) -> State:
    left = {"left": event["left"]}
    return {
        "deals": [
            {**deal, **left} if deal["id"] == event["deal"] else deal for deal in state["deals"]
        ]
    }


def _deal_ended(state: State, event: Event) -> State:
    return {"deals": [deal for deal in state["deals"] if deal["id"] != event["deal"]]}


def _voucher_offered(state: State, event: Event) -> State:
    """Insert or replace by id."""
    offered = event["voucher"]
    others = [other for other in _vouchers(state) if other["id"] != offered["id"]]
    return {"vouchers": [*others, offered]}


def _voucher_left_changed(state: State, event: Event) -> State:
    left = {"left": event["left"]}
    changed = [
        {**one, **left} if one["id"] == event["voucher"] else one for one in _vouchers(state)
    ]
    return {"vouchers": changed} if changed else {}


def _vouchers(state: State) -> list[State]:
    offered: list[State] = state.get("vouchers", [])
    return offered


def _stock_changed(state: State, event: Event) -> State:
    def changed(product: State) -> State:
        if product["sku"] != event["sku"]:
            return product
        return {**product, "stock": event["quantity"]}

    return _with_products(state, changed)


def _bag_changed(state: State, event: Event) -> State:
    edited = {product["sku"]: product for product in event["products"]}
    return _with_products(state, lambda product: edited.get(product["sku"], product))


def _with_products(state: State, change: Callable[[State], State]) -> State:
    def changed(holder: State) -> State:
        return {**holder, "product": change(holder["product"])}

    return {
        "pins": [changed(pin) for pin in state["pins"]],
        "deals": [changed(deal) for deal in state["deals"]],
    }


def _purchased(state: State, event: Event) -> State:
    if event["at"] - event["occurred_at"] > FRESH_MS:
        return {}
    kept = ("purchase", "items", "name", "region", "occurred_at", "at", "test")
    entry = {name: event.get(name) for name in kept}
    merged = {name: event[name] for name in ("count", "units") if name in event}
    return {"ticker": [{**entry, **merged}, *state["ticker"]][:TICKER_LENGTH]}


def _reversed(state: State, event: Event) -> State:
    return {"ticker": list(_ticker_less(state, event))}


def _ticker_less(state: State, event: Event) -> Iterator[State]:
    for entry in state["ticker"]:
        if entry["purchase"] != event["purchase"]:
            yield entry
        elif not event["complete"] and (items := _items_less(entry["items"], event["items"])):
            yield {**entry, "items": items}


def _items_less(items: list[State], gone: list[State]) -> list[State]:
    back: dict[str, int] = {}
    for item in gone:
        back[_bought(item)] = back.get(_bought(item), 0) + item["quantity"]
    rest: list[State] = []
    for item in items:
        taken = min(item["quantity"], back.get(_bought(item), 0))
        back[_bought(item)] = back.get(_bought(item), 0) - taken
        if item["quantity"] > taken:
            rest.append({**item, "quantity": item["quantity"] - taken})
    return rest


def _bought(item: State) -> str:
    bought: str = item.get("variant") or item["sku"]
    return bought


def _started(state: State, event: Event) -> State:
    """Going live forgets the rehearsal's purchases."""
    started = _show(state, status=event["status"], started_at=event["at"])
    return {**started, "ticker": []} if event["status"] == "live" else started


def _show(state: State, **changes: Any) -> State:
    return {"show": {**state["show"], **changes}}


_CHANGES: Final[Mapping[str, Callable[[State, Event], State]]] = {
    "product_pinned": _pinned,
    "product_unpinned": _unpinned,
    "deal_announced": _deal_set,
    "deal_started": _deal_set,
    "deal_stock_changed": _deal_stock_changed,
    "deal_ended": _deal_ended,
    "voucher_offered": _voucher_offered,
    "voucher_left_changed": _voucher_left_changed,
    "stock_changed": _stock_changed,
    "bag_changed": _bag_changed,
    "purchase_confirmed": _purchased,
    "purchases_merged": _purchased,
    "purchase_reversed": _reversed,
    "announced": lambda _, event: {
        "announcement": {"text": event["text"], "until": event["until"]}
    },
    "announcement_cleared": lambda *_: {"announcement": None},
    "disclosure_set": lambda state, event: _show(state, disclosure=event["disclosure"]),
    "show_started": _started,
    "show_paused": lambda state, _: _show(state, status="paused"),
    "show_resumed": lambda state, _: _show(state, status="live"),
    "show_edited": lambda state, event: _show(state, **{name: event[name] for name in EDITED}),
    "show_ended": lambda state, _: {**_show(state, status="ended"), "announcement": None},
    "panicked": lambda *_: {"panic": True},
    "calmed": lambda *_: {"panic": False},
}
