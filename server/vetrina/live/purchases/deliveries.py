"""Taking in deliveries: find the connection, verify, read, settle, note how it fared.

Webhooks and polls go the same way; polls bring what is read already.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass

from vetrina.clock import Clock
from vetrina.connectors.payment_notices import NoOrders, PaymentNotices
from vetrina.connectors.port import BadPayload, BadSignature, Connector, Delivery, Reason
from vetrina.domain.selling.order import Report as Content
from vetrina.live.purchases.settlement import Outcome, Report
from vetrina.live.purchases.shop_connections import Connections
from vetrina.live.purchases.unread import UnreadDeliveries
from vetrina.live.service import ShowService, UnknownShow
from vetrina.metrics import Metrics
from vetrina.store.ports.connections import Connection

logger = logging.getLogger(__name__)
REASONS: Mapping[str, Reason] = {
    "test": Reason.TEST_MODE,
    "not_running": Reason.NO_SHOW,
    "before_show": Reason.BEFORE_SHOW,
    "no_goods": Reason.NO_GOODS,
}


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What a delivery came to. `reason` says why it does not count, or not all of it was read.

    `errors` are the fields at fault of one that could not be read: it is kept, to be read again.
    """

    outcome: Outcome
    reason: Reason | None = None
    dropped: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()


class Deliveries:
    """The use case."""

    def __init__(
        self,
        connections: Connections,
        shows: ShowService,
        unread: UnreadDeliveries,
        clock: Clock,
        metrics: Metrics,
    ) -> None:
        self._connections = connections
        self._shows = shows
        self._clock = clock
        self._metrics = metrics
        self.payments: PaymentNotices = NoOrders()
        """Books what is about orders of ours."""
        self.unread = unread

    async def find(self, connection_id: str) -> tuple[Connection, Connector] | None:
        """A connection and the code of its provider, or None."""
        connection = await self._connections.get(connection_id)
        if connection is None:
            return None
        return connection, self._connections.connector(connection.kind)

    async def take_in(
        self, connection: Connection, headers: Mapping[str, str], body: bytes
    ) -> TakenIn:
        """Read, settle and note a verified delivery; returns after it is durable.

        Raises Busy, to be tried again.
        """
        connector = self._connections.connector(connection.kind)
        try:
            delivery = connector.read(headers, body, self._connections.opaque(connection.id))
        except BadPayload as error:
            return await self._keep_unread(connection, headers, body, error)
        taken = await self._taken(connection, delivery)
        detail = ", ".join(taken.dropped) if taken.reason is Reason.PARTLY_READ else None
        await self._connections.note(connection, taken.reason, detail, verified=True)
        self._metrics.delivery(connection.kind, taken.outcome)
        return taken

    async def settle(self, connection: Connection, delivery: Delivery) -> Outcome:
        """Settle what was read, however it came. Raises Busy and StoreError."""
        if await self.book(connection, delivery):
            return "applied"
        return await self.report(connection, delivery)

    async def book(self, connection: Connection, delivery: Delivery) -> bool:
        """Whether it is about a payment of an order of ours, which is booked then. Raises Busy and
        StoreError."""
        live = delivery.live
        ours = [
            await self.payments.take(notice, connection.id, live=live)
            for notice in delivery.notices
        ]
        return any(ours)

    async def report(self, connection: Connection, delivery: Delivery) -> Outcome:
        """Settle what another shop reports. Raises Busy and StoreError."""
        for payment, order in delivery.payments.items():
            waiting = await self._shows.link_payment(connection, payment, order)
            if waiting:
                await self._receive(connection, f"link-{payment}", tuple(waiting))
        if not delivery.reports:
            return "ignored"
        return await self._receive(connection, delivery.id, delivery.reports)

    async def _receive(
        self, connection: Connection, delivery: str, reports: tuple[Content, ...]
    ) -> Outcome:
        now, ahead_ms = self._clock.now_ms(), self._clock.ahead_ms()
        report = Report(connection, delivery, reports, now, ahead_ms)
        try:
            return await self._shows.receive(report)
        except UnknownShow:
            return "ignored"

    async def verify(self, connection: Connection, headers: Mapping[str, str], body: bytes) -> None:
        """Raises BadSignature, which is noted, unless a secret of the connection signed it."""
        try:
            self._check_signature(connection, headers, body)
        except BadSignature as error:
            self._metrics.delivery(connection.kind, "refused")
            await self._connections.note(connection, error.reason, error.detail)
            raise

    def _check_signature(
        self, connection: Connection, headers: Mapping[str, str], body: bytes
    ) -> None:
        """Raises BadSignature, also where it is too old by each of the clocks there are."""
        if not connection.secrets:
            raise BadSignature(Reason.NO_SECRET)
        verify = self._connections.connector(connection.kind).verify
        *others, last_ms = self._clock.civil_ms()
        for time_ms in others:
            with contextlib.suppress(BadSignature):
                verify(headers, body, connection.secrets, time_ms, connection.options)
                return
        verify(headers, body, connection.secrets, last_ms, connection.options)

    async def _taken(self, connection: Connection, delivery: Delivery) -> TakenIn:
        outcome = await self.settle(connection, delivery)
        reason = REASONS.get(outcome)
        if outcome == "ignored":
            reason = Reason.NO_SHOW if delivery.reports else delivery.without
        if reason is None and delivery.dropped:
            reason = Reason.PARTLY_READ
        return TakenIn(outcome, reason, delivery.dropped)

    async def _keep_unread(
        self, connection: Connection, headers: Mapping[str, str], body: bytes, error: BadPayload
    ) -> TakenIn:
        """Answered as taken in: shops switch an address off that refuses."""
        connector = self._connections.connector(connection.kind)
        now, why = self._clock.now_ms(), str(error)
        await self.unread.keep(connection, connector, headers, body, why, now)
        await self._connections.note(connection, Reason.NOT_UNDERSTOOD, why, verified=True)
        self._metrics.delivery(connection.kind, "unread")
        fields = ", ".join(field for field, _ in error.errors)
        logger.warning("connection %s: could not read a delivery: %s", connection.id, fields)
        return TakenIn("unread", Reason.NOT_UNDERSTOOD, errors=error.errors)
