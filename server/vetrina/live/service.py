"""The use cases: make a show, follow commands, keep the catalogue, take in purchases."""

from __future__ import annotations

import asyncio
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vetrina.bus.port import Bus, Published
from vetrina.clock import Clock
from vetrina.domain.buyer_names import NamePolicy
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import Refused
from vetrina.domain.show import rules
from vetrina.domain.show.commands import Command, RefreshProducts, SetBag
from vetrina.domain.show.events import DealEnded, Position, ShowEnded, ShowStarted, StockChanged
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.state import ShowState, ShowStatus
from vetrina.domain.show.values import Host
from vetrina.live.current_show import LISTENING, CurrentShow
from vetrina.live.purchases.intake import Intake
from vetrina.live.purchases.product_matching import ProductMatching
from vetrina.live.purchases.settlement import Outcome, Report
from vetrina.live.shared_stock import check_currency, holds, with_stock
from vetrina.live.show_loader import Loaded, evolved, initial_state, load, standing_of
from vetrina.live.show_writer import ShowWriter
from vetrina.live.timers import Timers
from vetrina.metrics import Metrics
from vetrina.store.ports.answers import IdempotentRequest
from vetrina.store.ports.keys import FirstKey
from vetrina.store.ports.shows import Appended, Running, Show
from vetrina.store.ports.store import Store

EPOCH_CHARS = 8
# Who writes a copy of another show's stock; a copy is not copied back.
FOLLOWS = "shared stock"


# Whoever wrote a deadline keeps it to the moment. So much later it is not there any more.
OVERDUE_MS = 1_500


class UnknownShow(LookupError):
    """There is no show with this slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no show {slug}.")
        self.slug = slug


@dataclass(frozen=True, slots=True, kw_only=True)
class NewShow:
    """What a show starts from."""

    slug: str
    title: str
    currency: str
    host: Host | None = None
    status: Literal["draft", "rehearsal", "live"] = "draft"


class ShowService:
    """Every change of every show in this process goes through here.

    `shared`: other processes change shows too, over the same store.
    """

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Clock,
        limits: Limits,
        metrics: Metrics | None = None,
        names: NamePolicy | None = None,
        *,
        shared: bool = False,
    ) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._limits = limits
        self._metrics = metrics or Metrics()
        self.matching = ProductMatching(store, clock)
        on_now = CurrentShow(store if shared else None, clock)
        self._intake = Intake(store, self.matching, names or NamePolicy(), on_now)
        self._desks: dict[str, ShowWriter] = {}
        self._opening: dict[str, asyncio.Task[ShowWriter | None]] = {}
        self._following: set[asyncio.Task[Appended]] = set()
        self.timers = Timers(clock, self.tick)

    async def open(self) -> None:
        """Take up every show that is on, so that its deadlines are kept after a restart."""
        for running in await self._store.running():
            if running.standing is None or running.standing.status in LISTENING:
                desk = await self._desk(running.slug)
                self.timers.set(running.slug, rules.next_due(desk.state))
                await self._stand(running, desk)

    def hear(self, message: Published) -> bool:
        """Another process wrote to a show. False: to another log than is known here."""
        desk = self._desks.get(message.show)
        if desk is None or desk.position.epoch != message.position.epoch:
            return desk is None
        desk.hear(message.position, message.events)
        return True

    @property
    def at_hand(self) -> dict[str, Position]:
        """The shows whose state is kept here, and where they stand."""
        return {slug: desk.position for slug, desk in self._desks.items()}

    def catch_up(self, slug: str, head: Position) -> None:
        """The store stands there: read what others wrote."""
        if (desk := self._desks.get(slug)) is not None:
            desk.hear(head)

    def forget(self, slug: str) -> None:
        """The show's log was replaced: read it anew when it is needed."""
        self._desks.pop(slug, None)

    async def sweep(self) -> None:
        """Do what another process was to do and did not: its deadlines are long past."""
        before = self._clock.now_ms() - OVERDUE_MS
        for running in await self._store.running():
            due_at = running.standing.due_at if running.standing else None
            if due_at is not None and due_at < before:
                await self.tick(running.slug)
                await self._stand(running, await self._desk(running.slug))

    async def close(self) -> None:
        """Serve whoever is in line, then return."""
        for desk in self._desks.values():
            await desk.close()

    async def create(
        self, new: NewShow, *, by: str | None = None, first_key: FirstKey | None = None
    ) -> Show:
        """A new show, started at once when its status says so. Raises Taken, Conflict."""
        now = self._clock.now_ms()
        show = Show(
            slug=new.slug,
            title=new.title,
            currency=new.currency,
            host=new.host,
            epoch=new_epoch(),
            created_at=now,
        )
        events = () if new.status == "draft" else (ShowStarted(now, new.status),)
        state = evolved(initial_state(show), events)
        standing = standing_of(state)
        appended = await self._store.create_show(show, events, by, standing, first_key)
        if show.slug not in self._desks:  # else somebody who was quick has loaded it meanwhile
            self._open_desk(Loaded(show, appended.position, state))
        return show

    async def handle(
        self,
        slug: str,
        commands: Sequence[Command],
        *,
        by: str | None = None,
        request: IdempotentRequest | None = None,
    ) -> Appended:
        """Follow all commands or none; returns after the events are durable.

        Raises UnknownShow, Refused, InvalidValue, Busy.
        """
        desk = await self._desk(slug)
        return await desk.handle(commands, by, request)

    async def tick(self, slug: str) -> None:
        """Write what time alone has brought about in a show."""
        desk = await self._desk(slug)
        await desk.tick()
        self.timers.set(slug, rules.next_due(desk.state))

    async def state(self, slug: str) -> tuple[Position, ShowState]:
        """Where a show stands. Raises UnknownShow."""
        desk = await self._desk(slug)
        return desk.position, desk.state

    async def status(self, show: Show) -> ShowStatus:
        """A show's status, without reading the whole log of one that is over."""
        desk = self._desks.get(show.slug)
        if desk is None and await self._is_over(show):
            return "ended"
        return (await self._desk(show.slug)).state.status

    async def show(self, slug: str) -> Show:
        """A show's unchanging part. Raises UnknownShow."""
        return (await self._desk(slug)).show

    async def put_products(
        self, products: Sequence[Product], *, by: str | None = None
    ) -> list[Product]:
        """Insert or replace products; the bags that hold them follow. Raises Refused."""
        check_currency(self._desks.values(), products)
        await self._store.put_products(products)
        self.matching.forget_catalogue()
        for slug, desk in list(self._desks.items()):
            if desk.state.status != "ended" and holds(desk, products):
                await self.handle(slug, [RefreshProducts(tuple(products))], by=by)
        return list(products)

    async def put_bag(
        self, slug: str, skus: Sequence[str], *, force: bool = False, by: str | None = None
    ) -> Appended:
        """Make these products the bag, in this order. Raises like `handle`."""
        desk = await self._desk(slug)
        found = {product.sku: product for product in await self._store.products(skus)}
        missing = [sku for sku in skus if sku not in found]
        if missing:
            names = ", ".join(missing[:5])
            raise Refused("unknown_sku", f"Not in the catalogue: {names}. Add the product first.")
        products = tuple(found[sku] for sku in dict.fromkeys(skus))
        return await desk.handle([SetBag(products, force)], by, None)

    async def receive(self, report: Report) -> Outcome:
        """Settle a report of a shop; returns after it is durable. Raises Busy."""
        report = await self._intake.prepared(report)
        slug = await self._intake.show_for(report, list(self._desks.values()))
        if slug is None:
            return await self._intake.keep(report)
        return await (await self._desk(slug)).receive(report)

    async def _desk(self, slug: str) -> ShowWriter:
        desk = self._desks.get(slug)
        if desk is not None:
            return desk
        task = self._opening.get(slug)
        if task is None:
            task = asyncio.create_task(self._load_desk(slug), name=f"load {slug}")
            self._opening[slug] = task
            task.add_done_callback(lambda _: self._opening.pop(slug, None))
        loaded = await asyncio.shield(task)
        if loaded is None:
            raise UnknownShow(slug)
        return loaded

    async def _load_desk(self, slug: str) -> ShowWriter | None:
        self._bus.follow(slug)
        loaded = await load(self._store, slug)
        if loaded is None:
            return None
        return self._desks.get(slug) or self._open_desk(loaded)

    def _open_desk(self, loaded: Loaded) -> ShowWriter:
        self._bus.follow(loaded.show.slug)
        desk = ShowWriter(loaded, self._store, self._bus, self._clock, self._limits, self._changed)
        self._desks[loaded.show.slug] = desk
        return desk

    def _changed(self, desk: ShowWriter, appended: Appended) -> None:
        """After each commit: set the next deadline, tell other shows of stock and past deals."""
        self.timers.set(desk.show.slug, rules.next_due(desk.state))
        self._metrics.events_appended.inc(len(appended.events))
        if len(self._desks) == 1:
            return
        skus = {
            entry.event.sku
            for entry in appended.events
            if isinstance(entry.event, StockChanged | DealEnded) and entry.by != FOLLOWS
        }
        products = tuple(desk.state.bag[sku].product for sku in skus if sku in desk.state.bag)
        for other in self._desks.values():
            if other is not desk and other.state.status != "ended" and holds(other, products):
                stock = with_stock(other, products)
                following = asyncio.create_task(
                    other.handle([RefreshProducts(stock)], FOLLOWS, None)
                )
                self._following.add(following)
                following.add_done_callback(self._following.discard)

    async def _stand(self, running: Running, desk: ShowWriter) -> None:
        """Correct what the store says of a show, when its log says something else."""
        standing = standing_of(desk.state)
        if running.standing != standing and running.position == desk.position:
            await self._store.set_standing(running.slug, standing)

    async def _is_over(self, show: Show) -> bool:
        head = await self._store.head(show.slug)
        if head is None or head.seq == 0:
            return False
        # A reversal may come after the end; then the whole log is read.
        last = await self._store.events(show.slug, after=head.seq - 1)
        return any(isinstance(entry.event, ShowEnded) for entry in last)


def new_epoch() -> str:
    """Random text that no other show has had."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(EPOCH_CHARS))
