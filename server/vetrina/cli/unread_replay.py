"""Replay of deliveries that were signed and could not be read, after an update that can.

They go through the running server as the shop would send them again, also while a show is on: they
are real orders, and the rule of what a show counts holds for them.
"""

from __future__ import annotations

import asyncio
import urllib.request
from collections.abc import AsyncIterator

from vetrina.cli.exits import UsedWrongly
from vetrina.cli.installation import local_address, opened_store
from vetrina.cli.webhook_replay import Answer, send
from vetrina.clock import SystemClock
from vetrina.connectors import CONNECTORS
from vetrina.encryption import WrongKey
from vetrina.live.purchases.unread import Opened, UnreadDeliveries
from vetrina.settings import Settings
from vetrina.store.ports.connections import Connection
from vetrina.web.webhooks import UNREAD


async def replay_unread(settings: Settings) -> AsyncIterator[Answer]:
    """Send each one, oldest first; the server lets go of what it can read. Raises UsedWrongly."""
    async with opened_store(settings) as store:
        connections = {one.id: one for one in await store.connections()}
        waiting = await store.unread()
        unread = UnreadDeliveries(store, settings.cipher)
        try:
            opened = [unread.opened(one) for one in waiting if one.connection in connections]
        except WrongKey as error:
            raise UsedWrongly(f"An unread delivery cannot be opened: {error}.") from None
    for delivery in opened:
        connection = connections[delivery.connection]
        if connection.secrets:
            request = _request(settings, connection, delivery)
            status, text = await asyncio.to_thread(send, request)
            yield Answer(connection.id, status, text)


def _request(
    settings: Settings, connection: Connection, delivery: Opened
) -> urllib.request.Request:
    headers = CONNECTORS[connection.kind].sign(
        {"content-type": "application/json", **delivery.headers},
        delivery.body,
        connection.secrets[0],
        SystemClock().now_ms(),
        connection.options,
    )
    # Its own names again, so that it stays the same delivery.
    headers = {**headers, **delivery.headers, UNREAD: delivery.id}
    url = f"{local_address(settings)}/webhooks/{connection.id}"
    return urllib.request.Request(url, delivery.body, headers, method="POST")  # noqa: S310
