"""What `vetrina doctor` says of a connection, in words that a seller can act on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from vetrina.connectors.port import Reason
from vetrina.live.purchases.connection_names import name_of
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.polls import Poll

# What happened, and what to do about it, by the code of the refusal.
REFUSALS: dict[str, tuple[str, str]] = {
    Reason.WRONG_SECRET: (
        "it is signed with another secret, or was changed on the way",
        "Copy the secret from the shop again; another program may also deliver here.",
    ),
    Reason.NO_SECRET: ("the secret is still missing", "Give it in the control panel."),
    Reason.NO_SIGNATURE: (
        "it is not signed",
        "Somebody else than the shop calls this address, or a proxy drops headers.",
    ),
    Reason.TOO_OLD: (
        "it was sent more than five minutes ago, or a clock is wrong",
        "Look whether this machine's clock is right.",
    ),
}
NOTICES: dict[str, str] = {
    Reason.TEST_MODE: "is in test mode: its orders are shown in rehearsals and never counted. "
    "Switch the shop to live mode before the show.",
    Reason.NOT_UNDERSTOOD: "sent what this version could not read. It is kept for 30 days: update, "
    "then run `vetrina webhook replay --unread`.",
    Reason.MAY_NOT_READ: "sends an error in place of orders: the user who made the webhook in the "
    "shop may not read orders. Make it again as an administrator.",
}
WHERE_WEBHOOKS_ARE = {
    "woocommerce": "WooCommerce switches one off after a few failures: set it to Active again "
    "under WooCommerce, Settings, Advanced, Webhooks",
    "stripe": "Stripe switches one off after days of failures: enable it again under Developers, "
    "Webhooks",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that `vetrina doctor` looked at."""

    level: Literal["fine", "notice", "wrong"]
    text: str


def about_connection(connection: Connection, poll: Poll | None) -> Iterator[Finding]:
    """What there is to say of a connection: deliveries, secrets, then polls."""
    name = f"Connection {connection.id} ({name_of(connection)})"
    yield _deliveries(name, connection)
    if len(connection.secrets) > 1:
        count = len(connection.secrets)
        yield Finding(
            "notice",
            f"{name} takes {count} secrets. Once the shop signs with the newest one, let go of "
            "the older ones in the control panel.",
        )
    if poll is not None:
        yield _asking(name, poll)
        yield from _missing_deliveries(name, connection, poll)
    elif connection.kind == "woocommerce":
        yield Finding(
            "notice",
            f"{name} has no key to ask the shop with, and WooCommerce delivers nothing twice: "
            "what comes while this server is away is lost. docs/api.md, Catching up, says how.",
        )


def _deliveries(name: str, connection: Connection) -> Finding:
    refused, verified = connection.last_refused_at or 0, connection.last_verified_at or 0
    why = connection.last_refusal or ""
    if not connection.secrets:
        return Finding("wrong", f"{name} has no secret yet. Give it in the control panel.")
    if refused > verified:
        what, advice = REFUSALS.get(why, (why, ""))
        detail = f" ({connection.last_refusal_detail})" if connection.last_refusal_detail else ""
        told = f"{name} last refused a delivery, {_at(refused)}: {what}{detail}. {advice}"
        return Finding("wrong", told.rstrip())
    if not verified:
        return Finding("notice", f"{name} has had no delivery yet.")
    if refused == verified and why in NOTICES:
        return Finding("notice", f"{name} {NOTICES[why]}")
    return Finding("fine", f"{name} receives signed deliveries, the last one {_at(verified)}.")


def _asking(name: str, poll: Poll) -> Finding:
    failed, succeeded = poll.last_failed_at or 0, poll.last_success_at or 0
    if failed > succeeded:
        since = f"since {_at(succeeded)}" if succeeded else "so far"
        advice = ""
        if (poll.last_failure or "").startswith("the key is refused"):
            advice = " Make a new key in the shop, with the permission to read, and give it here."
        again = f" Then ask at once: vetrina webhook poll {poll.connection}"
        told = f"could not ask {poll.address} {since}: {poll.last_failure}.{advice}{again}"
        return Finding("wrong", f"{name} {told}")
    if not succeeded:
        return Finding("notice", f"{name} has not asked {poll.address} yet: the server does so.")
    if failed == succeeded:
        return Finding("notice", f"{name} asked {poll.address}: {poll.last_failure}.")
    if poll.behind:
        return Finding("notice", f"{name} is catching up with {poll.address}.")
    count = f"{poll.found} orders had come by no delivery"
    return Finding("fine", f"{name} asked {poll.address} {_at(succeeded)}; {count}.")


def _missing_deliveries(name: str, connection: Connection, poll: Poll) -> Iterator[Finding]:
    """Orders that only polls bring: the webhook in the shop is off, or cannot reach this server."""
    if (poll.last_found_at or 0) <= (connection.last_verified_at or 0):
        return
    last = connection.last_verified_at
    told = f"since {_at(last)}" if last else "so far"
    where = WHERE_WEBHOOKS_ARE.get(connection.kind, "look at the webhook in the shop")
    yield Finding(
        "notice",
        f"{name} has had no delivery {told}, though the shop has new orders. Its webhook is off or "
        f"cannot reach this server. {where}.",
    )


def _at(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
