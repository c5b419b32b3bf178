"""Two processes that talk over a real Valkey, while it is well."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.bus.two import SHOW, End, carried, ends, new_bus, published
from tests.valkey import ValkeyServer, valkey_server
from tests.waiting import until
from vetrina.bus.port import BusUnusable, KeyRevoked, Message, Tallied
from vetrina.bus.redis import RedisBuckets
from vetrina.bus.redis.channels import Channels

TALLIED = Tallied("a1b2c3d4", SHOW, 7, {"MUG-1": 2}, ({"label": "main", "connected": True},))


@pytest.fixture
async def two(valkey: ValkeyServer) -> AsyncIterator[list[End]]:
    async with ends(valkey.url, valkey.url) as made:
        yield made


async def test_the_other_hears_everything_in_order(two: list[End]) -> None:
    one, other = two
    messages: list[Message] = [published(seq) for seq in range(1, 2_001)]
    messages += [KeyRevoked("key-1"), TALLIED]
    for start in range(0, len(messages), 100):
        await one.bus.publish(messages[start : start + 100])
    assert await other.listener.wait_for(len(messages) - 1)
    await until(lambda: len(other.listener.heard) == len(messages))
    carried_here = [message for message in other.listener.heard if message != KeyRevoked("key-1")]
    assert carried_here == [message for message in messages if message != KeyRevoked("key-1")]
    assert KeyRevoked("key-1") in other.listener.heard


async def test_what_a_process_says_it_hears_at_once_and_only_once(two: list[End]) -> None:
    one, other = two
    await one.bus.publish([published(1)])
    assert one.listener.heard == [published(1)]
    await other.listener.wait_for(1)
    await one.bus.ping()
    assert one.listener.heard == [published(1)]


async def test_a_show_that_nobody_watches_here_costs_nothing(two: list[End]) -> None:
    one, other = two
    await one.bus.publish([published(1, "other-show"), published(1)])
    await other.listener.wait_for(1)
    assert other.listener.heard == [published(1)]
    other.bus.unfollow(SHOW)
    other.bus.follow("other-show")
    await until(lambda: other.bus._nodes[("", 0)].reader.subscribed.is_set())
    await one.bus.publish([published(2), published(2, "other-show")])
    await until(lambda: published(2, "other-show") in other.listener.heard)
    assert published(2) not in other.listener.heard


async def test_a_new_subscription_raises_a_doubt_once_the_server_knows_it(two: list[End]) -> None:
    """What was published between the wish and its fulfilment was not heard."""
    one, other = two
    doubts = len(other.listener.doubts)
    other.bus.follow("other-show")
    assert len(other.listener.doubts) == doubts
    await until(lambda: len(other.listener.doubts) > doubts)
    await one.bus.publish([published(1, "other-show")])
    await until(lambda: published(1, "other-show") in other.listener.heard)


async def test_many_shows_are_followed_at_once(two: list[End]) -> None:
    one, other = two
    shows = [f"show-{number}" for number in range(1_500)]
    for show in shows:
        other.bus.follow(show)
    await until(lambda: other.bus._nodes[("", 0)].reader.subscribed.is_set())
    await one.bus.publish([published(1, show) for show in shows])
    await other.listener.wait_for(len(shows))


async def test_a_strange_message_is_a_doubt_and_not_the_end(
    two: list[End], valkey: ValkeyServer
) -> None:
    one, other = two
    doubts = len(other.listener.doubts)
    for data in (b"", b"\xff\xfe", b"ffffffff {}", b'ffffffff {"kind":"from_the_future"}'):
        valkey.command("PUBLISH", Channels().show(SHOW), data)
    await until(lambda: len(other.listener.doubts) == doubts + 4)
    await carried(one, other, 1)


async def test_a_listener_that_fails_does_not_make_the_process_deaf(two: list[End]) -> None:
    one, other = two

    def fail(_: Message) -> None:
        raise RuntimeError("a bug")

    other.bus._listener = fail
    await one.bus.publish([published(1)])
    await until(lambda: other.count("bus_received_total") == 1)
    other.bus._listener = other.listener
    await carried(one, other, 2)


async def test_it_counts_what_it_does(two: list[End]) -> None:
    one, other = two
    await carried(one, other, 1)
    assert (one.count("bus_sent_total"), other.count("bus_received_total")) == (1, 1)
    assert (one.count("bus_up"), one.count("bus_dropped_total")) == (1, 0)
    await until(lambda: one.count("bus_round_trip_seconds_count") >= 2)


async def test_nothing_is_left_after_its_end(valkey: ValkeyServer) -> None:
    before = asyncio.all_tasks()
    async with ends(valkey.url) as made:
        await made[0].bus.ping()
    assert asyncio.all_tasks() == before
    with pytest.raises(ConnectionError):
        await made[0].bus.ping()


async def test_a_socket_of_the_file_system_will_do(valkey: ValkeyServer) -> None:
    url = f"unix://{valkey.socket}"
    async with ends(url, valkey.url) as (one, other):
        await carried(one, other, 1)


async def test_installations_with_databases_of_their_own_do_not_hear_each_other(
    valkey: ValkeyServer,
) -> None:
    async with ends(valkey.url, f"{valkey.url}/1", f"{valkey.url}/1") as (other, one, two):
        await one.bus.publish([published(1), KeyRevoked("key-1")])
        await two.listener.wait_for(2)
        await other.bus.ping()
        assert other.listener.heard == []


BAD = {
    "http://127.0.0.1": "expected redis://host:6379",
    "127.0.0.1:6379": "expected redis://host:6379",
    "redis://127.0.0.1:1": r"Redis at 127\.0\.0\.1:1 cannot be reached \(Connection refused\)",
    "unix:///no/such/socket": "Redis at /no/such/socket cannot be reached",
    "redis://127.0.0.1:6379?colour=red": "its options are not those",
}


@pytest.mark.parametrize("url", BAD)
async def test_a_wrong_address_is_said_in_one_sentence(url: str) -> None:
    with pytest.raises(BusUnusable, match=r"^VETRINA_REDIS \(or --redis\): ") as told:
        end = new_bus(url)
        await end.bus.open(end.listener)
    assert told.match(BAD[url])
    assert str(told.value).count(".\n") == 0


async def test_a_password_is_asked_for_and_never_shown() -> None:
    with valkey_server(requirepass="geheim") as server:
        async with ends(server.url) as (end,):
            await end.bus.ping()
        for wrong in ("redis://127.0.0.1", "redis://:falsch@127.0.0.1"):
            end = new_bus(f"{wrong}:{server.port}")
            with pytest.raises(BusUnusable, match="refuses the user name or password") as told:
                await end.bus.open(end.listener)
            assert "falsch" not in str(told.value)


Talk = Callable[[asyncio.StreamReader], AsyncIterator[bytes]]


@asynccontextmanager
async def speaking(
    talk: Callable[[asyncio.StreamReader], AsyncIterator[bytes]],
) -> AsyncIterator[str]:
    """The address of something that answers in its own way."""
    gone = asyncio.Event()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async for said in talk(reader):
            writer.write(said)
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        gone.set()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await gone.wait()


async def test_what_is_no_redis_is_said_to_be_none() -> None:
    async def talk(_: asyncio.StreamReader) -> AsyncIterator[bytes]:
        yield b"HTTP/1.1 400 Bad Request\r\n\r\n"

    async with speaking(talk) as url:
        end = new_bus(url)
        with pytest.raises(BusUnusable, match="does not answer as a Redis server"):
            await end.bus.open(end.listener)


async def test_an_old_server_is_refused() -> None:
    async def talk(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
        while await reader.read(1_000):
            told = b"redis_version:5.0.14\r\ncluster_enabled:0\r\n"
            yield b"$%d\r\n%s\r\n*1\r\n$6\r\nmaster\r\n" % (len(told), told)

    async with speaking(talk) as url:
        end = new_bus(url)
        with pytest.raises(BusUnusable, match=r"is version 5\.0\.14; expected 6\.0 or newer"):
            await end.bus.open(end.listener)


async def test_a_replica_is_refused(valkey: ValkeyServer) -> None:
    with valkey_server() as replica:
        replica.follow(valkey)
        end = new_bus(replica.url)
        with pytest.raises(BusUnusable, match="is a read-only replica; expected the primary"):
            await end.bus.open(end.listener)


async def test_the_rights_that_the_documents_name_are_enough() -> None:
    page = (Path(__file__).parents[2] / "docs/operations.md").read_text(encoding="utf-8")
    [rights] = re.findall(r"`(&vetrina:[^`]*)`", page)
    with valkey_server() as server:
        words = ("on", ">geheim", "resetchannels", *rights.split())
        server.command("ACL", "SETUSER", "vetrina", "reset", *words)
        url = f"redis://vetrina:geheim@127.0.0.1:{server.port}"
        async with ends(url, url) as (one, other):
            await carried(one, other, 1)
            waits_s = [
                await RedisBuckets(end.bus, within_s=30).take("reads", "a", per_s=1, burst=1)
                for end in (one, other)
            ]
            assert waits_s[0] == 0 < waits_s[1]
            await until(lambda: one.count("bus_round_trip_seconds_count") >= 2)
            assert one.bus.health.ok
