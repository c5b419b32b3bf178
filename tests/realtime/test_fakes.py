"""The fakes keep the same guarantees as what they stand for."""

import orjson
import pytest

from tests.realtime.fakes import FakeTransport
from tests.websocket.transport_suite import TransportSuite
from vetrina.protocol import messages


class FakeConnection:
    """A fake transport, seen from the far end."""

    def __init__(self):
        self.transport = FakeTransport(reading=False)
        self.stuck = False

    async def received(self):
        if not self.stuck:
            self.transport.read()
        taken = [orjson.loads(frame) for frame in self.transport.taken]
        if self.transport.closed is None:
            return taken
        bye = messages.bye(self.transport.closed, self.transport.retry_ms, self.transport.message)
        return [*taken, orjson.loads(bye)]

    async def close_code(self):
        return self.transport.closed

    def stop_reading(self):
        self.stuck = True

    async def torn_down(self):
        return self.transport.closed is not None or self.transport.aborted


@pytest.fixture
async def connection():
    return FakeConnection()


class TestFakeTransport(TransportSuite):
    """The suite of the port."""
