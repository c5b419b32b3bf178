"""A server that is killed in a show, and the orders that were paid while it was away."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import httpx

from tests.outbound.woo_shop import KEY, SECRET, delivery, woo_shop
from tests.running_server import Served, make_show, served
from tests.waiting import PATIENCE_S


def _poll(server: Served) -> dict[str, Any]:
    [connection] = server.call("GET", "/api/v1/connections")["connections"]
    poll: dict[str, Any] = connection["poll"]
    return poll


def _until_found(server: Served, count: int) -> None:
    ends = time.monotonic() + PATIENCE_S
    while _poll(server)["found"] != count:
        assert time.monotonic() < ends, _poll(server)


def _totals(server: Served) -> dict[str, int]:
    log = server.call("GET", "/api/v1/shows/drop/events?after=0&limit=1000")["events"]
    bought = [event for event in log if event["type"] == "purchase_confirmed"]
    cents = sum(money["amount"] for event in bought for money in event["amounts"])
    return {"orders": len({event["purchase"] for event in bought}), "cents": cents}


def test_orders_of_an_outage_are_found_at_the_next_start(tmp_path: Path) -> None:
    """Nobody asks for it, and the shop's late deliveries of the same orders add nothing."""
    with served(tmp_path / "data", private_addresses="true") as server, woo_shop() as shop:
        make_show(server, "drop")
        made = server.call("POST", "/api/v1/connections", {"kind": "woocommerce", "show": "drop"})
        access = {"address": shop.address, "key": KEY, "secret": SECRET}
        path = f"/webhooks/{made['id']}"

        def deliver(number: int) -> str:
            body, headers = delivery(shop.orders[number], made["secret"], f"d{number}")
            answer = httpx.post(
                server.address + path, content=body, headers=headers, timeout=PATIENCE_S
            )
            return str(answer.json()["outcome"])

        shop.sell(1, _now_ms())
        assert deliver(1) == "applied"
        server.call("PUT", f"/api/v1/connections/{made['id']}/poll", access)
        server.kill()
        for number in (2, 3, 4):
            shop.sell(number, _now_ms())
        server.start()
        _until_found(server, 3)
        assert _totals(server) == {"orders": 4, "cents": 8000}
        assert [deliver(number) for number in (1, 2, 3, 4)] == ["duplicate"] * 4
        assert _totals(server) == {"orders": 4, "cents": 8000}
        said = "".join(server.said)
        assert KEY not in said
        assert SECRET not in said


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
