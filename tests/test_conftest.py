"""The guard that keeps tests on this machine."""

import asyncio
import socket

import pytest


def test_a_connection_to_another_machine_is_refused():
    with socket.socket() as client, pytest.raises(RuntimeError, match=r"192\.0\.2\.1"):
        client.connect(("192.0.2.1", 80))


async def test_another_machine_is_not_even_looked_up():
    with pytest.raises(RuntimeError, match=r"shop\.example"):
        await asyncio.open_connection("shop.example", 443)


async def test_this_machine_is_reachable():
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "localhost", 0)
    async with server:
        host, port, *_ = server.sockets[0].getsockname()
        reader, writer = await asyncio.open_connection(host, port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
