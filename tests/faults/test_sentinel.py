"""Sentinel makes a replica the primary: processes follow it, and nobody who watches notices."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest
from redis.exceptions import ResponseError

from tests.deploy.stand_ins import dead_port
from tests.faults.conftest import Served
from tests.faults.processes import Plan
from tests.faults.test_valkey_ends import again, unwell
from tests.sentinel import NAME, SentinelServer, sentinel_server
from tests.valkey import ValkeyServer, valkey_server
from tests.waiting import until

FAILOVER_S = 60.0


@contextmanager
def pair(**options: str) -> Iterator[tuple[ValkeyServer, ValkeyServer, SentinelServer]]:
    """A primary, its replica, and a Sentinel that knows both."""
    with (
        valkey_server(**options) as primary,
        valkey_server(**options) as replica,
        sentinel_server(primary) as sentinel,
    ):
        replica.follow(primary)
        yield primary, replica, sentinel


def fails_over(sentinel: SentinelServer, primary: ValkeyServer) -> bool:
    """Ask for it until it is done.

    It is refused while Sentinel has heard nothing of the replica for a moment, and given up by
    Sentinel itself where the replica takes too long. Asked once too often it would go back.
    """
    if sentinel.primary_port() == primary.port:
        with suppress(ResponseError):
            sentinel.command("SENTINEL", "FAILOVER", NAME)
        return False
    return bool(primary.command("ROLE")[0] == b"slave")


def listening(server: ValkeyServer) -> int:
    """How many processes listen there; Sentinel does everywhere."""
    listed: bytes = server.command("CLIENT", "LIST", "TYPE", "pubsub")
    return sum(b" name=sentinel-" not in line for line in listed.splitlines())


@pytest.mark.parametrize("options", [{}, {"requirepass": "geheim", "masterauth": "geheim"}])
async def test_a_primary_is_killed_and_its_replica_takes_over(
    served: Served, options: dict[str, str]
) -> None:
    login = f":{options['requirepass']}@" if options else ""
    with pair(**options) as (primary, replica, sentinel):
        await until(lambda: sentinel.knows_replicas() == 1, FAILOVER_S)
        # The first one is away: the next is asked.
        hosts = f"127.0.0.1:{dead_port()},{sentinel.address}"
        plan = Plan(f"redis+sentinel://{login}{hosts}/{NAME}")
        async with served(plan, plan) as scene:
            await again(scene)
            assert (listening(primary), listening(replica)) == (2, 0)
            primary.kill()
            await scene.say()
            await unwell(scene)
            await scene.say_at_once(5)
            await scene.all_know()
            await until(lambda: replica.command("ROLE")[0] == b"master", FAILOVER_S)
            await again(scene)
            assert listening(replica) == 2


async def test_a_failover_by_hand_moves_everybody(served: Served) -> None:
    """The old primary lives on as a replica, so its connections have to be left."""
    with pair() as (primary, replica, sentinel):
        await until(lambda: sentinel.knows_replicas() == 1, FAILOVER_S)
        plan = Plan(f"redis+sentinel://{sentinel.address}/{NAME}")
        async with served(plan, plan) as scene:
            await scene.say()
            await until(lambda: fails_over(sentinel, primary), FAILOVER_S)
            await until(lambda: listening(replica) == 2)
            await again(scene)


async def test_while_no_sentinel_answers_connections_stay(served: Served) -> None:
    with pair() as (primary, _, sentinel):
        plan = Plan(f"redis+sentinel://{sentinel.address}/{NAME}")
        async with served(plan, plan) as scene:
            sentinel.kill()
            await again(scene)
            primary.command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
            await unwell(scene)
            await until(lambda: scene.processes[0].bus.health.reason == (
                "Redis has no Sentinel that answers: it cannot be reached (Connection refused)"
            ))  # fmt: skip
            sentinel.start()
            await again(scene)
