"""Clients that come and go in the middle of rounds, in every way there is."""

import asyncio
import gc
from contextlib import AsyncExitStack

import pytest

from tests.fakes import settled
from tests.realtime.facts import announced, publish
from tests.realtime.watched_room import HALF, VIEWER, read, read_events, viewer, watched_room
from tests.waiting import PATIENCE_S, until
from tests.websocket.raw_socket import close, raw_socket, reset
from vetrina.websocket import detached_transport as detached_module

EVENTS = 600


@pytest.fixture
async def live(monkeypatch):
    monkeypatch.setattr(detached_module, "GRACE_S", 0.2)
    async with watched_room() as live:
        yield live


async def test_a_storm_of_ends_during_a_round(live):
    """Every second one goes, in every way there is, between two slices of the same round."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(viewer(live)) for _ in range(120)]
        stays, goes = clients[::2], clients[1::2]
        publish(live.room, announced("first"))
        assert live.room._broadcast.running
        for number, client in enumerate(goes):
            if number % 3 == 0:
                await reset(client.writer)
            else:
                await client.say(close() if number % 3 == 1 else b"\xff\xff")
            publish(live.room, announced(str(number)))
        expected = ["first", *(str(number) for number in range(len(goes)))]
        for client in stays:
            assert await read_events(client, len(expected)) == expected
        await until(lambda: len(live.hub.clients) == len(stays))
        assert live.room.counts.viewers == len(stays)


async def follow(client, until_seq):
    """Every event once and in order, from the welcome on, at least up to this one."""
    at = 0
    while at < until_seq:
        told = await read(client)
        if told["type"] == "welcome":
            at = told["seq"]
        for event in told.get("events", ()):
            assert event["seq"] == at + 1
            at += 1


async def test_who_takes_the_place_of_another_gets_only_what_is_meant_for_it(live):
    """Newcomers get the descriptors of those who went, in the middle of rounds."""
    ways_to_go = [close(), b"\xff\xff", HALF, None]

    async def come_and_go(first):
        for number in range(first, 100, 10):
            async with raw_socket(live.address) as client:
                await client.say(VIEWER)
                await follow(client, min(EVENTS, live.room.position.seq + number % 3))
                last = ways_to_go[number % 4]
                await (reset(client.writer) if last is None else client.say(last))

    async def publish_all():
        for number in range(EVENTS):
            publish(live.room, announced(str(number)))
            await settled(2)

    async with AsyncExitStack() as stack, asyncio.timeout(PATIENCE_S):
        stays = [await stack.enter_async_context(raw_socket(live.address)) for _ in range(30)]
        for client in stays:
            await client.say(VIEWER)
        async with asyncio.TaskGroup() as group:
            group.create_task(publish_all())
            for first in range(10):
                group.create_task(come_and_go(first))
            for client in stays:
                group.create_task(follow(client, EVENTS))


async def test_connections_that_come_and_go_leave_no_object_behind(live):
    """Not even until the garbage collector comes; among many that stay, it hardly ever does."""
    async with viewer(live) as first:
        gc.collect()
        gc.disable()
        try:
            for number in range(60):
                async with viewer(live) as client:
                    await client.say(close() if number % 2 else b"\xff\xff")
                    await client.end()
            await until(lambda: len(live.hub.clients) == 1)
            await settled()
            names = {
                "DetachedTransport",
                "Client",
                "Subscriber",
                "FirstRead",
                "SocketProtocol",
                "BoundedHttpProtocol",
            }
            kept = [kind for thing in gc.get_objects() if (kind := type(thing).__name__) in names]
            assert sorted(kept) == ["Client", "DetachedTransport", "Subscriber"]
        finally:
            gc.enable()
        publish(live.room, announced("hello"))
        assert await read_events(first, 1) == ["hello"]
