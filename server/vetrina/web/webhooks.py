"""`POST /webhooks/{connection}`: verified, settled and durable before the 2xx."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from vetrina.connectors.catalogues.notices import tells_of_product
from vetrina.connectors.port import BadSignature, Connector, Reason
from vetrina.live.purchases.deliveries import TakenIn
from vetrina.live.purchases.settlement import Outcome
from vetrina.live.show_writer import Busy
from vetrina.store.ports.connections import Connection
from vetrina.web.context import Context
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.problem import Problem
from vetrina.web.http.rate_limiter import Rate, address_of
from vetrina.web.http.request_body import read_body

BODY_BYTES = 1024 * 1024
SOLD: tuple[Outcome, ...] = ("applied", "duplicate")
"""What may have counted pieces that the shop has counted, too."""
UNREAD = "vetrina-unread"
"""The header with the id of an unread delivery that is sent again."""


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The route's handler, with what it needs."""

    context: Context

    async def receive(self, request: Request) -> Response:
        """Answer one delivery.

        200 with the outcome, also for a repeat, for what concerns no show and for what could not be
        read; 401 for a bad signature, without saying why (the seller reads that in the panel); 404,
        413 and 429 as everywhere; 503 to be tried again.
        """
        connection, connector = await self._connection(request)
        body = await read_body(request, BODY_BYTES)
        headers = dict(request.headers)
        if connector.is_ping(headers, body):
            return Response()
        await self._verify(request, connection, body)
        if tells_of_product(connection.kind, headers):
            return await self._product(connection, headers, body)
        taken = await self._taken(connection, headers, body)
        if taken.outcome in SOLD:
            await self.context.syncs.following.sold(connection, body)
        if UNREAD in headers and taken.outcome != "unread":
            await self.context.deliveries.unread.forget(connection.id, headers[UNREAD])
        return Response() if connector.answers_empty else json_answer(_told(taken))

    async def _connection(self, request: Request) -> tuple[Connection, Connector]:
        found = await self.context.deliveries.find(request.path_params["connection"])
        if found is None:
            raise Problem(404, "unknown_connection", "There is no connection at this address.")
        return found

    async def _verify(self, request: Request, connection: Connection, body: bytes) -> None:
        """What is not signed uses up nothing of the shop's: it counts for who sent it."""
        most, limiter = self.context.settings.webhooks_per_second, self.context.limiter
        try:
            await self.context.deliveries.verify(connection, dict(request.headers), body)
        except BadSignature:
            unsigned = Rate("unsigned webhooks", per_s=most, burst=most)
            await limiter.take(unsigned, f"{connection.id} {address_of(request)}")
            detail = "The delivery is not signed for this address."
            raise Problem(401, "bad_signature", detail) from None
        await limiter.take(Rate("webhooks", per_s=most, burst=most), connection.id)

    async def _product(
        self, connection: Connection, headers: dict[str, str], body: bytes
    ) -> Response:
        """News of a product, which counts where the connection is kept in step."""
        try:
            followed = await self.context.syncs.following.delivered(connection, headers, body)
        except Busy as error:
            raise _busy(error) from error
        reason = None if followed else Reason.OTHER_NEWS
        await self.context.connections.note(connection, reason, verified=True)
        outcome: Outcome = "applied" if followed else "ignored"
        self.context.metrics.delivery(connection.kind, outcome)
        return json_answer({"outcome": outcome})

    async def _taken(self, connection: Connection, headers: dict[str, str], body: bytes) -> TakenIn:
        try:
            return await self.context.deliveries.take_in(connection, headers, body)
        except Busy as error:
            raise _busy(error) from error


def _busy(error: Busy) -> Problem:
    return Problem(503, "busy", str(error), headers={"retry-after": "1"})


def _told(taken: TakenIn) -> dict[str, Any]:
    """Whoever writes the sender's code reads here what is wrong with it."""
    told: dict[str, Any] = {"outcome": taken.outcome}
    if taken.dropped:
        told["dropped"] = list(taken.dropped)
    if taken.errors:
        told["errors"] = [{"field": name, "message": message} for name, message in taken.errors]
    return told
