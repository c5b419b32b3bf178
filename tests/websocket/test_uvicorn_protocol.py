"""The detached socket under a real uvicorn, read by a real client over a real socket."""

import asyncio
import random
import socket
from contextlib import asynccontextmanager

import orjson
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.fakes import settled
from tests.realtime.uvicorn_server import WAYS, serving
from tests.waiting import PATIENCE_S, until
from tests.websocket.transport_suite import TransportSuite
from vetrina.metrics import Metrics
from vetrina.protocol import messages
from vetrina.websocket import detached_transport as detached_module
from vetrina.websocket.framing import SharedFrame
from vetrina.websocket.uvicorn_protocol import EXTENSION

END = "the end"


class Far:
    """An application that detaches its sockets and hands them to the test."""

    def __init__(self):
        self.sockets = asyncio.Queue()
        self.ended = asyncio.Event()
        self.heard = []
        self.stalls = []
        self.metrics = Metrics()
        self.targets = frozenset((b"/ws",))

    async def __call__(self, scope, receive, send):
        await receive()
        await send({"type": "websocket.accept"})
        protocol = scope["extensions"][EXTENSION]["protocol"]
        self.sockets.put_nowait(protocol.detach(self, self.metrics))

    def admit(self, address, headers):
        return address

    def opened(self, socket, place, headers):
        self.sockets.put_nowait(socket)

    def received(self, socket, data):
        self.heard.append(data)

    def writing_paused(self, socket):
        self.stalls.append(True)

    def writing_resumed(self, socket):
        self.stalls.append(False)

    def lost(self, socket):
        self.ended.set()


class RealConnection:
    """A detached socket and the `websockets` library at its far end."""

    def __init__(self, far, transport, client):
        self.far = far
        self.transport = transport
        self.client = client

    async def received(self):
        self.transport.send(messages.ack(END))
        return [frame async for frame in self._rest()]

    async def _rest(self):
        try:
            while (frame := orjson.loads(await self.client.recv())).get("id") != END:
                yield frame
        except ConnectionClosed:
            return

    async def close_code(self):
        await asyncio.wait_for(self.client.wait_closed(), PATIENCE_S)
        return self.client.close_code

    def stop_reading(self):
        self.client.transport.pause_reading()

    async def torn_down(self):
        await asyncio.wait_for(self.far.ended.wait(), PATIENCE_S)
        return self.transport._transport.is_closing()


@pytest.fixture(autouse=True)
def little_grace(monkeypatch):
    monkeypatch.setattr(detached_module, "GRACE_S", 0.1)


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


@asynccontextmanager
async def far_served(way, **options):
    far = Far()
    async with serving(far, live_socket=far if way == WAYS[0] else None, **options) as address:
        yield far, f"ws://{address}/ws"


@pytest.fixture(params=[None, "deflate"], ids=["plain", "deflate"])
async def connection(request, way):
    async with (
        far_served(way) as (far, url),
        connect(url, ping_interval=None, compression=request.param, close_timeout=0.1) as client,
    ):
        connection = RealConnection(far, await far.sockets.get(), client)
        yield connection
        connection.client.transport.abort()


class TestDetachedSocket(TransportSuite):
    """The suite of the port."""


@pytest.mark.parametrize("frames_sent", [1, 2])
async def test_a_client_that_says_close_and_never_reads_is_torn_down(connection, frames_sent):
    """The answer to its close waits behind megabytes that nobody takes."""
    connection.stop_reading()
    for _ in range(frames_sent):
        connection.transport.send(b'"%b"' % (b"x" * 20_000_000))
    await settled()
    connection.client.protocol.send_close()
    connection.client.send_data()
    assert await connection.torn_down()


async def test_a_client_that_half_closes_and_never_reads_is_torn_down(connection):
    connection.stop_reading()
    connection.transport.send(b'"%b"' % (b"x" * 20_000_000))
    await settled()
    connection.client.transport.write_eof()
    assert await connection.torn_down()


async def test_the_server_ends_although_a_client_does_not_read(way):
    async with asyncio.timeout(PATIENCE_S):
        patient = {"timeout_graceful_shutdown": 2 * PATIENCE_S}
        async with far_served(way, **patient) as (far, url):
            client = await connect(url, ping_interval=None, compression=None)
            transport = await far.sockets.get()
            client.transport.pause_reading()
            for _ in range(2):
                transport.send(b'"%b"' % (b"x" * 20_000_000))
            await settled()
        client.transport.abort()


async def test_a_frame_far_too_large_is_refused_by_its_size_alone(connection):
    await connection.client.send(
        "x" * 100_000 if connection.client.protocol.extensions == [] else NOISE
    )
    assert await connection.close_code() == 1009


async def test_the_order_is_kept_when_the_kernel_takes_only_a_part(connection):
    """What the transport keeps goes before what is sent later, whoever writes."""
    connection.stop_reading()
    for number in range(50):
        connection.transport.send(orjson.dumps({"now": number, "pad": "x" * 200_000}))
    assert connection.transport.buffered_bytes > 0
    assert connection.far.stalls == [True]
    connection.client.transport.resume_reading()
    for number in range(50, 60):
        connection.transport.send(SharedFrame(messages.pong(number)))
    assert [frame["now"] for frame in await connection.received()] == list(range(60))
    await until(lambda: connection.transport.buffered_bytes == 0)
    assert connection.far.stalls == [True, False]
    assert connection.transport.try_send(SharedFrame(messages.pong(60)))
    assert (await connection.received())[0]["now"] == 60


async def test_small_writes_leave_at_once_and_silence_is_noticed(connection):
    sock = connection.transport._transport.get_extra_info("socket")
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    assert sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 20_000


async def test_compression_is_agreed_without_any_memory_between_frames(way):
    async with far_served(way) as (far, url), connect(url) as client:
        (agreed,) = client.protocol.extensions
        assert agreed.local_no_context_takeover
        assert agreed.remote_no_context_takeover
        transport = await far.sockets.get()
        text = orjson.dumps({"text": "così 🎉" * 1_000})
        frame = SharedFrame(text, pack=True)
        assert transport.try_send(frame)
        assert len(frame.packed) < len(frame.wire) / 10
        assert await client.recv() == text.decode()
        await client.send("compressed " * 100)
        await until(lambda: far.heard == [b"compressed " * 100])


async def test_compression_can_be_switched_off(way):
    off = {"ws_per_message_deflate": False}
    async with far_served(way, **off) as (far, url), connect(url) as client:
        assert client.protocol.extensions == []
        await client.send("x" * 5_000)
        await until(lambda: far.heard == [b"x" * 5_000])


async def test_what_comes_before_the_handshake_ends_is_received_after_it():
    class Slow(Far):
        async def __call__(self, scope, receive, send):
            await asyncio.wait_for(said.wait(), PATIENCE_S)
            await settled()
            await super().__call__(scope, receive, send)

    far, said = Slow(), asyncio.Event()
    async with serving(far) as address:
        host, port = address.split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(HANDSHAKE)
        await writer.drain()
        await settled()
        # A masked text frame with the mask 0: "hi".
        writer.write(b"\x81\x82\0\0\0\0hi")
        said.set()
        await until(lambda: far.heard == [b"hi"])
        assert b"101" in await asyncio.wait_for(reader.readline(), PATIENCE_S)
        writer.close()
        await asyncio.wait_for(far.ended.wait(), PATIENCE_S)


async def test_an_application_that_fails_in_the_handshake_answers_500(caplog):
    async def broken(scope, receive, send):
        raise RuntimeError("no")

    async with serving(broken) as address:
        with pytest.raises(InvalidStatus, match="500"):
            await connect(f"ws://{address}/")
    assert "A handshake failed." in caplog.text


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ((b"GET", b"POST"), b"405"),
        ((b"Version: 13", b"Version: 12"), b"426"),
        ((b"dGhlIHNhbXBsZSBub25jZQ==", b"c2hvcnQ="), b"400"),
        ((b"Sec-WebSocket-Key", b"Sec-WebSocket-Kex"), b"400"),
    ],
)
async def test_a_handshake_that_is_wrong_is_refused(way, change, status):
    async with far_served(way) as (far, url):
        host, port = url.removeprefix("ws://").removesuffix("/ws").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(HANDSHAKE.replace(*change))
        answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
        writer.close()
    assert answer.split(b" ")[1] == status
    assert far.sockets.empty()


HANDSHAKE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\n"
    b"Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
# Deflate makes nothing of it.
NOISE = random.Random(1).randbytes(300_000)
