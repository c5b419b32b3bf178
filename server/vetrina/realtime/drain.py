"""Connection draining: closing all before a process ends, without a stampede on the next one."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.access import Role
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.client import Client

STEPS_PER_S: Final = 10
RETRY_MS: Final = (500, 3_000)
"""Counted from the end of the drain, when the next process takes over, or from the close."""
RETURNS_PER_S: Final = 2_000
"""More clients come back over a longer time, at this rate on average."""
CLOSING_MS: Final = 3_000
"""For closing handshakes; a connection gives up on its client before that."""


async def drain(
    clients: Collection[Client], clock: Clock, spread_ms: int, *, elsewhere: bool = False
) -> None:
    """Close all: viewers evenly over `spread_ms`, then control, then overlays, who are on air.

    Everybody comes back when the next process has taken over; `elsewhere`: others are there
    already, so everybody comes back at once, and that this takes a while spreads them.
    """
    viewers = [client for client in clients if client.role not in (Role.CONTROL, Role.OVERLAY)]
    steps = max(1, min(spread_ms * STEPS_PER_S // 1000, len(viewers)))
    ends_at = clock.now_ms() + spread_ms
    longest_ms = max(RETRY_MS[1], RETRY_MS[0] + len(viewers) * 1000 // RETURNS_PER_S)
    for step in range(steps):
        if elsewhere:
            _disconnect(viewers[step::steps], 0)
        else:
            _disconnect(viewers[step::steps], ends_at - clock.now_ms(), longest_ms)
        if viewers:
            await clock.sleep_until(ends_at - spread_ms + spread_ms * (step + 1) // steps)
    for role in (Role.CONTROL, Role.OVERLAY):
        _disconnect([client for client in clients if client.role == role], 0)
    _disconnect(list(clients), 0)
    await _until_gone(clients, clock)


def _disconnect(clients: Collection[Client], left_ms: int, longest_ms: int = RETRY_MS[1]) -> None:
    left_ms = max(0, left_ms)
    for client in clients:
        client.close(CloseCode.RESTART, (left_ms + RETRY_MS[0], left_ms + longest_ms))


async def _until_gone(clients: Collection[Client], clock: Clock) -> None:
    deadline = clock.now_ms() + CLOSING_MS
    while clients and clock.now_ms() < deadline:
        await clock.sleep_until(clock.now_ms() + 1000 // STEPS_PER_S)
