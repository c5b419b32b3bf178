"""A show and its events, short to write."""

from __future__ import annotations

from asyncio import Event
from collections.abc import Sequence
from typing import cast

from tests.fakes import FakeClock
from vetrina.domain.catalogue.product import BagEntry, Product
from vetrina.domain.money import Money
from vetrina.domain.show.events import (
    Announced,
    BagChanged,
    Position,
    ProductPinned,
    PurchaseConfirmed,
    Recorded,
    ShowStarted,
    SoldItem,
)
from vetrina.domain.show.events import Event as Fact
from vetrina.domain.show.state import ShowState, evolve
from vetrina.domain.show.values import Pin
from vetrina.live.show_loader import Loaded
from vetrina.live.show_replica import ShowReplica
from vetrina.realtime.history import History
from vetrina.realtime.hub_config import HubConfig
from vetrina.realtime.room import Room
from vetrina.store.ports.shows import Show, ShowStore

NOW = 1_763_690_000_000
EUR_10 = Money(1000, "EUR")


def product(sku: str = "MUG-1", title: str = "Mug") -> Product:
    return Product(sku=sku, title=title, price=EUR_10)


def state(*skus: str, draft: bool = False) -> ShowState:
    """A show that is live, with these products in its bag."""
    products = tuple(product(sku) for sku in skus)
    items = tuple(BagEntry(sku, number) for number, sku in enumerate(skus, 1))
    empty = ShowState(slug="drop", title="Spring drop", currency="EUR")
    filled = evolve(empty, BagChanged(NOW, items, products))
    return filled if draft else evolve(filled, ShowStarted(NOW, "live"))


def replica(
    *skus: str,
    seq: int = 0,
    epoch: str = "abcdefgh",
    history: History | None = None,
    draft: bool = False,
) -> ShowReplica:
    """A show in memory: nothing is read from a store."""
    show = Show(slug="drop", title="Spring drop", currency="EUR", epoch=epoch, created_at=NOW)
    made = state(*skus, draft=draft)
    loaded = Loaded(show, Position(epoch, seq), made, history or History(seq))
    return ShowReplica(loaded, cast("ShowStore", None), FakeClock(NOW), Event(), lambda _: None)


def room(*skus: str, seq: int = 0, config: HubConfig | None = None, draft: bool = False) -> Room:
    """A room whose clock stands still, if `config` has no other one."""
    return Room(replica(*skus, seq=seq, draft=draft), config or HubConfig(clock=FakeClock(NOW)))


def announced(text: str = "Hello", at: int = NOW) -> Fact:
    return Announced(at, text, None)


def pinned(sku: str = "MUG-1", at: int = NOW) -> Fact:
    pin = Pin(slot=1, number=1, product=product(sku), pinned_at=at, expires_at=None)
    return ProductPinned(at, pin)


def bought(number: int, at: int = NOW) -> Fact:
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


def recorded(after: int, events: Sequence[Fact], by: str | None = "host") -> list[Recorded]:
    """The events with the numbers that follow `after`."""
    return [Recorded(seq, event, by) for seq, event in enumerate(events, after + 1)]


def publish(to: Room, *events: Fact) -> None:
    """Commit events together."""
    take(to, recorded(to.position.seq, events))


def take(to: Room, events: Sequence[Recorded]) -> None:
    """Give events to the replica that the room reads."""
    cast("ShowReplica", to._replica).take(events)
