"""`POST /webhooks/{connection}`: verified, settled and durable before the 2xx."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from vetrina.connectors.port import NO_SECRET, BadPayload, BadSignature, Delivery
from vetrina.live.purchases.settlement import Report
from vetrina.live.service import UnknownShow
from vetrina.live.show_writer import Busy
from vetrina.store.ports.shows import Connection
from vetrina.web.context import Context
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.problem import FieldError, Problem, invalid
from vetrina.web.http.rate_limiter import Rate
from vetrina.web.http.request_body import read_body

BODY_BYTES = 1024 * 1024
TEST_MODE = "in test mode: test orders are shown in a rehearsal, and never counted"
NO_SHOW = "no show on: an order counts for the show that is live when it comes"


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The route's handler, with what it needs."""

    context: Context

    async def receive(self, request: Request) -> Response:
        """Answer one delivery.

        200 with the outcome, also for a repeat and for what concerns no show; 401 for a bad
        signature, without saying why (the seller reads that in the panel); 404, 413, 422 and 429 as
        everywhere; 503 to be tried again.
        """
        connection = await self._connection(request)
        connector = self.context.connections.connector(connection.kind)
        body = await read_body(request, BODY_BYTES)
        if connector.is_ping(dict(request.headers), body):
            return Response()
        delivery = await self._verified(connection, request, body)
        outcome = await self._settled(connection, delivery)
        why = _not_counted(outcome, delivery)
        await self.context.connections.note(connection, why, verified=True)
        self.context.metrics.delivery(connection.kind, outcome)
        return Response() if connector.answers_empty else json_answer({"outcome": outcome})

    async def _connection(self, request: Request) -> Connection:
        connection = await self.context.connections.get(request.path_params["connection"])
        if connection is None:
            raise Problem(404, "unknown_connection", "There is no connection at this address.")
        most = self.context.settings.webhooks_per_second
        await self.context.limiter.take(Rate("webhooks", per_s=most, burst=most), connection.id)
        return connection

    async def _verified(self, connection: Connection, request: Request, body: bytes) -> Delivery:
        """The normal form of a delivery that this connection's secret signed."""
        context = self.context
        connector = context.connections.connector(connection.kind)
        headers = dict(request.headers)
        try:
            if not connection.secrets:
                raise BadSignature(NO_SECRET)
            connector.verify(
                headers, body, connection.secrets, context.clock.wall_ms(), connection.options
            )
        except BadSignature as error:
            await self._refuse(connection, str(error))
            detail = "The delivery is not signed for this address."
            raise Problem(401, "bad_signature", detail) from None
        try:
            return connector.read(headers, body, context.connections.opaque(connection.id))
        except BadPayload as error:
            await self._refuse(connection, f"not understood: signed well, but {error}")
            raise invalid([FieldError(*fault) for fault in error.errors]) from None

    async def _settled(self, connection: Connection, delivery: Delivery) -> str:
        if not delivery.reports:
            return "ignored"
        now = self.context.clock.now_ms()
        report = Report(connection, delivery.id, delivery.reports, now)
        try:
            return await self.context.shows.receive(report)
        except UnknownShow:
            return "ignored"
        except Busy as error:
            raise Problem(503, "busy", str(error), headers={"retry-after": "1"}) from error

    async def _refuse(self, connection: Connection, why: str) -> None:
        self.context.metrics.delivery(connection.kind, "refused")
        await self.context.connections.note(connection, why)


def _not_counted(outcome: str, delivery: Delivery) -> str | None:
    """What the seller is told of a delivery that was taken in and counts for nothing."""
    if outcome == "test":
        return TEST_MODE
    if outcome == "not_running":
        return NO_SHOW
    if outcome == "ignored":
        return NO_SHOW if delivery.reports else delivery.without
    return None
