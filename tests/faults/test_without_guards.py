"""What viewers would see without what guards them: so the other tests here can fail."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from tests.faults.clocks import rest
from tests.faults.conftest import Served
from tests.faults.processes import QUICK, Plan
from tests.faults.proxy import Proxy
from tests.valkey import ValkeyServer
from tests.waiting import PATIENCE_S, until
from vetrina.bus.redis import Timings
from vetrina.domain.show.events import Recorded
from vetrina.live.show_replica import Gap, ShowReplica


@pytest.fixture
def gullible(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replicas that take every message for the next one."""
    monkeypatch.setattr(ShowReplica, "_fresh", lambda _, events: list(events))


@pytest.mark.usefixtures("gullible")
async def test_a_lost_message_is_a_gap(served: Served, valkey: ValkeyServer, proxy: Proxy) -> None:
    async with served(Plan(valkey.url), Plan(proxy.url, comparing=False)) as scene:
        proxy.drop_every(2)
        with pytest.raises(AssertionError, match="does not begin where the client stands"):
            async with asyncio.timeout(PATIENCE_S):
                while True:  # one message may carry several events; one after the loss must come
                    await scene.say(1, by=[0])
                    scene.viewers[1].look()


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replicas that notice what is missing, and not what they have had."""

    def fresh(replica: ShowReplica, events: Sequence[Recorded]) -> list[Recorded]:
        if events[0].seq > replica.position.seq + 1:
            raise Gap(replica.slug, replica.position.seq, events[0].seq)
        return list(events)

    monkeypatch.setattr(ShowReplica, "_fresh", fresh)


@pytest.mark.usefixtures("forgetful")
async def test_a_message_that_comes_late_is_a_double(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    """The writer there goes on from the store, and then gets what it has read by the bus."""
    async with served(Plan(valkey.url), Plan(proxy.url, comparing=False)) as scene:
        proxy.delay_s = 0.1
        with pytest.raises(AssertionError, match="does not begin where the client stands"):
            await scene.say(1, by=[0])
            await scene.say(1, by=[1])
            await until(lambda: scene.viewers[1].look() is None)


async def test_silence_is_taken_for_peace(served: Served, valkey: ValkeyServer) -> None:
    """No answer has a deadline here: a frozen Valkey looks well, and nobody hears the others."""
    endless = Timings(probe_every_s=86_400, answer_s=86_400)
    async with served(
        Plan(valkey.url, endless), Plan(valkey.url, endless, comparing=False)
    ) as scene:
        valkey.freeze()
        await scene.say(3, by=[0])
        await rest(QUICK.answer_s + 0.5)
        assert all(one.bus.health.ok for one in scene.processes)
        assert await scene.behind() == ["p1"]
        valkey.thaw()
        await scene.all_know()


async def test_an_event_that_is_not_logged_is_noticed(served: Served, valkey: ValkeyServer) -> None:
    """The scene itself: what was acknowledged and is not there fails it."""
    async with served(Plan(valkey.url)) as scene:
        await scene.say(2)
        scene.told.append("p0 9")
        with pytest.raises(AssertionError, match="not what was answered"):
            await scene.all_know()
        scene.told.pop()
        await asyncio.wait_for(scene.all_know(), PATIENCE_S)
