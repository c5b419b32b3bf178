"""What the bus of a single process promises beyond the contract."""

from vetrina.bus.memory import MemoryBus
from vetrina.bus.port import KeyRevoked


async def test_a_message_is_heard_before_publish_returns():
    heard = []
    bus = MemoryBus()
    await bus.open(heard.append)
    await bus.publish([KeyRevoked("a"), KeyRevoked("b")])
    assert heard == [KeyRevoked("a"), KeyRevoked("b")]


async def test_a_bus_that_was_never_opened_loses_messages_quietly():
    bus = MemoryBus()
    await bus.publish([KeyRevoked("a")])
    heard = []
    await bus.open(heard.append)
    await bus.publish([KeyRevoked("b")])
    assert heard == [KeyRevoked("b")]
