"""Pages of the payment provider wait while many buyers are answered, and not for ever."""

import asyncio

import pytest

from tests.fakes import FakeClock, settled
from vetrina.shop.checkouts.rush import LONGEST_MS, MANY, WINDOW_MS, Rush


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def rush(clock):
    return Rush(clock)


async def test_a_few_buyers_keep_no_page_waiting(rush):
    for _ in range(MANY - 1):
        rush.answered()
    assert not rush.is_on
    await rush.over()


async def test_a_page_waits_until_the_rush_is_over(rush, clock):
    for _ in range(MANY):
        rush.answered()
    waiting = asyncio.create_task(rush.over())
    await settled()
    assert rush.is_on and not waiting.done()
    clock.advance(WINDOW_MS)
    await settled()
    assert waiting.done()


async def test_a_rush_that_goes_on_does_not_keep_a_page_for_ever(rush, clock):
    for _ in range(MANY):
        rush.answered()
    waiting = asyncio.create_task(rush.over())
    await settled()
    for _ in range(2 * LONGEST_MS // WINDOW_MS):
        assert not waiting.done()
        for _ in range(MANY):
            rush.answered()
        clock.advance(WINDOW_MS // 2)
        await settled()
    assert waiting.done()
