"""Use cases of a show: create it, handle commands, keep the catalogue, take in purchases."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import string
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

from vetrina.bus.port import Bus
from vetrina.clock import Clock
from vetrina.domain.buyer_names import NamePolicy
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import Refused
from vetrina.domain.selling.order import Reversal
from vetrina.domain.show import rules
from vetrina.domain.show.commands import Command, EditShow, SetBag, ShowChanges
from vetrina.domain.show.events import Event, Position, ShowStarted
from vetrina.domain.show.holding import Held, held
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.purchases import SELLING
from vetrina.domain.show.state import ShowState
from vetrina.live.catalogue_edits import CatalogueEdits
from vetrina.live.current_show import LISTENING, Candidate, CurrentShow
from vetrina.live.new_show import NewShow, taken_over
from vetrina.live.offered_vouchers import with_vouchers
from vetrina.live.purchases.intake import Intake
from vetrina.live.purchases.product_matching import ProductMatching
from vetrina.live.purchases.settlement import Outcome, Report
from vetrina.live.shared_stock import StockCopies
from vetrina.live.show_loader import evolved, initial_state, standing_of
from vetrina.live.show_replica import ShowReplica
from vetrina.live.show_replicas import ShowReplicas
from vetrina.live.show_standing import correct_standing
from vetrina.live.show_writer import ShowWriter
from vetrina.live.stock_telling import StockTelling
from vetrina.live.stored_states import state_version
from vetrina.live.timers import Timers
from vetrina.metrics import Metrics
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.answers import IdempotentRequest
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.keys import FirstKey
from vetrina.store.ports.shows import Appended, Running, Show
from vetrina.store.ports.store import Store

EPOCH_CHARS = 8
# Whoever wrote a deadline keeps it to the moment. So much later it is not there any more.
OVERDUE_MS = 1_500
# Half a second of reading. Only a log without a stored state that fits is longer.
READ_AT_START = 20_000


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
        self._long_logs: deque[Running] = deque()
        self._all_taken_up = asyncio.Event()
        self._copies = StockCopies(self._writers, self._long_logs, self._writer)
        self.stock = StockTelling(store, self._writers, self._writer, clock)
        self.timers = Timers(clock, self.tick)
        self.catalogue = CatalogueEdits(
            store, self.matching, self._writers, self._all_read, clock.now_ms, self.stock.changed
        )

    async def open(self) -> None:
        """Take up every show that is on, so that its deadlines are kept after a restart.

        Those whose log must be read anew, as after an update, are left to `take_up_long_logs`.
        One whose log is damaged is set aside, and the others are served.
        """
        kept = await self._store.stored_seqs(state_version())
        for running in await self._store.running():
            if running.standing is None or running.standing.status in LISTENING:
                if running.position.seq - kept.get(running.slug, 0) > READ_AT_START:
                    self._long_logs.append(running)
                else:
                    await self._take_up(running)

    async def take_up_long_logs(self) -> None:
        """Take up the others, while everybody else is served. Goes on where it failed."""
        while self._long_logs:
            await self._take_up(self._long_logs[0])
            self._long_logs.popleft()
        self._all_taken_up.set()

    async def _all_read(self) -> None:
        if self._long_logs:
            await self._all_taken_up.wait()

    async def _take_up(self, running: Running) -> None:
        with contextlib.suppress(DamagedLog):
            writer = await self._writer(running.slug)
            self._set_timer(writer.replica)
            await correct_standing(self._store, running, writer.replica)
            await self.stock.count_deals(writer.state)

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
        commands = await with_vouchers(self._store, commands)
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
        await self.catalogue.put_products(products, by=by)
        return list(products)

    async def held(self, skus: Collection[str]) -> Mapping[str, Held]:
        """What shows hold products to; a deal goes before a bag without one."""
        await self._all_read()
        found: dict[str, Held] = {}
        for writer in list(self._writers.values()):
            for sku, by in held(writer.state, skus).items():
                if sku not in found or by.price is not None:
                    found[sku] = by
        return found

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
        slug = await self._intake.show_for(report, self._candidates())
        if slug is None:
            return await self._intake.keep(report)
        return await (await self._writer(slug)).receive(report)

    def _candidates(self) -> Iterator[Candidate]:
        """Shows of this process that a purchase may be for, those not yet read among them."""
        for writer in self._writers.values():
            yield writer.show.created_at, writer.show.slug, writer.state.status
        for running in self._long_logs:
            if running.standing is not None and running.slug not in self._writers:
                yield running.created_at, running.slug, running.standing.status

    async def link_payment(
        self, connection: Connection, payment: str, order: str
    ) -> Sequence[Reversal]:
        """Note that a payment is another order's. Returns what came for it before. Raises Busy."""
        return await self._intake.linked(connection, payment, order)

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
        self._metrics.events_appended.inc(len(appended.events))
        self._copies.after(writer, appended)
        self.stock.after(appended)


def new_epoch() -> str:
    """Random text that no other show has had."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(EPOCH_CHARS))
