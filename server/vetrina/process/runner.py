"""Server runner: the application under uvicorn, from its start to a graceful shutdown."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from functools import partial
from types import FrameType

import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from vetrina.app import Application, running
from vetrina.process.accept_errors import AcceptErrors
from vetrina.process.banner import print_banner
from vetrina.process.file_limit import SPARE, raise_file_limit
from vetrina.process.forwarded_client import forwarded_client
from vetrina.process.listeners import address_of, listening_socket
from vetrina.process.log_redaction import Redaction
from vetrina.process.shutdown import HARD_EXIT_S, end_within
from vetrina.process.start_guard import StartGuard
from vetrina.process.workers.identity import WorkerIdentity
from vetrina.process.workers.metrics_exchange import MetricsExchange
from vetrina.process.workers.parent_link import READY
from vetrina.realtime.connection_limits import address_group
from vetrina.realtime.drain import CLOSING_MS
from vetrina.settings import Settings
from vetrina.web.http.auth import goes_first
from vetrina.web.http.hosts import ForwardedProto
from vetrina.web.http.rate_limiter import is_own
from vetrina.websocket.first_read import FirstRead
from vetrina.websocket.http_protocol import BoundedHttpProtocol
from vetrina.websocket.plain_connections import RESERVED_FILES, PlainConnections
from vetrina.websocket.turns import Turns
from vetrina.websocket.uvicorn_protocol import uvicorn_options

# After this long, connections that do not close are cut.
GRACE_S = 5
# Viewers are drained in small groups: soon where they have to wait for the next process, and where
# other processes take them no faster than those can.
DRAIN_ALONE_MAX_S = 2.0
DRAIN_ALONE_PER_S = 5_000
DRAIN_MAX_S = 10.0
DRAIN_PER_S = 1_000
# So long may the first request of an accepted connection be on its way.
FIRST_REQUEST_S = 0.5
FIRST_REQUEST_STEPS = 25
# A commit hands the interpreter over ten times: with the usual 5 ms a busy loop makes that 50 ms.
GIL_S = 0.000_5
GC_THRESHOLDS = (100_000, 20, 50)


class _Server(uvicorn.Server):
    """uvicorn closes all sockets in one instant and only then ends the application.

    Here viewers are told first, each with its own moment to come back.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        application: Application,
        address: str,
        worker: WorkerIdentity | None,
    ) -> None:
        super().__init__(config)
        self._application = application
        self._address = address
        self._worker = worker
        self._forced = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        _freeze_garbage()
        if self._worker is None:
            await self._print_banner()
        else:
            self._worker.parent.on_banner(lambda: self._start(self._print_banner()))
            self._worker.parent.send(READY)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self.force_exit:
            self._loop.call_soon_threadsafe(self._forced.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Report not ready, stop accepting, drain viewers; at once where a second signal came."""
        end_within(longest_stop_s(self._application.settings) + HARD_EXIT_S)
        hub = self._application.hub
        hub.draining = True
        self._stop_accepting(sockets or [])
        drain_s, elsewhere = self._drain_plan()
        drained = asyncio.ensure_future(hub.shutdown(drain_s, elsewhere=elsewhere))
        forced = asyncio.ensure_future(self._forced.wait())
        await asyncio.wait({drained, forced}, return_when=asyncio.FIRST_COMPLETED)
        forced.cancel()
        if not drained.done():
            drained.cancel()
        await self._answer_first_requests()
        await super().shutdown(sockets)

    def _drain_plan(self) -> tuple[float, bool]:
        """Over how many seconds viewers are drained, and whether other processes take them."""
        settings, viewers = self._application.settings, len(self._application.hub.clients)
        elsewhere = settings.redis is not None and (self._worker is None or self._worker.others)
        if settings.drain_s is not None:
            return settings.drain_s, elsewhere
        if elsewhere:
            return min(DRAIN_MAX_S, viewers / DRAIN_PER_S), True
        return min(DRAIN_ALONE_MAX_S, viewers / DRAIN_ALONE_PER_S), False

    def _stop_accepting(self, sockets: Sequence[socket.socket]) -> None:
        """Accept what the listen backlog still holds: the system would reset it."""
        duplicates = [listening.dup() for listening in sockets]
        for server in self.servers:
            server.close()
        for duplicate in duplicates:
            with duplicate, contextlib.suppress(OSError):
                duplicate.setblocking(False)
                while True:
                    self._start(self._adopt(duplicate.accept()[0]))

    async def _adopt(self, connection: socket.socket) -> None:
        made: Callable[..., asyncio.Protocol] = self.config.http_protocol_class

        def protocol() -> asyncio.Protocol:
            return made(
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )

        with contextlib.suppress(OSError):
            await self._loop.connect_accepted_socket(protocol, connection)

    async def _answer_first_requests(self) -> None:
        """An accepted connection gets an answer, though its request may still be on its way."""
        for _ in range(FIRST_REQUEST_STEPS):
            if self.force_exit or not self._awaits_request():
                return
            await asyncio.sleep(FIRST_REQUEST_S / FIRST_REQUEST_STEPS)

    def _awaits_request(self) -> bool:
        return bool(self._tasks) or any(
            isinstance(each, FirstRead)
            or (isinstance(each, BoundedHttpProtocol) and each.cycle is None)
            for each in self.server_state.connections
        )

    async def _print_banner(self) -> None:
        await print_banner(self._application, self._address)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def longest_stop_s(settings: Settings) -> float:
    """How long a process takes to end at most, when nothing hangs."""
    drain_s = DRAIN_MAX_S if settings.drain_s is None else settings.drain_s
    return drain_s + CLOSING_MS / 1000 + FIRST_REQUEST_S + GRACE_S


def _freeze_garbage() -> None:
    """Freeze what is loaded by now: the garbage collector need not scan it again.

    Connections are long-lived too. Scanning their objects for cycles every few hundred allocations
    took a third of the time of a handshake, and there are hardly any cycles to find.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def log_to_console(settings: Settings, prefix: str = "") -> None:
    """Log to the console, with secrets redacted. `prefix`: says which worker it is."""
    logging.basicConfig(
        level=settings.log_level.upper(),
        format=f"%(asctime)s %(levelname)s {prefix}%(name)s: %(message)s",
    )
    for handler in logging.getLogger().handlers:
        handler.addFilter(Redaction())


def run_server(settings: Settings, worker: WorkerIdentity | None = None) -> None:
    """Serve until a signal comes. Raises CannotListen, StoreUnusable.

    `worker`: as one of several workers.
    """
    log_to_console(settings, "" if worker is None else f"worker {worker.number}: ")
    sys.setswitchinterval(GIL_S)
    loop_factory = None
    with contextlib.suppress(ImportError):
        import uvloop

        loop_factory = uvloop.new_event_loop
    with (
        contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError),
        asyncio.Runner(loop_factory=loop_factory) as runner,
    ):
        runner.run(_serve(settings, worker))


async def _serve(settings: Settings, worker: WorkerIdentity | None) -> None:
    asyncio.get_running_loop().set_exception_handler(AcceptErrors())
    start = StartGuard()
    if worker is not None:
        worker.parent.open(start.cancel)
    connections = raise_file_limit(settings.connections_max)
    settings = settings.model_copy(update={"connections_max": connections})
    alone = worker is None
    async with (
        running(settings, holds_data=alone) as application,
        _merged_metrics(application, worker),
    ):
        with listening_socket(settings.host, settings.port, reuse_port=not alone) as listening:
            address = address_of(settings.host, listening.getsockname()[1])
            behind_proxies = ProxyHeadersMiddleware(application.asgi, settings.trusted_proxies)  # type: ignore[arg-type]
            client_address = partial(forwarded_client, behind_proxies.trusted_hosts)
            late = partial(application.context.late_buyers.answer, client_address)
            config = uvicorn.Config(
                ForwardedProto(behind_proxies),  # type: ignore[arg-type]
                lifespan="off",
                **uvicorn_options(
                    compress=settings.compress,
                    plain=_plain(settings, behind_proxies),
                    socket=application.socket,
                    client_address=client_address,
                    turns=Turns(partial(goes_first, application.context.auth), late),
                ),
                proxy_headers=False,
                access_log=False,
                log_config=None,
                log_level="warning",
                server_header=False,
                timeout_graceful_shutdown=GRACE_S,
            )
            server = _Server(config, application, address, worker)
            start.done(server)
            await server.serve([listening])


def _plain(settings: Settings, behind_proxies: ProxyHeadersMiddleware) -> PlainConnections:
    """The limits of connections before they are sockets. `settings` has as many as are possible."""
    trusted = behind_proxies.trusted_hosts
    return PlainConnections(
        most=settings.connections_max + SPARE - RESERVED_FILES,
        most_per_address=settings.connections_per_address,
        exempt=lambda address: is_own(address) or address in trusted,
        group=address_group,
    )


@contextlib.asynccontextmanager
async def _merged_metrics(
    application: Application, worker: WorkerIdentity | None
) -> AsyncIterator[None]:
    """`/metrics` of one worker answers with the metrics of all."""
    if worker is None:
        yield
        return
    exchange = MetricsExchange(worker.folder, worker.number, application.context.metrics)
    await exchange.open()
    application.context.cluster_metrics = exchange.render
    try:
        yield
    finally:
        await exchange.close()
