"""In which order plain requests begin."""

import asyncio

from tests.fakes import settled
from vetrina.websocket import turns
from vetrina.websocket.turns import Turns


async def begun(queue, many, **how):
    """So many requests that ask for their turn; those that have begun, as they begin."""
    found = []

    async def request(number):
        await queue.next(**how)
        found.append(number)

    tasks = [asyncio.create_task(request(number)) for number in range(many)]
    await settled(2 * many + 5)
    return found, tasks


async def test_all_begin_in_their_order():
    found, _ = await begun(Turns(), 20)
    assert found == list(range(20))


async def test_strangers_are_held_back_while_one_that_goes_first_is_under_way(monkeypatch):
    """A commit takes another thread: a pin among four that tried keys took 72 ms in place of 4."""
    monkeypatch.setattr(turns, "PACE_S", 3600)
    queue = Turns()
    with queue.ahead():
        found, tasks = await begun(queue, 20)
        assert found == [0]
    for task in tasks:
        task.cancel()
