"""What the viewer page shows before its first script runs: the same nodes that the scripts make.

The templates in `viewer-parts.html` draw it; `static/js/viewer` takes it over without a shift.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from vetrina.domain.catalogue.product import Product
from vetrina.domain.show.events import PurchaseConfirmed
from vetrina.domain.show.offer import Offer, offer_of
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal, Disclosure
from vetrina.web.pages.words import Words

ROWS_ON_PAGE: Final = 5
"""As many products of the bag as stand on the page itself; the sheet has them all."""
LISTED: Final = 2
"""More different things than this in one order are counted, not listed."""
_CHIPS: Final = {
    "draft": "soon",
    "rehearsal": "rehearsal",
    "live": "live",
    "paused": "paused",
    "ended": "ended",
}
_MINUTE_S: Final = 60
_HOUR_S: Final = 3600


@dataclass(frozen=True, slots=True)
class Card:
    """One product in the window. `limit`: pieces for one person while its deal runs."""

    size: Literal["large", "small"]
    pinned: bool
    number: int
    product: Product
    deal: Deal | None
    offer: Offer
    limit: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One product of the bag in one line."""

    number: int
    product: Product
    offer: Offer


@dataclass(frozen=True, slots=True)
class Bought:
    """One purchase as a line: what stands out, the rest of the sentence, how long ago."""

    strong: str
    rest: str
    ago: str
    test: bool


@dataclass(frozen=True, slots=True)
class NextStep:
    """Where a reader without a product to look at goes on: an address of ours or the seller's."""

    href: str
    text: str
    away: bool


@dataclass(frozen=True, slots=True)
class ViewerView:
    """All of the page. `window` names what the empty window says; "" while it has a product.

    `when`: the time (ms) at which the show is to begin, while that lies ahead.
    """

    chip: str
    window: str
    when: int | None
    next_step: NextStep | None
    pins: list[Card]
    deals: list[Card]
    rows: list[Row]
    products: int
    bought: list[Bought] | None
    disclosure: str
    advertising: bool
    announcement: str
    words: Words
    now: int


def viewer_view(state: ShowState, words: Words, now: int) -> ViewerView:
    """The page at one moment of the show. `now` is the server's time in ms."""
    closed = state.panic or state.status == "ended"
    pins = [] if closed else list(_pinned(state, now))
    pinned = {card.product.sku for card in pins}
    others = [] if closed else [d for d in state.deals.values() if d.product.sku not in pinned]
    rows = [
        Row(item.number, item.product, _offer(state, item.product, now))
        for item in list(state.bag.values())[:ROWS_ON_PAGE]
    ]
    announced = state.announcement
    current = announced and not state.panic and (announced.until is None or announced.until > now)
    return ViewerView(
        chip=_CHIPS[state.status],
        window=_window_of(state),
        when=_ahead(state, now),
        next_step=_next_step(state, words, now),
        pins=pins,
        deals=[_deal_card(deal, now) for deal in sorted(others, key=_coming_first)],
        rows=rows,
        products=len(state.bag),
        bought=None if state.panic else [_bought(each, words, now) for each in state.ticker],
        disclosure=disclosure_text(_earner(state), words),
        advertising=state.disclosure.type not in ("own_brand", "none"),
        announcement=announced.text if announced and current else "",
        words=words,
        now=now,
    )


def title_of(state: ShowState, words: Words) -> str:
    """The show's title; for one that is not told, whose show it is."""
    if state.title:
        return state.title
    return words("show_of", name=state.host.name) if state.host else words("untitled")


def disclosure_text(disclosure: Disclosure, words: Words) -> str:
    """The advertising label in words; a seller's own replaces ours. Empty: nothing to disclose."""
    if disclosure.label:
        if disclosure.brand:
            return words("with_brand", label=disclosure.label, brand=disclosure.brand)
        return disclosure.label
    if disclosure.type == "none":
        return ""
    if disclosure.brand:
        return words(f"{disclosure.type}_with", brand=disclosure.brand)
    return words(disclosure.type)


def countdown(left_ms: int) -> str:
    """`4:41`, `1:02:03`: the time left, rounded up to whole seconds."""
    seconds = max(0, -(-left_ms // 1000))
    hours, rest = divmod(seconds, _HOUR_S)
    minutes, seconds = divmod(rest, _MINUTE_S)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes:02}:{seconds:02}"


def _pinned(state: ShowState, now: int) -> Iterator[Card]:
    for index, slot in enumerate(sorted(state.pins)):
        pin = state.pins[slot]
        deal, offer = state.deal_of(pin.product.sku), _offer(state, pin.product, now)
        size: Literal["large", "small"] = "large" if index == 0 else "small"
        yield Card(size, True, pin.number, pin.product, deal, offer, _limit(deal, offer))


def _deal_card(deal: Deal, now: int) -> Card:
    offer = offer_of(deal.product, deal, now)
    return Card("small", False, deal.number, deal.product, deal, offer, _limit(deal, offer))


def _limit(deal: Deal | None, offer: Offer) -> int | None:
    return deal.per_viewer if deal and offer.phase == "running" else None


def _offer(state: ShowState, product: Product, now: int) -> Offer:
    deal = state.deal_of(product.sku)
    return offer_of(product, deal, now)


def _coming_first(deal: Deal) -> tuple[bool, int]:
    """Running before announced, and each by what comes first."""
    running = deal.status == "running"
    return not running, deal.ends_at if running else deal.starts_at


def _window_of(state: ShowState) -> str:
    if state.status == "ended":
        return "ended"
    if state.panic:
        return "panic"
    if state.pins:
        return ""
    return {"draft": "soon", "paused": "paused"}.get(state.status, "empty")


def _ahead(state: ShowState, now: int) -> int | None:
    waits = state.status == "draft" and not state.panic
    return state.starts_at if waits and state.starts_at and state.starts_at > now else None


def _next_step(state: ShowState, words: Words, now: int) -> NextStep | None:
    if _ahead(state, now):
        return NextStep(f"/live/{state.slug}/calendar.ics", words("add_to_calendar"), away=False)
    if state.status == "ended" and state.host and state.host.url:
        return NextStep(state.host.url, words("to_shop", name=state.host.name), away=True)
    return None


def _earner(state: ShowState) -> Disclosure:
    """Of one's own products the host earns, whatever brand is on them."""
    told = state.disclosure
    if told.type != "own_brand" or told.label:
        return told
    return Disclosure(type="own_brand", brand=state.host.name[:60] if state.host else None)


def _bought(purchase: PurchaseConfirmed, words: Words, now: int) -> Bought:
    named = [
        words("quantity", n=item.quantity, title=_isolated(item.title))
        if item.quantity > 1
        else _isolated(item.title)
        for item in purchase.items[:LISTED]
    ]
    more = len(purchase.items) - len(named)
    strong = words("and_more", n=more, items=", ".join(named)) if more else words.listed(named)
    ago = _ago((now - purchase.occurred_at) // 1000, words)
    return Bought(strong, f", {_buyer(purchase, words)}", ago, purchase.test)


def _buyer(purchase: PurchaseConfirmed, words: Words) -> str:
    place = words.region(purchase.region)
    if purchase.name:
        name = _isolated(purchase.name)
        return words("name_in", name=name, region=place) if place else name
    return words("someone_in", region=place) if place else words("someone")


def _ago(seconds: int, words: Words) -> str:
    if seconds < 10:
        return words("ago_now")
    if seconds < _MINUTE_S:
        return words("ago_s", n=seconds // 10 * 10)
    minutes = seconds // _MINUTE_S
    return words("ago_min", n=minutes) if minutes < 60 else words("ago_h", n=minutes // 60)


def _isolated(text: str) -> str:
    """Keeps a foreign name from turning the direction of the sentence around it."""
    return f"\u2068{text}\u2069"
