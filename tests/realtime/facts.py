"""A show and its events, short to write."""

from __future__ import annotations

from collections.abc import Sequence

from vetrina.domain.catalogue.product import BagEntry, Product
from vetrina.domain.money import Money
from vetrina.domain.show.events import (
    Announced,
    BagChanged,
    Event,
    ProductPinned,
    PurchaseConfirmed,
    Recorded,
    SoldItem,
)
from vetrina.domain.show.state import ShowState, evolve
from vetrina.domain.show.values import Pin
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.room import Room

NOW = 1_763_690_000_000
EUR_10 = Money(1000, "EUR")


def product(sku: str = "MUG-1", title: str = "Mug") -> Product:
    return Product(sku=sku, title=title, price=EUR_10)


def state(*skus: str) -> ShowState:
    """A show with these products in its bag."""
    products = tuple(product(sku) for sku in skus)
    items = tuple(BagEntry(sku, number) for number, sku in enumerate(skus, 1))
    empty = ShowState(slug="drop", title="Spring drop", currency="EUR")
    return evolve(empty, BagChanged(NOW, items, products))


def room(*skus: str, seq: int = 0, epoch: str = "abcdefgh", house: HubConfig | None = None) -> Room:
    return Room("drop", epoch, seq, state(*skus), house)


def announced(text: str = "Hello", at: int = NOW) -> Event:
    return Announced(at, text, None)


def pinned(sku: str = "MUG-1", at: int = NOW) -> Event:
    pin = Pin(slot=1, number=1, product=product(sku), pinned_at=at, expires_at=None)
    return ProductPinned(at, pin)


def bought(number: int, at: int = NOW) -> Event:
    return PurchaseConfirmed(
        at=at,
        purchase=f"p{number}",
        items=(SoldItem("MUG-1", "Mug", 1),),
        name=None,
        region="IT",
        occurred_at=at,
        test=False,
        amounts=(EUR_10,),
    )


def recorded(after: int, events: Sequence[Event], by: str | None = "host") -> list[Recorded]:
    """The events with the numbers that follow `after`."""
    return [Recorded(seq, event, by) for seq, event in enumerate(events, after + 1)]


def publish(to: Room, *events: Event, now: int = NOW) -> None:
    """Commit events together."""
    to.advance(recorded(to.position.seq, events), now)
