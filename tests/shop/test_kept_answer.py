"""An answer that is kept for a while, however many ask."""

import asyncio

import pytest

from tests.fakes import FakeClock, settled
from vetrina.shop.kept_answer import Kept


class Store:
    """Answers when it is told to."""

    def __init__(self):
        self.asked = []

    async def read(self):
        answer = asyncio.get_running_loop().create_future()
        self.asked.append(answer)
        return await answer


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def store():
    return Store()


@pytest.fixture
def kept(clock, store):
    return Kept(clock, store.read, 1_000)


async def test_hundreds_that_ask_at_once_ask_once(kept, store, clock):
    """Ten thousand buyers pressed, and each of them read the shop whenever it was too old."""
    asking = [asyncio.create_task(kept.value()) for _ in range(300)]
    await settled()
    store.asked[0].set_result("a")
    assert set(await asyncio.gather(*asking)) == {"a"}
    assert len(store.asked) == 1
    assert await kept.value() == "a"
    clock.advance(1_000)
    asking = [asyncio.create_task(kept.value()) for _ in range(300)]
    await settled()
    store.asked[1].set_result("b")
    assert set(await asyncio.gather(*asking)) == {"b"}


async def test_what_was_asked_before_a_change_is_not_kept(kept, store):
    before = asyncio.create_task(kept.value())
    await settled()
    kept.forget()
    after = asyncio.create_task(kept.value())
    await settled()
    store.asked[1].set_result("new")
    store.asked[0].set_result("old")
    assert (await before, await after) == ("old", "new")
    assert await kept.value() == "new"


async def test_who_gives_up_leaves_the_others_their_answer(kept, store):
    first, second = (asyncio.create_task(kept.value()) for _ in range(2))
    await settled()
    first.cancel()
    await settled()
    store.asked[0].set_result("a")
    assert await second == "a"


async def test_a_failure_is_told_to_all_and_asked_again(kept, store):
    asking = [asyncio.create_task(kept.value()) for _ in range(3)]
    await settled()
    store.asked[0].set_exception(ValueError("away"))
    told = await asyncio.gather(*asking, return_exceptions=True)
    assert [type(one) for one in told] == [ValueError] * 3
    again = asyncio.create_task(kept.value())
    await settled()
    store.asked[1].set_result("a")
    assert await again == "a"
