"""A cluster of three servers: each show on the one that has its slot, also after it moved."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest

from tests.bus.two import End, ends, new_bus, published, well
from tests.valkey import ValkeyServer, free_port, valkey_server
from tests.waiting import until
from vetrina.bus.port import BusUnusable
from vetrina.bus.redis.channels import Channels
from vetrina.bus.redis.topology import SLOTS, channel_at, topology

SHOWS = [f"show-{number}" for number in range(30)]


def cluster_server() -> AbstractContextManager[ValkeyServer]:
    return valkey_server(
        cluster_enabled="yes", cluster_port=str(free_port()), cluster_node_timeout="2000"
    )


def joined(servers: list[ValkeyServer]) -> bool:
    return all(b"cluster_state:ok" in each.command("CLUSTER", "INFO") for each in servers) and all(
        len(each.command("CLUSTER", "SLOTS")) == len(servers) for each in servers
    )


@pytest.fixture
async def three() -> AsyncIterator[list[ValkeyServer]]:
    with ExitStack() as stack:
        servers = [stack.enter_context(cluster_server()) for _ in range(3)]
        share = SLOTS // 3 + 1
        for number, server in enumerate(servers):
            last = min((number + 1) * share, SLOTS) - 1
            server.command("CLUSTER", "ADDSLOTSRANGE", number * share, last)
            server.command("CLUSTER", "SET-CONFIG-EPOCH", number + 1)
            port, bus_port = servers[0].port, servers[0].option("cluster_port")
            server.command("CLUSTER", "MEET", "127.0.0.1", port, bus_port)
        await until(lambda: joined(servers), 20)
        yield servers


async def followed(made: list[End]) -> None:
    for end in made:
        for show in SHOWS:
            end.bus.follow(show)
        for node in end.bus._nodes.values():
            await node.ready()


async def heard(sender: End, receiver: End, seq: int) -> None:
    """Every show's message arrives."""
    messages = [published(seq, show) for show in SHOWS]
    await sender.bus.publish(messages)
    await until(lambda: all(message in receiver.listener.heard for message in messages))


async def test_shows_are_spread_over_the_servers_and_all_are_heard(
    three: list[ValkeyServer],
) -> None:
    async with ends(three[0].url, three[1].url) as made:
        await followed(made)
        await heard(*made, 1)
        for server in three:
            assert len(server.command("PUBSUB", "SHARDCHANNELS")) > len(SHOWS) // 6
            assert server.command("PUBSUB", "CHANNELS") == []
        await made[0].bus.ping()


async def test_a_show_whose_slot_moved_is_found_again(three: list[ValkeyServer]) -> None:
    async with ends(three[0].url, three[1].url) as made:
        await followed(made)
        show = SHOWS[0]
        slot = three[0].command("CLUSTER", "KEYSLOT", Channels().show(show))
        [old] = [each for each in three if Channels().show(show) in shard_channels(each)]
        new = three[(three.index(old) + 1) % 3]
        target = new.command("CLUSTER", "MYID")
        for server in (new, old, *three):
            server.command("CLUSTER", "SETSLOT", slot, "NODE", target)
        await until(lambda: Channels().show(show) in shard_channels(new), 10)
        await well(*made)
        await followed(made)
        await heard(*made, 1)


async def test_a_server_that_is_away_silences_only_its_own_shows(
    three: list[ValkeyServer],
) -> None:
    for server in three:
        server.command("CONFIG", "SET", "cluster-require-full-coverage", "no")
        server.command("CONFIG", "SET", "cluster-allow-pubsubshard-when-down", "yes")
    async with ends(three[0].url, three[0].url) as made:
        await followed(made)
        lost = shard_channels(three[2])
        three[2].kill()
        await until(lambda: not any(end.bus.health.ok for end in made))
        others = [published(1, show) for show in SHOWS if Channels().show(show) not in lost]
        await made[0].bus.publish(others)
        await until(lambda: all(message in made[1].listener.heard for message in others))


def shard_channels(server: ValkeyServer) -> set[bytes]:
    return set(server.command("PUBSUB", "SHARDCHANNELS"))


async def test_a_cluster_that_is_not_whole_is_refused() -> None:
    with cluster_server() as server:
        end = new_bus(server.url)
        with pytest.raises(BusUnusable, match="is a cluster in which slots have no server"):
            await end.bus.open(end.listener)


@pytest.fixture
def halves() -> Iterator[list[list[object]]]:
    yield [[0, 8191, [b"10.0.0.1", 6379]], [8192, SLOTS - 1, [b"10.0.0.2", 6380], [b"r", 1]]]


def test_a_probe_channel_is_found_for_every_server(halves: list[list[object]]) -> None:
    known = topology(halves)
    process = secrets.token_hex(4)
    for address in known.servers:
        channel = channel_at(address, lambda n: f"vetrina:probe:{process}:{n}".encode(), known)
        assert known.server_of(channel) == address


@pytest.mark.parametrize("cut", [0, 1])
def test_slots_without_a_server_are_no_topology(halves: list[list[object]], cut: int) -> None:
    with pytest.raises(ValueError, match="expected a server for slot"):
        topology(halves[:cut] + halves[cut + 1 :])
