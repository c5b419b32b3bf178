"""The ASGI connection: the guarantees of a transport, and how it ends."""

import asyncio

import orjson
import pytest

from tests.fakes import settled
from tests.waiting import PATIENCE_S
from tests.websocket.transport_suite import TransportSuite
from vetrina.metrics import Metrics
from vetrina.protocol import messages
from vetrina.protocol.close_codes import CloseCode
from vetrina.websocket.asgi_transport import Connection

GRACE_S = 0.05


class AsgiConnection:
    """A connection over a scripted ASGI server."""

    def __init__(self):
        self.messages = []
        self.reading = asyncio.Event()
        self.reading.set()
        self.metrics = Metrics()
        self.transport = Connection(self.send, self.metrics, grace_s=GRACE_S)
        self.task = asyncio.create_task(self.transport.run())

    async def send(self, message):
        await self.reading.wait()
        self.messages.append(message)

    async def received(self):
        await settled()
        texts = [m["text"] for m in self.messages if m["type"] == "websocket.send"]
        return [orjson.loads(text) for text in texts]

    async def close_code(self):
        await self.task
        return next((m["code"] for m in self.messages if m["type"] == "websocket.close"), None)

    def stop_reading(self):
        self.reading.clear()

    async def torn_down(self):
        await asyncio.wait_for(self.task, PATIENCE_S)
        return self.transport.closed

    async def hang_up(self):
        self.transport.lost()
        await self.task


@pytest.fixture
async def connection():
    connection = AsgiConnection()
    yield connection
    await connection.hang_up()


class TestConnection(TransportSuite):
    """The suite of the port."""


async def test_the_reason_goes_with_the_close(connection):
    connection.transport.close(CloseCode.UNKNOWN_SHOW)
    await connection.task
    assert connection.messages[-1] == {
        "type": "websocket.close",
        "code": 4504,
        "reason": "There is no such show.",
    }
    assert len(connection.messages[-1]["reason"]) <= 123


async def test_a_stuck_client_is_torn_down_and_counted(connection):
    connection.stop_reading()
    connection.transport.send(messages.pong(1))
    await settled()
    connection.transport.close(CloseCode.SLOW)
    await connection.task
    text = connection.metrics.render().decode()
    assert "vetrina_aborts_total 1.0" in text
    assert 'vetrina_closes_total{code="slow"} 1.0' in text


async def test_a_frame_on_its_way_is_finished_before_bye(connection):
    connection.stop_reading()
    connection.transport.send(messages.pong(1))
    connection.transport.send(messages.pong(2))
    await settled()
    connection.transport.close(CloseCode.RESTART)
    connection.reading.set()
    await connection.task
    types = [orjson.loads(m["text"])["type"] for m in connection.messages[:-1]]
    assert types == ["pong", "bye"]
    assert connection.messages[-1]["type"] == "websocket.close"


async def test_closing_before_the_writer_starts_works():
    sent = []

    async def send(message):
        sent.append(message["type"])

    connection = Connection(send, Metrics())
    connection.close(CloseCode.OVERLOADED)
    await connection.run()
    assert sent == ["websocket.send", "websocket.close"]


async def test_a_client_that_left_ends_the_writer_without_a_word():
    async def send(message):
        raise ConnectionResetError("gone")

    connection = Connection(send, Metrics())
    connection.send(messages.pong(1))
    await connection.run()
    assert connection.closed
    assert connection.buffered_bytes == 0


async def test_a_stuck_client_lets_the_writer_go():
    async def send(message):
        await asyncio.Event().wait()

    connection = Connection(send, Metrics(), grace_s=GRACE_S)
    connection.send(messages.pong(1))
    run = asyncio.create_task(connection.run())
    await settled()
    connection.close(CloseCode.SLOW)
    await asyncio.wait_for(run, PATIENCE_S)
    assert connection.closed


async def test_a_client_that_takes_nothing_from_the_start_is_torn_down():
    async def send(message):
        await asyncio.Event().wait()

    metrics = Metrics()
    connection = Connection(send, metrics, grace_s=GRACE_S)
    connection.close(CloseCode.OVERLOADED)
    await asyncio.wait_for(connection.run(), PATIENCE_S)
    assert "vetrina_aborts_total 1.0" in metrics.render().decode()


async def test_a_client_that_left_and_took_nothing_before_is_torn_down(connection):
    connection.stop_reading()
    connection.transport.send(messages.pong(1))
    await settled()
    connection.transport.lost()
    assert await connection.torn_down()


async def test_being_cancelled_is_not_swallowed(connection):
    connection.task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await connection.task
    connection.task = asyncio.create_task(asyncio.sleep(0))
