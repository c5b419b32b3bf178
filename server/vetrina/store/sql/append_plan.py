"""Optimistic concurrency of a group of appends: which conflict, which numbers and rows follow.

Pure: the plan is told what the database holds and says what is to be written. So many entries
cost as many statements as one, and one that conflicts leaves the others alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from typing import Any

import orjson

from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.show.events import Position, Recorded, ShowEdited, StockChanged
from vetrina.domain.show.values import PastDeal
from vetrina.protocol.codec import encode_event, type_of
from vetrina.store.errors import Conflict
from vetrina.store.ports.answers import AppendedRequest, IdempotentRequest
from vetrina.store.ports.inbox import Receipt, VersionedRecord
from vetrina.store.ports.shows import Append, Appended, Standing
from vetrina.store.ports.states import StoredState
from vetrina.store.sql.deal_rows import DealEvent, is_of_deal

Row = dict[str, Any]
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class InboxEntry:
    """Receipts and records that lead to no event."""

    receipts: Sequence[Receipt]
    records: Sequence[VersionedRecord]


Entry = Append | InboxEntry


@dataclass(slots=True)
class AppendPlan:
    """The state of a group's transaction. The first four fields are what the database holds."""

    heads: dict[str, Position]
    versions: dict[Pair, int]
    deliveries: set[Pair]
    answered: Set[str] = frozenset()

    events: list[Row] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    new_orders: dict[Pair, Row] = field(default_factory=dict)
    orders: dict[Pair, Row] = field(default_factory=dict)
    records: dict[Pair, OrderRecord] = field(default_factory=dict)
    answers: dict[str, AppendedRequest] = field(default_factory=dict)
    stocks: list[StockChanged] = field(default_factory=list)
    of_deals: list[tuple[str, DealEvent]] = field(default_factory=list)
    past_deals: list[PastDeal] = field(default_factory=list)
    grown: set[str] = field(default_factory=set)
    standings: dict[str, Standing] = field(default_factory=dict)
    states: dict[str, StoredState] = field(default_factory=dict)
    edits: dict[str, ShowEdited] = field(default_factory=dict)

    def add(self, entry: Entry) -> Appended | None:
        """Plan an entry, whole or not at all. Raises Conflict and LookupError."""
        self._check_inbox(entry)
        orders = [(_pair(record), _order_row(record)) for record in entry.records]
        appended = self._append(entry) if isinstance(entry, Append) else None
        self.receipts.extend(entry.receipts)
        self.deliveries.update((r.connection, r.delivery) for r in entry.receipts)
        for pair, row in orders:
            self.versions[pair] = row["version"]
            new = row["version"] == 1 or pair in self.new_orders
            (self.new_orders if new else self.orders)[pair] = row
        self.records.update((_pair(record), record.record) for record in entry.records)
        return appended

    def _check_inbox(self, entry: Entry) -> None:
        deliveries = [(receipt.connection, receipt.delivery) for receipt in entry.receipts]
        if len(set(deliveries)) < len(deliveries) or not self.deliveries.isdisjoint(deliveries):
            raise Conflict("A delivery has a receipt already. Read again and decide again.")
        versions = {_pair(record): record.version for record in entry.records}
        known = {pair: self.versions.get(pair, 0) for pair in versions}
        if len(versions) < len(entry.records) or versions != known:
            raise Conflict("An order was written by somebody else. Read it again.")

    def _append(self, append: Append) -> Appended:
        head = self.heads.get(append.show)
        if head is None:
            raise LookupError(f"There is no show {append.show!r}.")
        if append.after is not None and append.after != head.seq:
            raise Conflict(
                f"{append.show} stands at {head.seq}, not at {append.after}. Read it again."
            )
        recorded = tuple(
            Recorded(seq, event, append.by) for seq, event in enumerate(append.events, head.seq + 1)
        )
        rows = [_event_row(append.show, one) for one in recorded]
        position = Position(head.epoch, head.seq + len(recorded))
        self._answer(append, position, recorded)
        self.events.extend(rows)
        self.past_deals.extend(append.past_deals)
        if recorded:
            self.heads[append.show] = position
            self.grown.add(append.show)
        if append.standing is not None:
            self.standings[append.show] = append.standing
        if append.state is not None and append.state.seq == position.seq:
            self.states[append.show] = append.state
        for one in recorded:
            if isinstance(one.event, StockChanged):
                self.stocks.append(one.event)
            elif is_of_deal(one.event):
                self.of_deals.append((append.show, one.event))
            elif isinstance(one.event, ShowEdited):
                self.edits[append.show] = one.event
        return Appended(position, recorded)

    def _answer(self, append: Append, position: Position, recorded: Sequence[Recorded]) -> None:
        request = append.request
        if request is None:
            return
        if request.key in self.answered or request.key in self.answers:
            raise Conflict("This request was answered already. Read the answer.")
        first_seq = position.seq - len(recorded) + 1
        answer = AppendedRequest(request, append.show, position, first_seq)
        self.answers[request.key] = answer


def looked_up(entries: Iterable[Entry]) -> tuple[set[Pair], set[Pair]]:
    """The deliveries and the orders that entries are about, each with its connection."""
    deliveries: set[Pair] = set()
    orders: set[Pair] = set()
    for entry in entries:
        deliveries.update((receipt.connection, receipt.delivery) for receipt in entry.receipts)
        orders.update(map(_pair, entry.records))
    return deliveries, orders


def requests_of(entries: Iterable[Entry]) -> list[IdempotentRequest]:
    """The idempotent requests that entries come from."""
    appends = [entry for entry in entries if isinstance(entry, Append)]
    return [append.request for append in appends if append.request is not None]


def _pair(record: VersionedRecord) -> Pair:
    return record.connection, record.record.purchase


def _event_row(show: str, recorded: Recorded) -> Row:
    return {
        "show": show,
        "seq": recorded.seq,
        "type": type_of(recorded.event),
        "at": recorded.event.at,
        "by": recorded.by,
        "data": encode_event(recorded.event).decode(),
    }


def _order_row(record: VersionedRecord) -> Row:
    return {
        "connection": record.connection,
        "purchase": record.record.purchase,
        "version": record.version + 1,
        "data": orjson.dumps(record.record).decode(),
    }
