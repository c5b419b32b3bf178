"""Use cases of a show: create it, handle commands, keep the catalogue, take in purchases."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import string
from collections.abc import Collection, Mapping, Sequence

from vetrina.bus.port import Bus
from vetrina.clock import Clock
from vetrina.domain.buyer_names import NamePolicy
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import Refused
from vetrina.domain.show import rules
from vetrina.domain.show.commands import Command, EditShow, RefreshProducts, SetBag, ShowChanges
from vetrina.domain.show.events import (
    DealEnded,
    Event,
    Position,
    ShowStarted,
    StockChanged,
)
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.purchases import SELLING
from vetrina.domain.show.state import ShowState, ShowStatus
from vetrina.live.current_show import LISTENING, CurrentShow
from vetrina.live.new_show import NewShow, taken_over
from vetrina.live.purchases.intake import Intake
from vetrina.live.purchases.product_matching import ProductMatching
from vetrina.live.purchases.settlement import Outcome, Report
from vetrina.live.shared_stock import check_currency, holds, with_stock
from vetrina.live.show_loader import evolved, initial_state, standing_of
from vetrina.live.show_replica import ShowReplica
from vetrina.live.show_replicas import ShowReplicas
from vetrina.live.show_standing import correct_standing, is_over, last_status
from vetrina.live.show_writer import ShowWriter
from vetrina.live.timers import Timers
from vetrina.metrics import Metrics
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.answers import IdempotentRequest
from vetrina.store.ports.keys import FirstKey
from vetrina.store.ports.shows import Appended, Show
from vetrina.store.ports.store import Store

EPOCH_CHARS = 8
# Who writes a copy of another show's stock; a copy is not copied back.
COPIED_BY = "shared stock"


# Whoever wrote a deadline keeps it to the moment. So much later it is not there any more.
OVERDUE_MS = 1_500


class UnknownShow(LookupError):
    """There is no show with this slug."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"There is no show {slug}.")
        self.slug = slug


class ShowService:
    """Every change of every show in this process goes through here."""

    def __init__(
        self,
        store: Store,
        bus: Bus,
        clock: Clock,
        limits: Limits,
        replicas: ShowReplicas,
        metrics: Metrics | None = None,
        names: NamePolicy | None = None,
    ) -> None:
        self._store = store
        self._bus = bus
        self._clock = clock
        self._limits = limits
        self._replicas = replicas
        self._metrics = metrics or Metrics()
        self.matching = ProductMatching(store, clock)
        self.damaged: Mapping[str, DamagedLog] = replicas.damaged
        """Shows that are set aside, since their logs cannot be read."""
        current = CurrentShow(store if bus.shared else None, clock, self.damaged)
        self._intake = Intake(store, self.matching, names or NamePolicy(), current)
        self._writers: dict[str, ShowWriter] = {}
        self._copying: set[asyncio.Task[Appended]] = set()
        self.timers = Timers(clock, self.tick)

    async def open(self) -> None:
        """Take up every show that is on, so that its deadlines are kept after a restart.

        One whose log is damaged is set aside, and the others are served.
        """
        for running in await self._store.running():
            if running.standing is None or running.standing.status in LISTENING:
                with contextlib.suppress(DamagedLog):
                    writer = await self._writer(running.slug)
                    self._set_timer(writer.replica)
                    await correct_standing(self._store, running, writer.replica)

    def forget(self, slug: str) -> None:
        """The show's log was replaced: its writer serves what is queued, and no more."""
        self._writers.pop(slug, None)

    async def sweep(self) -> None:
        """Do what another process was to do and did not: its deadlines are long past."""
        before = self._clock.now_ms() - OVERDUE_MS
        for running in await self._store.running():
            due_at = running.standing.due_at if running.standing else None
            if due_at is not None and due_at < before:
                with contextlib.suppress(DamagedLog):
                    await self.tick(running.slug)
                    writer = await self._writer(running.slug)
                    await correct_standing(self._store, running, writer.replica)

    async def close(self) -> None:
        """Serve what is queued, then return."""
        for writer in self._writers.values():
            await writer.close()

    async def create(
        self, new: NewShow, *, by: str | None = None, first_key: FirstKey | None = None
    ) -> Show:
        """A new show, started at once when its status says so.

        Raises Taken, Conflict; with a template also UnknownShow and Refused.
        """
        now = self._clock.now_ms()
        show = Show(
            slug=new.slug,
            title=new.title,
            currency=new.currency,
            host=new.host,
            starts_at=new.starts_at,
            epoch=new_epoch(),
            created_at=now,
        )
        events: tuple[Event, ...] = ()
        if new.template is not None:
            _, template = await self.state(new.template)
            events = await taken_over(self._store, show, template, self._limits, now)
        if new.status != "draft":
            events = (*events, ShowStarted(now, new.status))
        standing = standing_of(evolved(initial_state(show), events))
        await self._store.create_show(show, events, by, standing, first_key)
        await self._writer(show.slug)
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
        writer = await self._writer(slug)
        return await writer.handle(commands, by, request)

    async def edit(self, slug: str, changes: ShowChanges, *, by: str | None = None) -> ShowState:
        """Change what a show says of itself; its state after that. Raises like `handle`."""
        await self.handle(slug, [EditShow(changes)], by=by)
        return (await self.state(slug))[1]

    async def tick(self, slug: str) -> None:
        """Write what time alone has brought about in a show."""
        writer = await self._writer(slug)
        await writer.tick()
        self._set_timer(writer.replica)

    async def state(self, slug: str) -> tuple[Position, ShowState]:
        """Where a show stands. Raises UnknownShow."""
        replica = (await self._writer(slug)).replica
        return replica.position, replica.state

    async def status(self, show: Show) -> ShowStatus:
        """A show's status, without reading the whole log of one that is over."""
        try:
            if self._replicas.get(show.slug) is None and await is_over(self._store, show):
                return "ended"
            return (await self._writer(show.slug)).state.status
        except DamagedLog:
            return await last_status(self._store, show)

    async def also_sold(self, slug: str, skus: Collection[str]) -> list[str]:
        """Those of the products that another show sells now: a draft sells nothing yet."""
        if not skus:
            return []
        running = [one.slug for one in await self._store.running()]
        others = [one for one in running if one != slug and one not in self.damaged]
        states = [(await self._writer(other)).state for other in others]
        bags = [state.bag for state in states if state.status in SELLING]
        return sorted(sku for sku in skus if any(sku in bag for bag in bags))

    async def show(self, slug: str) -> Show:
        """A show's unchanging part. Raises UnknownShow."""
        return (await self._writer(slug)).show

    async def put_products(
        self, products: Sequence[Product], *, by: str | None = None
    ) -> list[Product]:
        """Insert or replace products; the bags that hold them follow. Raises Refused."""
        check_currency((writer.state for writer in self._writers.values()), products)
        await self._store.put_products(products)
        self.matching.forget_catalogue()
        for slug, writer in list(self._writers.items()):
            if writer.state.status != "ended" and holds(writer.state, products):
                await self.handle(slug, [RefreshProducts(tuple(products))], by=by)
        return list(products)

    async def put_bag(
        self, slug: str, skus: Sequence[str], *, force: bool = False, by: str | None = None
    ) -> Appended:
        """Make these products the bag, in this order. Raises like `handle`."""
        writer = await self._writer(slug)
        found = {product.sku: product for product in await self._store.products(skus)}
        missing = [sku for sku in skus if sku not in found]
        if missing:
            names = ", ".join(missing[:5])
            raise Refused("unknown_sku", f"Not in the catalogue: {names}. Add the product first.")
        products = tuple(found[sku] for sku in dict.fromkeys(skus))
        return await writer.handle([SetBag(products, force)], by, None)

    async def receive(self, report: Report) -> Outcome:
        """Settle a report of a shop; returns after it is durable. Raises Busy."""
        report = await self._intake.prepared(report)
        slug = await self._intake.show_for(report, list(self._writers.values()))
        if slug is None:
            return await self._intake.keep(report)
        return await (await self._writer(slug)).receive(report)

    async def _writer(self, slug: str) -> ShowWriter:
        replica = await self._replicas.open(slug)
        if replica is None:
            raise UnknownShow(slug)
        writer = self._writers.get(slug)
        if writer is None or writer.replica is not replica:
            writer = self._writers[slug] = ShowWriter(
                replica, self._store, self._bus, self._clock, self._limits, self._committed
            )
            replica.subscribe(lambda _: self._set_timer(replica))
        return writer

    def _set_timer(self, replica: ShowReplica) -> None:
        self.timers.set(replica.slug, rules.next_due(replica.state))

    def _committed(self, writer: ShowWriter, appended: Appended) -> None:
        """After each commit: copy its stock to the other shows that sell the same products."""
        self._metrics.events_appended.inc(len(appended.events))
        if len(self._writers) == 1:
            return
        changed = {
            entry.event.sku: entry.by
            for entry in appended.events
            if isinstance(entry.event, StockChanged | DealEnded) and not _is_copy(entry.by)
        }
        bag = writer.state.bag
        products = tuple(bag[sku].product for sku in changed if sku in bag)
        for other in self._writers.values():
            if other is not writer and other.state.status != "ended":
                makers = sorted({by for by in changed.values() if by})
                self._copy_stock(other, products, makers)

    def _copy_stock(
        self, other: ShowWriter, products: Sequence[Product], makers: Sequence[str]
    ) -> None:
        """The log of the other show tells who changed it."""
        if not holds(other.state, products):
            return
        stock = with_stock(other.state, products)
        by = f"{COPIED_BY}: {', '.join(makers)}" if makers else COPIED_BY
        copying = asyncio.create_task(other.handle([RefreshProducts(stock)], by, None))
        self._copying.add(copying)
        copying.add_done_callback(self._copying.discard)


def _is_copy(by: str | None) -> bool:
    return by is not None and by.partition(":")[0] == COPIED_BY


def new_epoch() -> str:
    """Random text that no other show has had."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(EPOCH_CHARS))
