"""A server that echoes, and a raw socket to it."""

import pytest_asyncio

from tests.waiting import until
from tests.websocket.echo import echo_server
from tests.websocket.raw_socket import raw_socket


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def echo():
    """One server for all tests of a module, which share its loop."""
    async with echo_server() as echo:
        yield echo
        assert echo.open == set()


@pytest_asyncio.fixture(loop_scope="module")
async def client(echo):
    """A raw socket to it, after the handshake; at the end nothing of it is left."""
    async with raw_socket(echo.address) as client:
        yield client
    await until(lambda: not echo.open)
