"""Asking shops at once for what they did not deliver, through a running server.

The server asks, and not this program, so that whoever watches a show sees what was found.
"""

from __future__ import annotations

import asyncio
import json
import urllib.request
from dataclasses import dataclass
from typing import Any

from vetrina.cli.exits import UsedWrongly
from vetrina.cli.installation import local_address, opened_store
from vetrina.cli.keys import temporary_key
from vetrina.cli.webhook_replay import send
from vetrina.settings import Settings

LABEL = "vetrina webhook poll"
TIMEOUT_S = 300.0
"""A round reads up to 20 pages of a shop."""
_OK = 200


@dataclass(frozen=True, slots=True)
class Round:
    """How one shop answered, in words."""

    text: str
    failed: bool


async def poll_shops(settings: Settings, connection: str | None) -> list[Round]:
    """Ask one shop, or all that gave a key for it. Raises UsedWrongly."""
    async with opened_store(settings, look=True) as store:
        known = {one.connection for one in await store.polls()}
    if connection is not None and connection not in known:
        raise UsedWrongly(
            f"There is no connection {connection} with a key to ask its shop: "
            "give one in the control panel, or see `vetrina doctor`."
        )
    if not known:
        raise UsedWrongly("No shop gave a key to be asked with: give one in the control panel.")
    wanted = [connection] if connection is not None else sorted(known)
    async with temporary_key(settings, LABEL) as key:
        return [await asyncio.to_thread(_round, settings, one, key) for one in wanted]


def _round(settings: Settings, connection: str, key: str) -> Round:
    request = urllib.request.Request(  # noqa: S310
        f"{local_address(settings)}/api/v1/connections/{connection}/poll",
        method="POST",
        headers={"authorization": f"Bearer {key}"},
    )
    status, text = send(request, TIMEOUT_S)
    told: dict[str, Any] = json.loads(text)
    if status != _OK:
        return Round(f"{connection}: {told.get('detail', text)}", failed=True)
    failed = (told["last_success_at"] or 0) < (told["last_poll_at"] or 0)
    if failed:
        return Round(f"{connection} could not ask {told['address']}: {told['last_failure']}.", True)
    more = "; more is there, and the server goes on" if told["behind"] else ""
    count = f"{told['found']} orders have come by no delivery so far"
    return Round(f"{connection} asked {told['address']}: {count}{more}.", failed=False)
