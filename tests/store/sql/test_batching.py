"""Calls that wait together run together, whoever made them."""

import asyncio

import pytest

from tests.fakes import settled
from vetrina.store.errors import StoreError
from vetrina.store.sql.batching import GROUP, RUSHED, WAITING, Batcher, in_batches


class Gate:
    """Runs groups when told to, and remembers them."""

    def __init__(self):
        self.groups = []
        self.open = asyncio.Event()

    async def __call__(self, calls):
        await self.open.wait()
        self.groups.append([call.item for call in calls])
        return in_batches(None, calls)


@pytest.fixture
async def gate():
    return Gate()


@pytest.fixture
async def gatherer(gate):
    made = Batcher("under test", gate)
    made.start()
    yield made
    gate.open.set()
    await made.stop()


def doubled(connection, items):
    return [2 * item for item in items]


def odd_ones_fail(connection, items):
    return [ValueError(item) if item % 2 else item for item in items]


def many(gatherer, items, batch=doubled):
    return [asyncio.ensure_future(gatherer.call(batch, item)) for item in items]


async def test_what_comes_during_a_group_is_the_next_group(gate, gatherer):
    calls = many(gatherer, [0])
    await settled()
    calls += many(gatherer, range(1, 9))
    await settled()
    gate.open.set()
    assert await asyncio.gather(*calls) == [2 * n for n in range(9)]
    assert gate.groups == [[0], list(range(1, 9))]


async def test_a_group_has_a_bound(gate, gatherer):
    calls = many(gatherer, range(GROUP + 3))
    await settled()
    gate.open.set()
    assert await asyncio.gather(*calls) == [2 * n for n in range(GROUP + 3)]
    assert [len(group) for group in gate.groups] == [GROUP, 3]


async def test_beyond_the_bound_callers_wait_outside(gate, gatherer):
    calls = many(gatherer, range(WAITING + 5))
    await settled()
    assert len(gatherer._waiting) + GROUP == WAITING
    gate.open.set()
    assert len(await asyncio.gather(*calls)) == WAITING + 5


async def test_callers_are_answered_in_the_order_they_came(gate, gatherer):
    answered = []
    calls = many(gatherer, range(30))
    for number, call in enumerate(calls):
        call.add_done_callback(lambda _, number=number: answered.append(number))
    gate.open.set()
    await asyncio.gather(*calls)
    assert answered == list(range(30))


async def test_batch_functions_get_their_own_items(gate, gatherer):
    calls = [*many(gatherer, [1, 2]), *many(gatherer, [3, 4], odd_ones_fail)]
    calls += many(gatherer, [5])
    gate.open.set()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert answers[:2] + answers[3:] == [2, 4, 4, 10]
    assert isinstance(answers[2], ValueError)


async def test_one_that_fails_leaves_the_others(gate, gatherer):
    calls = many(gatherer, range(4), odd_ones_fail)
    gate.open.set()
    answers = await asyncio.gather(*calls, return_exceptions=True)
    assert [isinstance(one, ValueError) for one in answers] == [False, True, False, True]


async def test_a_group_that_fails_fails_all_and_the_next_goes_on():
    outcomes = [OSError("no disk"), None]

    async def run(calls):
        if error := outcomes.pop(0):
            raise error
        return in_batches(None, calls)

    gatherer = Batcher("under test", run)
    gatherer.start()
    failed = await asyncio.gather(*many(gatherer, range(3)), return_exceptions=True)
    assert [repr(one) for one in failed] == ["OSError('no disk')"] * 3
    assert await gatherer.call(doubled, 4) == 8
    await gatherer.stop()


async def test_who_gives_up_before_the_group_leaves_no_trace(gate, gatherer):
    first = many(gatherer, [0])
    await settled()
    given_up, kept = many(gatherer, [1, 2])
    await settled()
    given_up.cancel()
    await settled()
    gate.open.set()
    assert await asyncio.gather(*first, kept) == [0, 4]
    assert gate.groups == [[0], [2]]


async def test_who_gives_up_during_the_group_hinders_nobody(gate, gatherer):
    given_up, kept = many(gatherer, [1, 2])
    await settled()
    given_up.cancel()
    await settled()
    gate.open.set()
    assert await kept == 4
    assert gate.groups == [[1, 2]]


async def test_stopping_finishes_what_waits_and_takes_no_more(gate, gatherer):
    calls = many(gatherer, range(3))
    await settled()
    stopping = asyncio.ensure_future(gatherer.stop())
    await settled()
    late = many(gatherer, [9])
    gate.open.set()
    await stopping
    assert await asyncio.gather(*calls) == [0, 2, 4]
    with pytest.raises(StoreError, match="closed"):
        await late[0]
    assert gatherer.running is False


async def test_a_rush_of_one_kind_lets_others_pass():
    """A pin waited until all reservations of a rush were written."""
    groups = []
    go_on = asyncio.Event()

    async def run(calls):
        groups.append([call.item for call in calls])
        await go_on.wait()
        return [call.item for call in calls]

    def sale(_, items):
        return items

    def pin(_, items):
        return items

    gatherer = Batcher("under test", run, sale)
    gatherer.start()
    sales = [asyncio.create_task(gatherer.call(sale, number)) for number in range(200)]
    await settled(5)
    pinned = asyncio.create_task(gatherer.call(pin, "pin"))
    await settled(5)
    go_on.set()
    assert await asyncio.gather(*sales) == list(range(200))
    assert await pinned == "pin"
    await gatherer.stop()
    assert groups[1][0] == "pin"
    assert [each for group in groups for each in group if each != "pin"] == list(range(200))
    assert max(map(len, groups)) == RUSHED + 1
