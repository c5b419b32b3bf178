"""The shop tab as the server draws it: the show that is on, the products, shows to come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from vetrina.domain.selling.shop import ShopProfile
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal
from vetrina.store.ports.shop import Category, Place, ShopPage, ShopShows, Sort, Wanted
from vetrina.store.ports.shows import Show
from vetrina.web.pages.shop_cards import Card, card_of
from vetrina.web.pages.words import Words

SORTS: tuple[Sort, ...] = ("newest", "price", "price_down")


@dataclass(frozen=True, slots=True)
class Chip:
    """A category to choose, or all."""

    name: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class LiveNow:
    """The show that is on. `deal` runs or is announced; `showing` is what is pinned."""

    slug: str
    title: str
    status: str
    viewers: int
    picture: str | None
    deal: Deal | None
    ends_at: int | None
    showing: str


@dataclass(frozen=True, slots=True)
class OtherShow:
    """A show to come or one that is over. `when` in words, empty where it is not known."""

    slug: str
    title: str
    when: str


@dataclass(frozen=True, slots=True)
class ShopView:
    """All of the page."""

    shop: ShopProfile
    address: str
    live: LiveNow | None
    chips: Sequence[Chip]
    cards: Sequence[Card]
    more: str | None
    first: str | None
    query: str
    sort: Sort
    category: str
    kept: Mapping[str, str]
    upcoming: Sequence[OtherShow]
    past: Sequence[OtherShow]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a visitor asked for. `kept`: parameters that every link of the page carries on."""

    wanted: Wanted
    query: str
    after: Place | None
    kept: Mapping[str, str]

    def href(self, address: str, **changes: str) -> str:
        """The same page with other parameters; empty ones are left out."""
        told = {
            "category": self.wanted.category,
            "q": self.query,
            "sort": "" if self.wanted.sort == "newest" else self.wanted.sort,
            **self.kept,
            **changes,
        }
        query = urlencode({name: value for name, value in told.items() if value})
        return f"{address}?{query}" if query else address


def shop_view(
    shop: ShopProfile,
    page: ShopPage,
    asked: Asked,
    categories: Sequence[Category],
    shows: ShopShows,
    live: LiveNow | None,
    state: ShowState | None,
    words: Words,
    now: int,
) -> ShopView:
    """The page at one moment."""
    address = f"/shop/{shop.handle}"
    return ShopView(
        shop=shop,
        address=address,
        live=live,
        chips=_chips(address, asked, categories, words),
        cards=[card_of(entry, address, state, now) for entry in page.entries],
        more=asked.href(address, after=place_text(page.next)) if page.next else None,
        first=asked.href(address) if asked.after else None,
        query=asked.query,
        sort=asked.wanted.sort,
        category=asked.wanted.category,
        kept=asked.kept,
        upcoming=[_upcoming(show, words) for show in shows.upcoming],
        past=[OtherShow(show.slug, show.title, "") for show in shows.past],
    )


def live_now(state: ShowState, viewers: int) -> LiveNow:
    """The show as a line that leads to it."""
    pins = [] if state.panic else [state.pins[slot].product for slot in sorted(state.pins)]
    shown = [*pins, *(item.product for item in state.bag.values())]
    deals = [] if state.panic else [d for d in state.deals.values() if d.status == "running"]
    deal = min(deals, key=lambda one: one.ends_at, default=None)
    return LiveNow(
        slug=state.slug,
        title=state.title,
        status=state.status,
        viewers=viewers,
        picture=next((product.image for product in shown if product.image), None),
        deal=deal,
        ends_at=deal.ends_at if deal else None,
        showing=pins[0].title if pins else "",
    )


def place_text(place: Place) -> str:
    """`0-1890-17`: a place as it stands in an address."""
    return f"{int(place.sold_out)}-{place.price}-{place.product}"


def place_of(text: str) -> Place | None:
    """The place again; None for what is none."""
    parts = text.split("-")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() for part in parts):
        return None
    sold_out, price, product = (int(part) for part in parts)
    if sold_out > 1 or price >= 2**63 or product >= 2**31:
        return None
    return Place(bool(sold_out), price, product)


def _chips(
    address: str, asked: Asked, categories: Sequence[Category], words: Words
) -> Sequence[Chip]:
    """None where there is nothing to choose between."""
    current = asked.wanted.category
    names = [one.name for one in categories]
    if current and current not in names:
        names.insert(0, current)
    if not names:
        return ()
    everything = Chip(words("everything"), asked.href(address, category=""), not current)
    others = [Chip(name, asked.href(address, category=name), name == current) for name in names]
    return (everything, *others)


def _upcoming(show: Show, words: Words) -> OtherShow:
    """Strangers learn no title before a show begins."""
    title = words("show_of", name=show.host.name) if show.host else words("show_untitled")
    return OtherShow(show.slug, title, words.moment(show.starts_at or 0))
