"""The use cases: make a show, follow commands, keep the catalogue, take in purchases."""

from __future__ import annotations

import asyncio
import secrets
import string
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from server.bus.base import Bus
from server.clock import Clock
from server.domain import purchases, rules
from server.domain.catalog import Product
from server.domain.commands import Command, RefreshProducts, SetBag
from server.domain.errors import Refused
from server.domain.events import DealEnded, Position, ShowEnded, ShowStarted, StockChanged
from server.domain.limits import Limits
from server.domain.names import NamePolicy, named
from server.domain.show import ShowState, ShowStatus
from server.domain.stage import Host
from server.metrics import Metrics
from server.shows.desk import Busy, Desk, Remember
from server.shows.loading import Loaded, advanced, initial_state, load
from server.shows.products import Matching
from server.shows.reports import Outcome, Report, receipt
from server.shows.sharing import check_currency, holds, with_stock
from server.shows.timers import Timers
from server.store.base import Appended, Conflict, FirstKey, Show, Store, VersionedRecord

EPOCH_CHARS = 8
# While no show is on, only a second process could be writing the same order.
KEEP_ATTEMPTS = 8
# Who writes a copy of another show's stock; a copy is not copied back.
FOLLOWS = "shared stock"
# A connection that belongs to no show reports to the one that is on, a real one before a rehearsal.
LISTENING = ("live", "paused", "rehearsal")


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
    """Every change of every show in this process goes through here."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Clock,
        limits: Limits,
        metrics: Metrics | None = None,
        names: NamePolicy | None = None,
    ) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._limits = limits
        self._metrics = metrics or Metrics()
        self._names = names or NamePolicy()
        self.matching = Matching(store, clock)
        self._desks: dict[str, Desk] = {}
        self._opening: dict[str, asyncio.Task[Desk | None]] = {}
        self._following: set[asyncio.Task[Appended]] = set()
        self.timers = Timers(clock, self.tick)

    async def open(self) -> None:
        """Take up every show that is not over, so that its deadlines are kept after a restart."""
        for show in await self._store.shows():
            if not await self._is_over(show):
                desk = await self._desk(show.slug)
                self.timers.set(show.slug, rules.next_due(desk.state))

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
        appended = await self._store.create_show(show, events, by, first_key)
        state = advanced(initial_state(show), appended.events)
        if show.slug not in self._desks:  # else somebody who was quick has loaded it meanwhile
            self._open_desk(Loaded(show, appended.position, state))
        return show

    async def handle(
        self,
        slug: str,
        commands: Sequence[Command],
        *,
        by: str | None = None,
        remember: Remember | None = None,
    ) -> Appended:
        """Follow all commands or none; returns after the events are durable.

        Raises UnknownShow, Refused, InvalidValue, Busy.
        """
        desk = await self._desk(slug)
        return await desk.handle(commands, by, remember)

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

    async def receive(self, report: Report, *, late: bool = False) -> Outcome:
        """Settle a report of a shop; returns after it is durable. Raises Busy.

        `late`: nobody delivered it. What was bought before the show began is not of the show then.
        """
        report = await self._prepared(report)
        slug = await self._show_for(report)
        if slug is None:
            return await self._keep(report)
        desk = await self._desk(slug)
        if late and report.is_older_than(desk.state):
            return await self._keep(report)
        return await desk.receive(report)

    async def _prepared(self, report: Report) -> Report:
        """With our products, and without what nobody agreed to tell: before anything is kept."""
        contents: list[purchases.Report] = []
        for content in report.contents:
            if isinstance(content, purchases.Order):
                order = await self.matching.apply(report.connection.id, content)
                content = named(order, self._names)
            contents.append(content)
        return replace(report, contents=tuple(contents))

    async def _show_for(self, report: Report) -> str | None:
        """The connection's own show, else the one that counts the order, else the one on now."""
        if report.connection.show is not None:
            return report.connection.show
        purchase = report.purchase
        known = await self._store.order_records(report.connection.id, [purchase])
        if purchase in known and known[purchase].record.show is not None:
            return known[purchase].record.show
        newest = sorted(self._desks.values(), key=lambda desk: desk.show.created_at, reverse=True)
        for status in LISTENING:
            for desk in newest:
                if desk.state.status == status:
                    return desk.show.slug
        return None

    async def _keep(self, report: Report) -> Outcome:
        """No show is on: keep the order, so that a repeat or a reversal finds it."""
        connection, purchase = report.connection.id, report.purchase
        for _ in range(KEEP_ATTEMPTS):
            if await self._store.seen_deliveries(connection, [report.delivery]):
                return "duplicate"
            known = (await self._store.order_records(connection, [purchase])).get(purchase)
            settled = known.record if known else purchases.OrderRecord(purchase=purchase)
            for content in report.contents:
                settled = purchases.settle(settled, content).record
            outcome: Outcome = "test" if settled.test else "not_running"
            record = VersionedRecord(connection, settled, known.version if known else 0)
            try:
                await self._store.put_receipts([receipt(report, outcome)], [record])
            except Conflict:
                continue
            return outcome
        raise Busy("Other processes keep changing this order. Try again.")

    async def _desk(self, slug: str) -> Desk:
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

    async def _load_desk(self, slug: str) -> Desk | None:
        loaded = await load(self._store, slug)
        if loaded is None:
            return None
        return self._desks.get(slug) or self._open_desk(loaded)

    def _open_desk(self, loaded: Loaded) -> Desk:
        desk = Desk(loaded, self._store, self._bus, self._clock, self._limits, self._changed)
        self._desks[loaded.show.slug] = desk
        return desk

    def _changed(self, desk: Desk, appended: Appended) -> None:
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
