"""Reports of shops, up to the writer of the show that counts them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from vetrina.domain.buyer_names import NamePolicy, named
from vetrina.domain.selling.order import Order, Reversal
from vetrina.domain.selling.order import Report as Content
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.selling.settlement import settle, told_again
from vetrina.live.current_show import Candidate, CurrentShow
from vetrina.live.purchases.product_matching import ProductMatching
from vetrina.live.purchases.settlement import Outcome, Report, receipt
from vetrina.live.show_writer import Busy
from vetrina.store.errors import Conflict
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.inbox import VersionedRecord
from vetrina.store.ports.store import Store

# While no show is on, only a second process could be writing the same order.
KEEP_ATTEMPTS = 8


class Intake:
    """Finds the show of a report, and keeps what no show counts."""

    def __init__(
        self, store: Store, matching: ProductMatching, names: NamePolicy, on_now: CurrentShow
    ) -> None:
        self._store = store
        self._matching = matching
        self._names = names
        self._on_now = on_now

    async def prepared(self, report: Report) -> Report:
        """With our products, and without what nobody agreed to tell: before anything is kept.

        Reversals of a payment that is known to be another order's are that order's.
        """
        contents: list[Content] = []
        for content in await self._of_their_order(report):
            if isinstance(content, Order):
                order = await self._matching.apply(report.connection.id, content)
                content = named(order, self._names)
            contents.append(content)
        return replace(report, contents=tuple(contents))

    async def show_for(self, report: Report, candidates: Iterable[Candidate]) -> str | None:
        """The connection's own show, else the one that counts the order, else the one on now."""
        if report.connection.show is not None:
            return report.connection.show
        purchase = report.purchase
        known = await self._store.order_records(report.connection.id, [purchase])
        if purchase in known and known[purchase].record.show is not None:
            return known[purchase].record.show
        return await self._on_now.newest(candidates)

    async def linked(self, connection: Connection, payment: str, order: str) -> Sequence[Reversal]:
        """Note whose payment it is; what came for it so far is told again for the order."""
        for _ in range(KEEP_ATTEMPTS):
            known = (await self._store.order_records(connection.id, [payment])).get(payment)
            before = known.record if known else OrderRecord(purchase=payment)
            linked = replace(before, also=order)
            record = VersionedRecord(connection.id, linked, known.version if known else 0)
            try:
                if before != linked:
                    await self._store.put_receipts([], [record])
            except Conflict:
                continue
            return told_again(before, order) if before.lines is None else ()
        raise Busy("Other processes keep changing this order. Try again.")

    async def _of_their_order(self, report: Report) -> Sequence[Content]:
        if not all(isinstance(content, Reversal) for content in report.contents):
            return report.contents
        purchase = report.purchase
        known = (await self._store.order_records(report.connection.id, [purchase])).get(purchase)
        if known is None or known.record.also is None or known.record.lines is not None:
            return report.contents
        return [replace(content, purchase=known.record.also) for content in report.contents]

    async def keep(self, report: Report) -> Outcome:
        """Keep an order while no show is on, so that a repeat or a reversal finds it."""
        connection, purchase = report.connection.id, report.purchase
        for _ in range(KEEP_ATTEMPTS):
            if await self._store.seen_deliveries(connection, [report.delivery]):
                return "duplicate"
            known = (await self._store.order_records(connection, [purchase])).get(purchase)
            settled = known.record if known else OrderRecord(purchase=purchase)
            for content in report.contents:
                settled = settle(settled, content).record
            outcome: Outcome = "test" if settled.test else "not_running"
            record = VersionedRecord(connection, settled, known.version if known else 0)
            try:
                await self._store.put_receipts([receipt(report, outcome)], [record])
            except Conflict:
                continue
            return outcome
        raise Busy("Other processes keep changing this order. Try again.")
