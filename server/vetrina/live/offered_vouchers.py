"""Vouchers that shows offer: looked up when a host offers one, and told as they are taken.

Telling is level-triggered: whoever was given a voucher makes its show due to be told, and what the
store counts then is told. A sweep does so for all shows, so that a process that ends between the
two leaves nothing untold.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Final, Protocol

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.selling.voucher import normal_code
from vetrina.domain.show.commands import Command, OfferVoucher, ShowVoucher, TellVoucherLeft
from vetrina.domain.show.events import Position
from vetrina.domain.show.state import ShowState
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.shows import Appended
from vetrina.store.ports.store import Store
from vetrina.store.ports.vouchers import VoucherStore

logger = logging.getLogger(__name__)
TELL_EVERY_MS: Final = 100
SWEEP_EVERY_MS: Final = 3_000


class Shows(Protocol):
    """What telling needs of the shows."""

    async def state(self, slug: str) -> tuple[Position, ShowState]:
        """Where a show stands."""
        ...

    async def handle(self, slug: str, commands: Sequence[Command]) -> Appended:
        """Follow all commands or none."""
        ...


async def with_vouchers(store: VoucherStore, commands: Sequence[Command]) -> Sequence[Command]:
    """The commands, each voucher that is to be offered looked up by its code. Raises Refused."""
    if not any(isinstance(command, OfferVoucher) for command in commands):
        return commands
    return [await _with_voucher(store, command) for command in commands]


async def _with_voucher(store: VoucherStore, command: Command) -> Command:
    if not isinstance(command, OfferVoucher):
        return command
    kept = await store.voucher(normal_code(command.voucher))
    if kept is None:
        raise Refused("voucher_refused", f"There is no voucher {command.voucher}. Make it first.")
    return ShowVoucher(
        voucher=kept.voucher,
        alias=kept.alias,
        left=kept.left,
        quantity=command.quantity,
        duration_s=command.duration_s,
    )


class VoucherTelling:
    """Tells shows what is left of the vouchers that they offer."""

    def __init__(self, store: Store, shows: Shows, clock: Clock) -> None:
        self._store = store
        self._shows = shows
        self._clock = clock
        self._due: set[str] = set()
        self._wake = asyncio.Event()

    def changed(self, show: str) -> None:
        """Somebody was given a voucher that this show offers."""
        self._due.add(show)
        self._wake.set()

    async def run(self) -> None:
        """Tell what is due, at most ten times a second, until cancelled."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            due, self._due = self._due, set()
            for show in sorted(due):
                await self._tell_or_again(show)
            await self._clock.sleep_until(self._clock.now_ms() + TELL_EVERY_MS)

    async def sweep(self) -> None:
        """Look at all shows again and again: one process does so for all."""
        while True:
            for running in await self._store.running():
                await self._tell_or_again(running.slug)
            await self._clock.sleep_until(self._clock.now_ms() + SWEEP_EVERY_MS)

    async def tell(self, show: str) -> None:
        """Tell one show now. Raises what the store and the show raise."""
        _, state = await self._shows.state(show)
        if not state.vouchers:
            return
        left = await self._store.offers_left(show)
        told = [
            TellVoucherLeft(offered.id, now_left)
            for offered in state.vouchers.values()
            if (now_left := left.get(offered.id)) is not None and now_left != offered.left
        ]
        if told:
            await self._shows.handle(show, told)

    async def _tell_or_again(self, show: str) -> None:
        try:
            await self.tell(show)
        except DamagedLog:
            return  # set aside, and told elsewhere
        except Exception:
            logger.exception("what is left of the vouchers of %s could not be told", show)
            self._due.add(show)
