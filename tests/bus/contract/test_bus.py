"""What every bus promises. A bus may lose messages, but not on a quiet machine."""

import asyncio

import pytest

from vetrina.bus.port import ConnectionChanged, KeyRevoked, Published
from vetrina.domain.show.events import Panicked, Position, Recorded


def published(seq, show="spring-drop"):
    return Published(show, Position("kqwhzbea", seq), (Recorded(seq, Panicked(seq), "Anna"),))


async def test_messages_come_in_the_order_published(bus, listener):
    messages = [published(seq) for seq in range(1, 101)]
    await bus.publish(messages[:60])
    await bus.publish(messages[60:])
    assert await listener.wait_for(100) == messages


async def test_every_kind_of_message_is_carried(bus, listener):
    notices = [KeyRevoked("key-1"), ConnectionChanged("con_1")]
    messages = [published(1), *notices, published(1, show="summer-drop")]
    await bus.publish(messages)
    assert await listener.wait_for(4) == messages


async def test_the_listener_is_called_on_the_loop(bus, listener):
    await bus.publish([published(1)])
    await listener.wait_for(1)
    assert listener.loops == {asyncio.get_running_loop()}


async def test_nothing_to_publish_is_nothing_to_hear(bus, listener):
    await bus.publish([])
    await bus.publish([published(1)])
    assert await listener.wait_for(1) == [published(1)]


async def test_an_open_bus_answers_a_ping(bus, listener):
    assert await bus.ping() is None
    assert listener.heard == []


async def test_a_closed_bus_delivers_nothing_and_says_so(bus, listener):
    await bus.publish([published(1)])
    await listener.wait_for(1)
    await bus.close()
    await bus.publish([published(2)])
    with pytest.raises((OSError, TimeoutError)):
        await bus.ping()
    assert listener.heard == [published(1)]
