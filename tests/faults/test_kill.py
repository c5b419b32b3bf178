"""kill -9 in the middle of everything: what was acknowledged is there, once; deadlines hold."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path

import httpx
import pytest

from tests.running_server import Served, make_show, purchase, served, signed
from tests.waiting import PATIENCE_S
from vetrina.cli.webhook_replay import renewed
from vetrina.connectors import CONNECTORS
from vetrina.connectors.samples import encoded, samples

ORDERS = 240
ACKNOWLEDGED = 100
SECRETS = {"shopify": "hush" * 8}


def delivery(kind: str, secret: str, order: int) -> tuple[bytes, dict[str, str]]:
    """The body and the headers of one order of a shop."""
    if kind == "generic":
        body = purchase(f"A-{order}")
        return body, signed(secret, f"A-{order}", body)
    [paid] = [sample for sample in samples(kind) if sample.name == "paid"]
    # Bought a moment after the show began, and the same however often it is sent.
    now = json.loads(renewed(paid, time.time_ns() // 1_000_000).body)
    body = encoded({**now, "id": 10**18 + order})
    headers = CONNECTORS[kind].sign(paid.headers, body, secret, 0)
    return body, {**headers, "x-shopify-webhook-id": f"A-{order}"}


async def _send_all(server: Served, url: str, kind: str, secret: str, kill_after: int) -> set[int]:
    """Send signed purchases, several at once; kill the server on the way. The acknowledged ones."""
    acknowledged: set[int] = set()
    waiting = iter(range(ORDERS))

    async def sender(client: httpx.AsyncClient) -> None:
        for number in waiting:
            body, headers = delivery(kind, secret, number)
            try:
                answer = await client.post(url, content=body, headers=headers)
            except httpx.TransportError:
                return
            if answer.status_code == 200:
                acknowledged.add(number)
            if len(acknowledged) == kill_after:
                server.kill()

    async with httpx.AsyncClient(timeout=PATIENCE_S) as client:
        await asyncio.gather(*(sender(client) for _ in range(16)))
    return acknowledged


@pytest.mark.parametrize("kind", ["generic", "shopify"])
def test_nothing_acknowledged_is_lost_and_the_deal_keeps_its_deadline(
    tmp_path: Path, kind: str
) -> None:
    with served(tmp_path / "data") as server:
        make_show(server, "drop")
        deal = {"type": "start_deal", "sku": "APR-3", "duration_s": 60}
        price = {"amount": 2900, "currency": "EUR"}
        [started] = server.call("POST", "/api/v1/shows/drop/commands", {**deal, "price": price})[
            "events"
        ]
        body = {"kind": kind, "show": "drop", "secret": SECRETS.get(kind)}
        connection = server.call("POST", "/api/v1/connections", body)
        before = server.call("GET", "/api/v1/shows/drop")
        url, secret = f"{server.address}/webhooks/{connection['id']}", connection["secret"]

        acknowledged = asyncio.run(_send_all(server, url, kind, secret, kill_after=ACKNOWLEDGED))
        assert ACKNOWLEDGED <= len(acknowledged) < ORDERS
        server.kill()
        server.start()

        after = server.call("GET", "/api/v1/shows/drop")
        assert after["epoch"] == before["epoch"]
        assert after["state"]["deals"][0]["ends_at"] == started["deal"]["ends_at"]
        counted = _bought(server)
        assert len(counted) == len(set(counted)) >= len(acknowledged)

        # The shop sends everything again, as shops do: each order is there exactly once.
        again = asyncio.run(_send_all(server, url, kind, secret, kill_after=-1))
        assert len(again) == ORDERS
        counted = _bought(server)
        assert len(counted) == len(set(counted)) == ORDERS


def _bought(server: Served) -> list[str]:
    """The purchases of the log; its numbers have no gap."""
    events: list[dict[str, object]] = []
    while True:
        after = events[-1]["seq"] if events else 0
        page = server.call("GET", f"/api/v1/shows/drop/events?after={after}&limit=1000")["events"]
        if not page:
            break
        events.extend(page)
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    return [str(e["purchase"]) for e in events if e["type"] == "purchase_confirmed"]
