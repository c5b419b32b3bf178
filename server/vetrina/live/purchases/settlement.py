"""Reports of shops: which are new, what they come to, what to keep of them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Literal

import orjson

from vetrina.domain.selling.order import Order
from vetrina.domain.selling.order import Report as Content
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.show import purchases
from vetrina.domain.show.events import Event
from vetrina.domain.show.state import ShowState
from vetrina.live.show_loader import evolved
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.inbox import InboxStore, Receipt, VersionedRecord

Outcome = purchases.SaleOutcome | Literal["ignored", "unread"]
# A delivery may hold an order and its refunds: what happened is told before what did not.
_BY_WEIGHT: tuple[Outcome, ...] = (
    *("applied", "test", "waiting", "before_show", "no_goods", "not_running", "duplicate"),
)


@dataclass(frozen=True, slots=True)
class Report:
    """A verified delivery of a connection, in normal form: what it says of one order."""

    connection: Connection
    delivery: str
    contents: tuple[Content, ...]
    received_at: int
    ahead_ms: int = 0
    """What the show's time is ahead of the shop's."""

    @property
    def purchase(self) -> str:
        """The order that all of it is about."""
        return self.contents[0].purchase

    def same_connection(self, other: Report) -> bool:
        return self.connection.id == other.connection.id


@dataclass(slots=True)
class Settlement:
    """What a batch of reports comes to; `outcomes` are in the order of the reports."""

    state: ShowState
    facts: list[Event] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    records: list[VersionedRecord] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of the orders that reports of one connection are about."""

    deliveries: Set[str]
    records: Mapping[str, VersionedRecord]


async def known_of(store: InboxStore, reports: Sequence[Report]) -> Known:
    """Two reads, in one go, however many reports there are."""
    connection = reports[0].connection.id
    deliveries = [report.delivery for report in reports]
    orders = list({report.purchase for report in reports})
    seen, records = await asyncio.gather(
        store.seen_deliveries(connection, deliveries), store.order_records(connection, orders)
    )
    return Known(seen, records)


def settle_reports(
    state: ShowState, reports: Sequence[Report], known: Known, now: int
) -> Settlement:
    """Decide a batch of one connection."""
    connection, seen = reports[0].connection.id, set(known.deliveries)
    settled = Settlement(state)
    changed: dict[str, OrderRecord] = {}
    for report in reports:
        if report.delivery in seen:
            settled.outcomes.append("duplicate")
            continue
        seen.add(report.delivery)
        outcomes: list[Outcome] = []
        for content in report.contents:
            before = changed.get(report.purchase) or _record_of(known.records, report)
            told = _in_show_time(content, report.ahead_ms)
            sale = purchases.receive(settled.state, before, told, now)
            if sale.record != before:
                changed[sale.record.purchase] = sale.record
            settled.state = evolved(settled.state, sale.facts)
            settled.facts.extend(sale.facts)
            outcomes.append(sale.outcome)
        settled.outcomes.append(heaviest(outcomes))
        settled.receipts.append(receipt(report, settled.outcomes[-1]))
    settled.records = [
        VersionedRecord(connection, record, _version_of(known.records, purchase))
        for purchase, record in changed.items()
    ]
    return settled


def heaviest(outcomes: Iterable[Outcome]) -> Outcome:
    """What a delivery came to, of what its parts came to."""
    return min(outcomes, key=_BY_WEIGHT.index)


def receipt(report: Report, outcome: Outcome) -> Receipt:
    """The inbox entry of a report. Who bought, and where, is for the screen and not kept here."""
    return Receipt(
        connection=report.connection.id,
        delivery=report.delivery,
        received_at=report.received_at,
        outcome=outcome,
        body=orjson.dumps([_impersonal(content) for content in report.contents]),
    )


def _in_show_time(content: Content, ahead_ms: int) -> Content:
    if not isinstance(content, Order) or not ahead_ms:
        return content
    bought_at = None if content.bought_at is None else content.bought_at + ahead_ms
    return replace(content, occurred_at=content.occurred_at + ahead_ms, bought_at=bought_at)


def _impersonal(content: Content) -> Content:
    if isinstance(content, Order):
        return replace(content, name=None, region=None, buyer=None)
    return content


def _version_of(known: Mapping[str, VersionedRecord], purchase: str) -> int:
    return known[purchase].version if purchase in known else 0


def _record_of(known: Mapping[str, VersionedRecord], report: Report) -> OrderRecord | None:
    entry = known.get(report.purchase)
    return None if entry is None else entry.record
