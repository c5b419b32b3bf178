"""What becomes of the bus when its server is killed, frozen, demoted or cuts the line."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.bus.timings import BRISK
from tests.bus.two import End, carried, ends, published, well
from tests.valkey import ValkeyServer, valkey_server
from tests.waiting import until
from vetrina.bus.port import Doubt


@pytest.fixture
def frail() -> Iterator[ValkeyServer]:
    """A server of this test alone."""
    with valkey_server() as server:
        yield server


@pytest.fixture
async def two(frail: ValkeyServer) -> AsyncIterator[list[End]]:
    async with ends(frail.url, frail.url, timings=BRISK) as made:
        yield made


async def unwell(*made: End) -> None:
    await until(lambda: not any(end.bus.health.ok for end in made))


async def test_a_killed_server_is_missed_in_words_and_found_again(
    two: list[End], frail: ValkeyServer
) -> None:
    one, other = two
    frail.kill()
    await unwell(*two)
    await until(lambda: "Connection refused" in one.bus.health.reason)
    assert one.bus.health.reason == "Redis cannot be reached (Connection refused)"
    assert one.count("bus_up") == 0
    with pytest.raises(OSError, match=r"Redis cannot be reached \(Connection refused\)"):
        await one.bus.ping()
    frail.start()
    await well(*two)
    await carried(one, other, 1)
    assert one.count("bus_restarts_total") >= 2


async def test_while_it_is_away_a_process_still_hears_itself(
    two: list[End], frail: ValkeyServer
) -> None:
    one, other = two
    frail.kill()
    await unwell(*two)
    await one.bus.publish([published(seq) for seq in range(1, 50)])
    assert len(one.listener.heard) == 49
    await until(lambda: one.count("bus_dropped_total") == 49)
    frail.start()
    await until(lambda: Doubt("a process could not send for a while") in other.listener.doubts)
    assert other.listener.heard == []


async def test_a_frozen_server_is_noticed_and_not_waited_for(
    two: list[End], frail: ValkeyServer
) -> None:
    one, other = two
    frail.freeze()
    await unwell(*two)
    assert one.bus.health.reason.endswith("does not answer")
    frail.thaw()
    await well(*two)
    await carried(one, other, 1)


@pytest.mark.parametrize("kind", ["pubsub", "normal"])
async def test_connections_that_the_server_closes_are_made_anew(
    two: list[End], frail: ValkeyServer, kind: str
) -> None:
    """And whoever listens is in doubt about what was said meanwhile."""
    one, other = two
    doubts = len(other.listener.doubts)
    frail.command("CLIENT", "KILL", "TYPE", kind)
    await until(lambda: other.count("bus_restarts_total") > 0)
    await until(lambda: one.count("bus_restarts_total") > 0)
    await well(*two)
    await carried(one, other, 1)
    await carried(other, one, 2)
    if kind == "pubsub":
        assert len(other.listener.doubts) > doubts


async def test_a_reader_that_is_too_slow_for_the_server_starts_anew(
    two: list[End], frail: ValkeyServer
) -> None:
    one, other = two
    frail.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 1 1 1")
    await one.bus.publish([published(seq) for seq in range(1, 2_000)])
    await until(lambda: other.count("bus_restarts_total") > 0)
    frail.command("CONFIG", "SET", "client-output-buffer-limit", "pubsub 33554432 8388608 60")
    await well(*two)
    await carried(one, other, 5_000)


async def test_a_server_that_became_a_replica_is_left(two: list[End], frail: ValkeyServer) -> None:
    """Those who still talk over it would not hear those who talk over the new primary."""
    with valkey_server() as primary:
        frail.follow(primary)
        await unwell(*two)
        await until(lambda: "is a read-only replica" in two[0].bus.health.reason)
        frail.command("REPLICAOF", "NO", "ONE")
        await well(*two)
        await carried(*two, 1)


async def test_a_password_that_was_changed_is_said(two: list[End], frail: ValkeyServer) -> None:
    frail.command("CONFIG", "SET", "requirepass", "geheim")
    frail.password = "geheim"
    frail.command("CLIENT", "KILL", "TYPE", "pubsub")
    frail.command("CLIENT", "KILL", "TYPE", "normal")
    await unwell(*two)
    await until(lambda: "refuses the user name or password" in two[0].bus.health.reason)
    frail.command("CONFIG", "SET", "requirepass", "")
    await well(*two)


async def test_a_channel_that_a_user_may_not_use_is_said(
    two: list[End], frail: ValkeyServer
) -> None:
    frail.command("ACL", "SETUSER", "default", "resetchannels")
    await two[0].bus.publish([published(1)])
    await until(lambda: "does not allow this user" in two[0].bus.health.reason)
    frail.command("ACL", "SETUSER", "default", "allchannels")
    await well(*two)
    await carried(*two, 2)
