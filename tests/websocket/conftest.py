"""A server that echoes, and a raw socket to it. Transports are tested on both event loops."""

import asyncio
import importlib.util

import pytest_asyncio

from tests.realtime.uvicorn_server import WAYS
from tests.waiting import until
from tests.websocket.echo import echo_server
from tests.websocket.raw_socket import raw_socket

BOTH_LOOPS = {
    "test_bad_input.py",
    "test_conformance.py",
    "test_conformance_deflate.py",
    "test_conformance_messages.py",
    "test_transports.py",
    "test_uvicorn_protocol.py",
}


def pytest_asyncio_loop_factories(item):
    """asyncio's own loop, and uvloop where it is installed: `vetrina serve` prefers it."""
    factories = {"asyncio": asyncio.new_event_loop}
    if item.path.name in BOTH_LOOPS and importlib.util.find_spec("uvloop"):
        import uvloop

        factories["uvloop"] = uvloop.new_event_loop
    return factories


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def echo():
    """One server for all tests of a module, which share its loop; each loop takes another way."""
    way = WAYS["uvloop" not in type(asyncio.get_running_loop()).__module__]
    async with echo_server(way) as echo:
        yield echo
        assert echo.open == set()
        assert (echo.at_first_read > 0) == (way == WAYS[0])


@pytest_asyncio.fixture(loop_scope="module")
async def client(echo):
    """A raw socket to it, after the handshake; at the end nothing of it is left."""
    async with raw_socket(echo.address) as client:
        yield client
    await until(lambda: not echo.open)
