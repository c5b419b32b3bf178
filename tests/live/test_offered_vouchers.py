"""What is left of vouchers comes to the screens, whoever was to tell it."""

from __future__ import annotations

import asyncio

import pytest

from tests.fakes import FakeClock
from tests.sqlite import with_tables
from tests.store.builders import SLUG, made_show
from tests.waiting import until
from vetrina.bus.memory import MemoryBus
from vetrina.domain.errors import Refused
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.show.commands import CloseVoucher, OfferVoucher, StartShow
from vetrina.domain.show.limits import Limits
from vetrina.live.offered_vouchers import SWEEP_EVERY_MS, VoucherTelling
from vetrina.live.service import ShowService
from vetrina.live.show_replicas import ShowReplicas
from vetrina.shop.vouchers import Vouchers
from vetrina.store.sql.store import sqlite_store


class House:
    """A show that offers a voucher to the first two."""

    def __init__(self, store) -> None:
        self.clock = FakeClock()
        self.store = store
        bus = MemoryBus()
        replicas = ShowReplicas(store, bus, self.clock)
        self.shows = ShowService(store, bus, self.clock, Limits(), replicas)
        self.vouchers = Vouchers(store, self.clock)
        self.telling = VoucherTelling(store, self.shows, self.clock)

    async def state(self):
        return (await self.shows.state(SLUG))[1]

    async def tapped(self, buyer: str) -> None:
        await self.vouchers.claim(await self.state(), "v1", buyer)

    async def left(self) -> int | None:
        offered = (await self.state()).vouchers.get("v1")
        return offered.left if offered else None


@pytest.fixture
async def house(tmp_path):
    store = sqlite_store(with_tables(tmp_path))
    await store.open()
    made = House(store)
    await made_show(store)
    await made.vouchers.add(Voucher(code="FIRST2", percent_bps=1000, quantity=2))
    commands = [StartShow(), OfferVoucher(voucher="first2")]
    await made.shows.handle(SLUG, commands)
    yield made
    await made.shows.close()
    await store.close()


async def test_who_was_given_one_makes_the_show_tell_it(house):
    running = asyncio.create_task(house.telling.run())
    await house.tapped("anna")
    house.telling.changed(SLUG)
    told: list[int | None] = []

    async def watch() -> None:
        while not told or told[-1] != 1:
            told.append(await house.left())
            await asyncio.sleep(0)

    await asyncio.wait_for(watch(), 30)
    running.cancel()
    await asyncio.wait({running})


async def test_what_a_process_that_was_killed_left_untold_the_sweep_tells(house):
    """Both taps are in the store, and nobody heard of them."""
    await house.tapped("anna")
    await house.tapped("bea")
    sweeping = asyncio.create_task(house.telling.sweep())
    await until(lambda: house.clock.sleepers)
    assert await house.left() is None
    house.clock.advance(SWEEP_EVERY_MS)
    await until(lambda: house.clock.sleepers)
    sweeping.cancel()
    await asyncio.wait({sweeping})
    assert not (await house.state()).vouchers


async def test_one_who_is_too_late_gets_none_and_nothing_is_given_twice(house):
    for buyer in ("anna", "anna", "bea"):
        await house.tapped(buyer)
    with pytest.raises(Refused, match="taken"):
        await house.tapped("cleo")
    await house.telling.tell(SLUG)
    with pytest.raises(Refused) as over:
        await house.tapped("cleo")
    assert over.value.code == "voucher_refused"


async def test_after_the_host_closed_it_nobody_gets_one(house):
    await house.shows.handle(SLUG, [CloseVoucher("v1")])
    with pytest.raises(Refused):
        await house.tapped("anna")
    kept = await house.store.voucher("FIRST2")
    assert kept is not None
    assert (kept.left, kept.claims) == (2, 0)
