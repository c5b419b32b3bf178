"""A stand-in of Stripe that runs: in a thread of the test, or as a process of its own."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import uvicorn

from tests.stripe_double.account import Account
from tests.stripe_double.api import Interface, application
from tests.stripe_double.deliveries import Deliveries
from tests.waiting import PATIENCE_S


@dataclass(frozen=True)
class StripeDouble:
    """What a test holds of it: the address for our settings, and the account behind it."""

    address: str
    account: Account
    deliveries: Deliveries

    @property
    def script(self) -> str:
        """What stands in for https://js.stripe.com/endive/stripe.js."""
        return f"{self.address}/endive/stripe.js"


@contextmanager
def stripe_double() -> Iterator[StripeDouble]:
    """A running one for the block."""
    account = Account()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        account.address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        deliveries = Deliveries(account)
        server = _Thread(account, listening)
        server.start()
        deliveries.start()
        try:
            yield StripeDouble(account.address, account, deliveries)
        finally:
            deliveries.close()
            server.close()


class _Thread(threading.Thread):
    """The server and its event loop."""

    def __init__(self, account: Account, listening: socket.socket) -> None:
        super().__init__(daemon=True)
        self._account, self._listening = account, listening
        self._ready = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._interface: Interface | None = None
        self._server: uvicorn.Server | None = None

    def start(self) -> None:
        super().start()
        assert self._ready.wait(PATIENCE_S)

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        app, self._interface = application(self._account)
        config = uvicorn.Config(app, lifespan="off", log_config=None, access_log=False)
        self._server = uvicorn.Server(config)
        self._loop = asyncio.get_running_loop()
        self._ready.set()
        await self._server.serve([self._listening])

    def close(self) -> None:
        assert self._loop and self._interface and self._server
        self._loop.call_soon_threadsafe(self._interface.closing.set)
        self._server.should_exit = self._server.force_exit = True
        self.join(PATIENCE_S)


@contextmanager
def stripe_process(*arguments: str) -> Iterator[str]:
    """The address of one that is a process of its own. It is changed over `/_double/…`."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.stripe_double", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        process.stdout.close()
