"""The same socket over everything that may carry it, and what each of them does differently."""

import asyncio
import socket
import ssl
from contextlib import asynccontextmanager

import orjson
import pytest

from tests.realtime.uvicorn_server import WAYS, serving
from tests.waiting import until
from tests.web.live_socket import HELLO, live_socket
from tests.websocket.echo import Echo, echo_of
from tests.websocket.raw_socket import CLOSE, PING, PONG, TEXT, Frame, close, frame, raw_socket
from vetrina.websocket import direct_write
from vetrina.websocket.framing import SharedFrame

CARRIERS = ["ipv4", "ipv6", "unix", "tls", "no way past the transport"]


def tls_without_certificate():
    """Real TLS, and nothing to make or to keep secret."""
    server, client = (
        ssl.SSLContext(end) for end in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT)
    )
    for context in (server, client):
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("aNULL:@SECLEVEL=0")
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    return {"ssl_context_factory": lambda *_: server}, {"ssl": client}


class Recorder(Echo):
    """Remembers when bytes began and ceased to wait."""

    def __init__(self):
        super().__init__()
        self.stalls = []

    def writing_paused(self, socket):
        self.stalls.append(True)

    def writing_resumed(self, socket):
        self.stalls.append(False)


@asynccontextmanager
async def carried(carrier, way, tmp_path, monkeypatch):
    """A server, and how to open a socket to it."""
    listening, options, dialling = None, {}, {}
    if carrier == "ipv6":
        listening = socket.create_server(("::1", 0), family=socket.AF_INET6)
    elif carrier == "unix":
        listening = socket.socket(socket.AF_UNIX)
        listening.bind(str(tmp_path / "s"))
    elif carrier == "tls":
        options, dialling = tls_without_certificate()
    elif carrier == "no way past the transport":
        monkeypatch.setattr(direct_write, "_kernel_write", lambda transport: None)
    echo = Recorder()
    live_socket = echo if way == WAYS[0] else None
    async with serving(echo, listening, live_socket=live_socket, **options) as echo.address:
        yield echo, lambda: raw_socket(echo.address, **dialling)
        await until(lambda: not echo.open)


@pytest.fixture(params=WAYS)
def way(request):
    return request.param


@pytest.fixture(params=CARRIERS)
async def line(request, way, tmp_path, monkeypatch):
    async with carried(request.param, way, tmp_path, monkeypatch) as line:
        yield line


async def test_messages_pings_and_closes_arrive(line):
    _, dial = line
    async with dial() as client:
        await client.say(frame(TEXT, b"a"), frame(PING, b"b"), frame(TEXT, b"c" * 60_000), close())
        expected = [echo_of(b"a"), Frame(PONG, b"b"), echo_of(b"c" * 60_000)]
        assert (await client.end()).frames == [*expected, Frame(CLOSE, b"\x03\xe8")]


async def test_a_fault_is_told(line):
    _, dial = line
    async with dial() as client:
        await client.say(b"\xff" * 1_000)
        assert (await client.end()).code == 1002


async def test_nothing_waits_after_a_small_frame(line):
    """TLS said so after every second one: who was told little was taken for stuck, and closed."""
    echo, dial = line
    async with dial() as client:
        (server_end,) = echo.open
        for number in range(5):
            server_end.send(b"%d" % number)
            assert (await client.read_frame()).data == b"%d" % number
            assert server_end.buffered_bytes == 0
            assert echo.stalls.count(True) == echo.stalls.count(False)


async def test_order_is_kept_through_stalls_whoever_writes(line):
    echo, dial = line
    async with dial() as client:
        (server_end,) = echo.open
        client.writer.transport.pause_reading()
        sent = []
        for number in range(40):
            text = orjson.dumps({"number": number, "pad": "x" * (number * 104_729 % 1_000_000)})
            sent.append(text)
            shared = SharedFrame(text)
            if number % 3 or not server_end.try_send(shared):
                server_end.send(shared if number % 2 else text)
            if number % 20 == 19:
                client.writer.transport.resume_reading()
                await asyncio.sleep(0)
        assert True in echo.stalls
        assert [heard.data for heard in await client.read_all(40)] == sent
        await until(lambda: server_end.buffered_bytes == 0)
        assert echo.stalls[-1] is False


async def test_a_ping_that_comes_while_bytes_wait_is_answered_after_them(line):
    """It never was; only the newest one needs an answer (RFC 6455 5.5.3)."""
    echo, dial = line
    async with dial() as client:
        (server_end,) = echo.open
        client.writer.transport.pause_reading()
        for _ in range(3):
            server_end.send(b'"%b"' % (b"x" * 8_000_000))
        assert server_end.buffered_bytes > 0
        heard = asyncio.Event()
        server_end._listener.received = lambda *_: heard.set()
        await client.say(frame(PING, b"older"))
        await client.say(frame(PING, b"newer"), frame(TEXT, b"heard"))
        await heard.wait()
        client.writer.transport.resume_reading()
        await client.read_all(3)
        assert await client.read_frame() == Frame(PONG, b"newer")
        await client.say(frame(PING, b"next"))
        assert await client.read_frame() == Frame(PONG, b"next")


async def test_a_viewer_over_tls_that_gets_nothing_stays(monkeypatch):
    server, dialling = tls_without_certificate()
    async with live_socket(server=server) as live:
        async with raw_socket(live.address, **dialling) as client:
            await client.say(frame(TEXT, orjson.dumps(HELLO)))
            assert orjson.loads((await client.read_frame()).data)["type"] == "welcome"
            await live.pass_time(26_000)
            assert not (await client.read_frame()).data.startswith(b'{"type":"bye"')
            assert live.metric('vetrina_lagging_total{change="shed"}') == 0
        await until(lambda: not live.hub.clients)
