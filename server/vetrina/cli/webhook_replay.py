"""Replay of stored webhook deliveries through a running server, as the shop would send them.

Only in a rehearsal: what is on air shows real orders and nothing else.
"""

from __future__ import annotations

import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vetrina.cli.exits import UsedWrongly
from vetrina.cli.installation import local_address, opened_store
from vetrina.clock import SystemClock
from vetrina.connectors import CONNECTORS
from vetrina.connectors.samples import Sample, encoded, read_sample
from vetrina.settings import Settings
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.store import Store

ON_AIR = ("live", "paused")
TIMEOUT_S = 10
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said to a delivery."""

    connection: str
    status: int
    text: str


async def replay_delivery(
    settings: Settings, path: Path, kind: str, connection_id: str | None, fresh: bool
) -> Answer:
    """Sign a stored delivery with the connection's own secret and send it. Raises UsedWrongly."""
    if kind not in CONNECTORS:
        raise UsedWrongly(f"--kind: expected one of {', '.join(sorted(CONNECTORS))}; got {kind}.")
    sample = _stored(path, kind)
    async with opened_store(settings) as store:
        connection = await _connection(store, kind, connection_id)
        slugs = [show.slug for show in await store.shows()]
    if not connection.secrets:
        raise UsedWrongly(f"{connection.id} has no secret yet: give it in the control panel.")
    _check_nothing_on_air(settings, [connection.show] if connection.show else slugs)
    now_ms = SystemClock().now_ms()
    if fresh:
        sample = renewed(sample, now_ms)
    headers = CONNECTORS[kind].sign(
        {"content-type": "application/json", **sample.headers},
        sample.body,
        connection.secrets[0],
        now_ms,
        connection.options,
    )
    url = f"{local_address(settings)}/webhooks/{connection.id}"
    request = urllib.request.Request(url, sample.body, headers, method="POST")  # noqa: S310
    status, text = send(request)
    return Answer(connection.id, status, text)


def renewed(sample: Sample, now_ms: int) -> Sample:
    """The same delivery as a new order of this moment. Raises UsedWrongly."""
    try:
        body = json.loads(sample.body)
        _RENEW[sample.kind](body, now_ms)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsedWrongly("--new: the file holds no order that could be made new.") from error
    return replace(sample, body=encoded(body))


def _stored(path: Path, kind: str) -> Sample:
    try:
        return read_sample(path, kind)
    except OSError as error:
        raise UsedWrongly(f"{path} cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise UsedWrongly(f"{path} is not JSON: {error}.") from error


async def _connection(store: Store, kind: str, wanted: str | None) -> Connection:
    known = [one for one in await store.connections() if one.kind == kind]
    if wanted is not None:
        known = [one for one in known if one.id == wanted]
    if len(known) == 1:
        return known[0]
    if wanted is not None:
        raise UsedWrongly(f"There is no {kind} connection {wanted}.")
    ids = ", ".join(one.id for one in known)
    told = f"say which with --connection: {ids}" if known else "make one in the control panel"
    raise UsedWrongly(f"There are {len(known)} {kind} connections: {told}.")


def _check_nothing_on_air(settings: Settings, slugs: list[str]) -> None:
    for slug in slugs:
        request = urllib.request.Request(f"{local_address(settings)}/api/v1/shows/{slug}")  # noqa: S310
        status, text = send(request)
        if status == _NOT_FOUND:
            continue
        if json.loads(text)["state"]["show"]["status"] in ON_AIR:
            raise UsedWrongly(
                f"{slug} is on air, where only real orders are shown. Replay in a rehearsal."
            )


def send(request: urllib.request.Request, timeout_s: float = TIMEOUT_S) -> tuple[int, str]:
    """Status and text of an answer. Raises UsedWrongly where no server answers."""
    try:
        with urllib.request.urlopen(request, timeout=timeout_s) as answer:  # noqa: S310
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode(errors="replace")
    except OSError as error:
        raise UsedWrongly(f"No server answers at {request.host}: start it first.") from error


def _shopify(body: dict[str, Any], now_ms: int) -> None:
    body["id"] = secrets.randbelow(10**18)
    for name in ("created_at", "processed_at", "updated_at"):
        body[name] = _iso(now_ms) + "Z"


def _woocommerce(body: dict[str, Any], now_ms: int) -> None:
    body["id"] = secrets.randbelow(10**12)
    for name in ("date_created_gmt", "date_modified_gmt", "date_paid_gmt"):
        if body.get(name):
            body[name] = _iso(now_ms)


def _stripe(body: dict[str, Any], now_ms: int) -> None:
    sold, mark = body["data"]["object"], secrets.token_hex(8)
    body["id"], body["created"] = f"evt_{mark}", now_ms // 1000
    sold["id"] = f"{sold['id'].partition('_')[0]}_{mark}"
    if sold.get("payment_intent"):
        sold["payment_intent"] = f"pi_{mark}"


def _fourthwall(body: dict[str, Any], now_ms: int) -> None:
    order = body["data"].get("order", body["data"])
    body["id"], order["id"] = f"weve_{secrets.token_hex(8)}", secrets.token_hex(16)
    body["createdAt"] = order["createdAt"] = _iso(now_ms) + "Z"


def _tiktok(body: dict[str, Any], now_ms: int) -> None:
    body["tts_notification_id"] = str(secrets.randbelow(10**19))
    body["data"]["order_id"] = str(secrets.randbelow(10**18))
    body["timestamp"] = body["data"]["update_time"] = now_ms // 1000


def _generic(body: dict[str, Any], now_ms: int) -> None:
    body["data"]["order_id"] = f"R-{secrets.token_hex(4)}"
    body["data"]["occurred_at"] = now_ms


def _iso(now_ms: int) -> str:
    return datetime.fromtimestamp(now_ms // 1000, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S")


_RENEW: dict[str, Callable[[dict[str, Any], int], None]] = {
    "shopify": _shopify,
    "woocommerce": _woocommerce,
    "stripe": _stripe,
    "fourthwall": _fourthwall,
    "tiktok": _tiktok,
    "generic": _generic,
}
