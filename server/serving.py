"""Runs the application under uvicorn and tells where it can be reached."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys

import segno
import uvicorn
from rich.console import Console

from server import __version__
from server.app import Application, running
from server.descriptors import places_for
from server.realtime.accepting import CalmAccepting
from server.realtime.listener import tuned, uvicorn_options
from server.settings import Settings
from server.shows.demo import SLUG as DEMO_SLUG
from server.web.redaction import Redaction

# After this long, connections that do not close are cut.
GRACE_S = 5
# A crowd is sent away in small groups, but soon: the next process takes over only after that.
SPREAD_MAX_S = 2.0
VIEWERS_PER_S = 5_000
GC_THRESHOLDS = (100_000, 20, 50)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class CannotListen(Exception):
    """The address is taken or not ours; the message names it."""


class _Server(uvicorn.Server):
    """uvicorn closes all sockets in one instant and only then ends the application.

    Here viewers are told first, each with its own moment to come back.
    """

    def __init__(self, config: uvicorn.Config, application: Application, address: str) -> None:
        super().__init__(config)
        self._application = application
        self._address = address

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            _settle()
            await welcome(self._application, self._address)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        hub = self._application.hub
        await hub.shutdown(min(SPREAD_MAX_S, len(hub.clients) / VIEWERS_PER_S))
        await super().shutdown(sockets)


def _settle() -> None:
    """What is loaded by now stays: the garbage collector need not look at it again.

    A crowd is long-lived too. Looking for cycles among its objects every few hundred allocations
    took a third of the time of a handshake, and there are hardly any cycles to find.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def run_server(settings: Settings) -> None:
    """Serve until a signal comes. Raises CannotListen, StoreUnusable."""
    # uvicorn raises the signal again when it is done; what is open must still be closed after that.
    signal.signal(signal.SIGTERM, lambda *_: None)
    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for handler in logging.getLogger().handlers:
        handler.addFilter(Redaction())
    loop_factory = None
    with contextlib.suppress(ImportError):
        import uvloop

        loop_factory = uvloop.new_event_loop
    with (
        contextlib.suppress(KeyboardInterrupt),
        asyncio.Runner(loop_factory=loop_factory) as runner,
    ):
        runner.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    asyncio.get_running_loop().set_exception_handler(CalmAccepting())
    places = places_for(settings.connections_max)
    settings = settings.model_copy(update={"connections_max": places})
    async with running(settings) as application:
        with _listen(settings) as listening:
            address = _address(settings, listening.getsockname()[1])
            config = uvicorn.Config(
                application.asgi,
                lifespan="off",
                **uvicorn_options(compress=settings.compress),
                proxy_headers=True,
                forwarded_allow_ips=settings.trusted_proxies,
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            )
            await _Server(config, application, address).serve([listening])


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        where = f"{settings.host} port {settings.port}"
        raise CannotListen(
            f"Cannot listen on {where}: {error.strerror or error}. "
            "Is another server running? Choose another with --port."
        ) from error
    return tuned(listening)


def _address(settings: Settings, port: int) -> str:
    host = settings.host
    if host in ("0.0.0.0", "::"):  # noqa: S104  (asked for, and warned about)
        host = _own_address()
    host = f"[{host}]" if ":" in host else host
    return f"http://{host}:{port}"


def _own_address() -> str:
    """The address that others in the network know this machine by; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # an address for documentation, RFC 5737
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


async def welcome(application: Application, address: str) -> None:
    """Print where everything is. The secrets among the links are shown here only."""
    settings = application.settings
    base = settings.public_url or address
    console = Console(highlight=False, soft_wrap=True)
    console.print(f"\n[bold]Vetrina {__version__}[/] is serving at {address}\n")
    for link in await application.first_keys.links(base):
        console.print(f"  [bold]{link.name:<14}[/] {link.url}", markup=True)
        if link.hint:
            console.print(f"  {'':<14} [dim]{link.hint}[/]")
    if settings.demo:
        console.print("\n  The viewer page, for a phone:\n")
        viewer = segno.make(f"{base}/live/{DEMO_SLUG}", micro=False)
        viewer.terminal(out=sys.stdout, border=2, compact=True)
    if settings.host in LOOPBACK and settings.public_url is None:
        hint = "Only this machine can open these. For phones in your network: --host 0.0.0.0"
        console.print(f"\n  [dim]{hint}[/]")
    elif settings.host not in LOOPBACK:
        text = "Everybody who reaches this machine's port can open it. On the internet, put a"
        console.print(f"\n  [yellow]Notice:[/] {text}\n  reverse proxy with HTTPS before it.")
    console.print("\n  Stop with Ctrl+C.\n")
    sys.stdout.flush()
