"""Order hooks port: addresses of the seller that are told of orders, and what they were told.

What is to be told is found in the facts of orders, so that whatever is in the database is told,
also when a process ends right after a payment.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from vetrina.store.ports.pages import Page

HookEvent = Literal["order.paid", "order.refunded", "order.shipped"]
DeliveryStatus = Literal["waiting", "delivered", "given_up", "not_told"]
"""not_told: there was nothing to tell, as of a payment that never became an order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HookTarget:
    """An address, what it is told, and the secret that its deliveries are signed with."""

    id: str
    url: str
    secret: str = field(repr=False)
    events: tuple[HookEvent, ...]
    created_at: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HookDelivery:
    """A fact of an order, by its place in the order's log, for one address.

    `answered` is the status of the last answer, `problem` a code where there was none.
    """

    id: str
    target: str
    order: str
    fact: int
    event: HookEvent
    created_at: int
    status: DeliveryStatus = "waiting"
    attempts: int = 0
    next_at: int | None = None
    tried_at: int | None = None
    answered: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class HookHealth:
    """How deliveries to an address fare."""

    waiting: int = 0
    given_up: int = 0
    delivered_at: int | None = None


class OrderHookStore(Protocol):
    """Addresses and deliveries."""

    async def add_hook_target(self, target: HookTarget) -> None:
        """Write a new one."""
        ...

    async def hook_targets(self) -> list[HookTarget]:
        """All, the oldest first."""
        ...

    async def remove_hook_target(self, target: str) -> bool:
        """Forget it, and what it was told. False when unknown."""
        ...

    async def hook_health(self) -> Mapping[str, HookHealth]:
        """By address; those without a delivery are not here."""
        ...

    async def queue_deliveries(self, since: int, now: int, limit: int = 500) -> int:
        """Facts from a time on that an address is to be told and was not: how many there were."""
        ...

    async def due_deliveries(
        self, now: int, limit: int = 200, but: Collection[str] = ()
    ) -> list[HookDelivery]:
        """Those to be tried now, the longest overdue first; `but` those to these addresses."""
        ...

    async def put_attempt(self, delivery: HookDelivery) -> None:
        """What came of an attempt."""
        ...

    async def hook_deliveries(
        self, target: str, after: int | None = None, limit: int = 100
    ) -> Page[HookDelivery]:
        """What an address was told, the newest first."""
        ...

    async def send_again(self, target: str, delivery: str, now: int) -> bool:
        """Try it again from the beginning, whatever came of it. False when unknown."""
        ...

    async def forget_deliveries(self, before: int) -> None:
        """Those that were queued before a time, and wait no more."""
        ...
