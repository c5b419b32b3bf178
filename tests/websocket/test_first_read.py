"""What is answered from the first read of a connection, and what goes the general way.

The other files here run over both; this one compares them, request by request.
"""

import asyncio
import re

import pytest

from tests.realtime.uvicorn_server import WAYS
from tests.waiting import PATIENCE_S, until
from tests.websocket.echo import echo_of, echo_server
from tests.websocket.raw_socket import HANDSHAKE, TEXT, frame, raw_socket, tcp
from vetrina.websocket.http_protocol import HEAD_S, BoundedHttpProtocol
from vetrina.websocket.plain_connections import PlainConnections
from vetrina.websocket.uvicorn_protocol import uvicorn_options

BROWSER = HANDSHAKE[:-2] + (
    b"Origin: http://localhost\r\nUser-Agent: Mozilla/5.0 Chrome/126.0.0.0\r\n"
    b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"
    b"Cookie: lang=de\r\n\r\n"
)
PLAIN = {
    "plain": HANDSHAKE,
    "a browser's": BROWSER,
    "odd case": HANDSHAKE.replace(b"Upgrade: websocket", b"uPGRADE:WebSocket"),
}
UNUSUAL = {
    "another path": HANDSHAKE.replace(b"/ws", b"/other"),
    "a last slash": HANDSHAKE.replace(b"/ws", b"/ws/"),
    "a query": HANDSHAKE.replace(b"/ws", b"/ws?a=b"),
    "an absolute target": HANDSHAKE.replace(b"/ws", b"http://localhost/ws"),
    "no upgrade": b"GET /ws HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    "another upgrade": HANDSHAKE.replace(b": websocket", b": h2c"),
    "an old version": HANDSHAKE.replace(b"Version: 13", b"Version: 12"),
    "two keys": HANDSHAKE[:-2] + b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
    "two hosts": HANDSHAKE[:-2] + b"Host: other\r\n\r\n",
    "no host": HANDSHAKE.replace(b"Host: localhost\r\n", b""),
    "no key": HANDSHAKE.replace(b"Sec-WebSocket-Key", b"X-Key"),
    "a short key": HANDSHAKE.replace(b"dGhlIHNhbXBsZSBub25jZQ==", b"c2hvcnQ="),
    "a body": HANDSHAKE[:-2] + b"Content-Length: 5\r\n\r\nhello",
    "a body to come": HANDSHAKE[:-2] + b"Content-Length: 5\r\n\r\n",
    "chunks": HANDSHAKE[:-2] + b"Transfer-Encoding: chunked\r\n\r\n",
    "HTTP/1.0": HANDSHAKE.replace(b"HTTP/1.1", b"HTTP/1.0"),
    "a folded line": HANDSHAKE[:-2] + b"X: a\r\n b\r\n\r\n",
    "a space before the colon": HANDSHAKE.replace(b"Host:", b"Host :"),
    "a line without colon": HANDSHAKE[:-2] + b"nonsense\r\n\r\n",
    "a zero byte": HANDSHAKE[:-2] + b"X: a\0b\r\n\r\n",
    "bare line feeds": HANDSHAKE.replace(b"\r\n", b"\n"),
    "a long head": HANDSHAKE[:-2] + b"X: " + b"y" * 9_000 + b"\r\n\r\n",
    "a head without end": HANDSHAKE[:-2] + b"X: " + b"y" * 70_000,
    "more behind it": HANDSHAKE + frame(TEXT, b"early"),
}


async def told(address, request):
    """All that the server says to it, but for the time of day."""
    async with tcp(address) as (reader, writer):
        writer.write(request)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(), PATIENCE_S)
    return re.sub(rb"(?i)\r\ndate: [^\r]*", b"", answer)


@pytest.mark.parametrize("request_", PLAIN.values(), ids=PLAIN)
async def test_a_plain_handshake_is_answered_from_the_first_read_as_on_the_general_way(request_):
    answers = []
    for way in WAYS:
        async with echo_server(way) as echo:
            answers.append(await told(echo.address, request_))
            assert echo.at_first_read == (way == WAYS[0])
            await until(lambda: not echo.open)
    assert answers[0] == answers[1]
    assert answers[0].startswith(b"HTTP/1.1 101 ")


@pytest.mark.parametrize("request_", UNUSUAL.values(), ids=UNUSUAL)
async def test_everything_unusual_goes_the_general_way(request_):
    answers = []
    for way in WAYS:
        async with echo_server(way) as echo:
            answers.append(await told(echo.address, request_))
            assert echo.at_first_read == 0
            await until(lambda: not echo.open)
    assert answers[0] == answers[1]


async def test_a_handshake_in_two_pieces_goes_the_general_way(monkeypatch):
    taken = []
    take_over = BoundedHttpProtocol.take_over
    monkeypatch.setattr(
        BoundedHttpProtocol, "take_over", lambda *args: (taken.append(args), take_over(*args))
    )
    async with echo_server() as echo, tcp(echo.address) as (reader, writer):
        writer.write(HANDSHAKE[:50])
        await until(lambda: taken)
        _, _, _, left_s = taken[0]
        assert 0 < left_s <= HEAD_S, "what is left of the time for a head, and no more"
        writer.write(HANDSHAKE[50:])
        assert (await reader.readline()).startswith(b"HTTP/1.1 101 ")
        assert echo.at_first_read == 0
        writer.transport.abort()
        await until(lambda: not echo.open)


async def test_who_is_not_admitted_is_refused_by_the_application():
    """It knows how, and says so in HTTP; the first read only asks."""
    async with echo_server() as echo:
        echo.admit = lambda address, headers: None
        async with raw_socket(echo.address) as client:
            assert echo.at_first_read == 0
            await client.say(frame(TEXT, b"hi"))
            assert await client.read_frame() == echo_of(b"hi")
        await until(lambda: not echo.open)


async def test_the_application_hears_whose_connection_it_is():
    asked = []

    def admit(address, headers):
        asked.append((address, headers[b"host"]))
        return address

    async with echo_server() as echo:
        echo.admit = admit
        async with raw_socket(echo.address):
            assert asked == [("127.0.0.1", b"localhost")]
        await until(lambda: not echo.open)


async def test_sockets_are_not_counted_among_connections_that_send_no_request():
    plain = PlainConnections()
    async with echo_server() as echo:
        options = uvicorn_options(plain=plain, socket=echo)
    async with echo_server(**options) as echo:
        options["http"].socket = echo
        async with raw_socket(echo.address), tcp(echo.address) as (_, silent):
            await until(lambda: [one.open for one in plain._addresses.values()] == [1])
            assert len(plain._waiting) == 1
            silent.transport.abort()
            await until(lambda: not plain._addresses and not plain._waiting)
        await until(lambda: not echo.open)
