"""A new show: what it starts from, and what it takes over of another."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from vetrina.domain.catalogue.price_history import PRIOR_PRICE_MS
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.events import Event
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.rules import decide
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Disclosure, Host
from vetrina.live.show_loader import evolved, initial_state
from vetrina.store.ports.shows import Show
from vetrina.store.ports.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShow:
    """What a show starts from. `template`: a show whose bag and advertising label it takes over."""

    slug: str
    title: str
    currency: str
    host: Host | None = None
    starts_at: int | None = None
    status: Literal["draft", "rehearsal", "live"] = "draft"
    template: str | None = None


async def taken_over(
    store: Store, show: Show, template: ShowState, limits: Limits, now: int
) -> tuple[Event, ...]:
    """The template's bag, as the catalogue has its products now, and its label. Raises Refused."""
    skus = list(template.bag)
    found = {product.sku: product for product in await store.products(skus)}
    products = tuple(found[sku] for sku in skus if sku in found)
    prices = await store.prices(skus, now - PRIOR_PRICE_MS)
    state = replace(initial_state(show), elsewhere=tuple(prices))
    bag = decide(state, cmd.SetBag(products), now, limits)
    return (*bag, *decide(evolved(state, bag), _disclosed(template.disclosure), now, limits))


def _disclosed(disclosure: Disclosure) -> cmd.SetDisclosure:
    return cmd.SetDisclosure(
        type=disclosure.type,
        label=disclosure.label,
        brand=disclosure.brand,
        shown=disclosure.shown,
        interval_s=disclosure.interval_s,
        reason=disclosure.reason,
    )
