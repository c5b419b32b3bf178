"""The ASGI connection under a real uvicorn, read by a real client over a real socket."""

import asyncio
import socket

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from server.metrics import Metrics
from server.protocol import frames
from server.realtime.connection import Connection
from server.realtime.listener import EXTENSION
from tests.fakes import settled
from tests.realtime.member_suite import MemberSuite
from tests.realtime.uvicorn_server import serving
from tests.realtime.waiting import until

END = "the end"


class Far:
    """An ASGI application that hands its connections to the test."""

    def __init__(self):
        self.connections = asyncio.Queue()
        self.ended = asyncio.Event()
        self.wire = None

    async def __call__(self, scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        self.wire = scope["extensions"][EXTENSION]["wire"]
        connection = Connection(send, Metrics(), self.wire, grace_s=0.1)
        self.connections.put_nowait(connection)
        reader = asyncio.create_task(self.wait_for_the_end(receive, connection))
        await connection.run()
        reader.cancel()
        self.ended.set()

    async def wait_for_the_end(self, receive, connection):
        while (await receive())["type"] != "websocket.disconnect":
            pass
        connection.lost()


class RealLine:
    """A connection between uvicorn and the `websockets` library."""

    def __init__(self, far, member, client):
        self.far = far
        self.member = member
        self.client = client

    async def received(self):
        self.member.send(frames.ack(END))
        return [frame async for frame in self._rest()]

    async def _rest(self):
        try:
            while (frame := orjson.loads(await self.client.recv())).get("id") != END:
                yield frame
        except ConnectionClosed:
            return

    async def close_code(self):
        await asyncio.wait_for(self.client.wait_closed(), 5)
        return self.client.close_code

    def stop_reading(self):
        self.client.transport.pause_reading()

    async def torn_down(self):
        await asyncio.wait_for(self.far.ended.wait(), 5)
        transport = self.far.wire._transport
        await until(lambda: transport.is_closing() and not transport.get_write_buffer_size())
        return True


@pytest.fixture
async def line():
    far = Far()
    async with (
        serving(far) as address,
        connect(
            f"ws://{address}/", ping_interval=None, compression=None, close_timeout=0.1
        ) as client,
    ):
        line = RealLine(far, await far.connections.get(), client)
        yield line
        line.client.transport.abort()


class TestConnectionOverUvicorn(MemberSuite):
    """The suite of the port."""


@pytest.mark.parametrize("frames_sent", [1, 2], ids=["all with uvicorn", "one with us"])
async def test_a_client_that_says_close_and_never_reads_is_torn_down(line, frames_sent):
    """uvicorn answers the close behind megabytes that nobody takes, and would wait for that."""
    line.stop_reading()
    for _ in range(frames_sent):
        line.member.send(b'"%b"' % (b"x" * 20_000_000))
    await settled()
    line.client.protocol.send_close()
    line.client.send_data()
    assert await line.torn_down()


async def test_the_server_ends_although_a_client_does_not_read():
    far = Far()
    async with asyncio.timeout(4):
        async with serving(far) as address:
            client = await connect(f"ws://{address}/", ping_interval=None, compression=None)
            member = await far.connections.get()
            client.transport.pause_reading()
            for _ in range(2):
                member.send(b'"%b"' % (b"x" * 20_000_000))
            await settled()
        client.transport.abort()


async def test_a_frame_far_too_large_is_refused_by_the_library_itself(line):
    await line.client.send("x" * 100_000)
    assert await line.close_code() == 1009


async def test_compression_is_not_offered():
    far = Far()
    async with serving(far) as address, connect(f"ws://{address}/") as client:
        assert client.protocol.extensions == []


async def test_small_writes_leave_at_once(line):
    sock = line.far.wire._transport.get_extra_info("socket")
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
