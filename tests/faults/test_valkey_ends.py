"""Valkey is killed, frozen, emptied, flooded or away: nobody who watches notices."""

from __future__ import annotations

import asyncio

from tests.faults.conftest import Served
from tests.faults.processes import NEVER_PROBED, Plan
from tests.faults.scene import Scene
from tests.valkey import ValkeyServer, valkey_server
from tests.waiting import PATIENCE_S, until
from vetrina.bus.codec import encode
from vetrina.bus.port import KeyRevoked
from vetrina.bus.redis.channels import Channels


async def unwell(scene: Scene) -> None:
    """Wait until every process says that its bus is not well."""
    await until(lambda: not any(one.bus.health.ok for one in scene.processes))


async def again(scene: Scene) -> None:
    """It works as before: what is said now is heard by all, and soon through the bus again."""
    await scene.well()
    received = [one.metrics.bus_received for one in scene.processes]
    before = [counter._value.get() for counter in received]
    async with asyncio.timeout(PATIENCE_S):
        heard = False
        while not heard:  # a comparison may have been quicker than the bus
            await scene.say_at_once()
            await scene.all_know()
            heard = all(
                counter._value.get() > old for counter, old in zip(received, before, strict=True)
            )


async def test_killed_and_started_again_empty(served: Served, valkey: ValkeyServer) -> None:
    plan = Plan(valkey.url)
    async with served(plan, plan, plan) as scene:
        await scene.say()
        valkey.kill()
        await scene.say()
        valkey.start()
        await scene.say()
        await scene.all_know()
        await again(scene)


async def test_away_while_the_show_goes_on(served: Served, valkey: ValkeyServer) -> None:
    plan = Plan(valkey.url)
    async with served(plan, plan) as scene:
        valkey.kill()
        await unwell(scene)
        for _ in range(3):
            await scene.say_at_once(5)
            await scene.all_know()
        assert all("cannot be reached" in one.bus.health.reason for one in scene.processes)
        valkey.start()
        await again(scene)


async def test_without_the_comparison_what_was_said_while_it_was_away_stays_unknown(
    served: Served, valkey: ValkeyServer
) -> None:
    deaf = Plan(valkey.url, comparing=False)
    async with served(Plan(valkey.url), deaf) as scene:
        valkey.kill()
        await unwell(scene)
        await scene.say(3, by=[0])
        valkey.start()
        await scene.well()
        await scene.probed(3)
        assert await scene.behind() == ["p1"]
        await scene.say(1, by=[0])  # the next event tells of those before it
        await scene.all_know()


async def test_frozen_and_thawed(served: Served, valkey: ValkeyServer) -> None:
    plan = Plan(valkey.url)
    async with served(plan, plan) as scene:
        await scene.say()
        valkey.freeze()
        await scene.say()
        await unwell(scene)
        await scene.say_at_once()
        await scene.all_know()
        valkey.thaw()
        await again(scene)


async def test_frozen_and_not_probed(served: Served, valkey: ValkeyServer) -> None:
    """Its lines are open and silent. That an answer is overdue tells, also without the probe."""
    plan = Plan(valkey.url, NEVER_PROBED)
    async with served(plan, plan) as scene:
        valkey.freeze()
        await scene.say(1)
        await unwell(scene)
        assert all("does not answer" in one.bus.health.reason for one in scene.processes)
        valkey.thaw()
        await again(scene)


async def test_lines_that_listen_are_killed(served: Served, valkey: ValkeyServer) -> None:
    plan = Plan(valkey.url)
    async with served(plan, plan) as scene:
        for _ in range(5):
            assert valkey.command("CLIENT", "KILL", "TYPE", "pubsub") >= 1
            await scene.say_at_once(5)
            await scene.all_know()
            await until(lambda: valkey.clients() == 2)
        valkey.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        await scene.say_at_once()
        await scene.all_know()
        await again(scene)


async def test_paused(served: Served, valkey: ValkeyServer) -> None:
    plan = Plan(valkey.url)
    async with served(plan, plan) as scene:
        valkey.command("CLIENT", "PAUSE", 1_500, "ALL")
        await scene.say_at_once()
        await scene.all_know()
        await again(scene)


async def test_a_reader_that_was_too_slow_is_cut_off_and_comes_back(
    served: Served, valkey: ValkeyServer
) -> None:
    """The process is busy with something else while Valkey's buffer for it overruns."""
    plan = Plan(valkey.url)
    valkey.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 64kb 64kb 0")
    async with served(plan, plan) as scene:
        await scene.say()
        news = encode("somebody", KeyRevoked("k" * 1_000_000))
        while valkey.clients():  # no await: the loop stands still, and nobody reads
            valkey.command("PUBLISH", Channels().notices, news)
        await scene.say_at_once()
        await scene.all_know()
        await again(scene)


async def test_everything_it_knows_is_removed(served: Served, valkey: ValkeyServer) -> None:
    plan = Plan(valkey.url)
    async with served(plan, plan) as scene:
        valkey.command("FLUSHALL")
        valkey.command("SCRIPT", "FLUSH")
        await again(scene)


async def test_it_has_no_memory_left(served: Served, valkey: ValkeyServer) -> None:
    plan = Plan(valkey.url)
    async with served(plan, plan) as scene:
        valkey.command("CONFIG", "SET", "maxmemory", 1)
        await scene.say_at_once()
        await scene.all_know()
        valkey.command("CONFIG", "SET", "maxmemory", 0)
        await again(scene)


async def test_a_primary_that_became_a_replica_is_left_and_found_again(
    served: Served, valkey: ValkeyServer
) -> None:
    """After a failover the address may lead to the old primary. What is said there is heard by
    none of those who are at the new one."""
    plan = Plan(valkey.url)
    with valkey_server() as new:
        async with served(plan, plan) as scene:
            await scene.say()
            valkey.follow(new)
            await until(lambda: all(
                "read-only replica" in one.bus.health.reason for one in scene.processes
            ), PATIENCE_S)  # fmt: skip
            await scene.say_at_once(5)
            await scene.all_know()
            valkey.command("REPLICAOF", "NO", "ONE")
            await again(scene)


async def test_a_replica_takes_over_at_the_same_address(
    served: Served, valkey: ValkeyServer
) -> None:
    """What the old one had and did not copy is gone with it: there is nothing to lose."""
    plan = Plan(valkey.url)
    with valkey_server() as replica:
        replica.follow(valkey)
        async with served(plan, plan) as scene:
            await scene.say()
            valkey.kill()
            await scene.say()
            replica.command("REPLICAOF", "NO", "ONE")
            valkey.start()
            await again(scene)
