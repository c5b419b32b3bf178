"""Runs the application under uvicorn and tells where it can be reached."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import signal
import socket
from collections.abc import AsyncIterator, Coroutine, Sequence
from types import FrameType

import uvicorn

from vetrina.app import Application, running
from vetrina.process.accept_errors import AcceptErrors
from vetrina.process.banner import welcome
from vetrina.process.file_limit import places_for
from vetrina.process.listeners import address_of, listening_socket
from vetrina.process.log_redaction import Redaction
from vetrina.process.shutdown import end_within
from vetrina.process.workers.identity import WorkerIdentity
from vetrina.process.workers.metrics_exchange import MetricsExchange
from vetrina.process.workers.parent_link import READY
from vetrina.realtime.drain import CLOSING_MS
from vetrina.settings import Settings
from vetrina.websocket.http_protocol import BoundedHttpProtocol
from vetrina.websocket.uvicorn_protocol import uvicorn_options

# After this long, connections that do not close are cut.
GRACE_S = 5
# A crowd is sent away in small groups. Where it has to wait for the next process, soon; where
# others take it at once, no faster than they can.
SPREAD_ALONE_S = 2.0
ALONE_PER_S = 5_000
SPREAD_MAX_S = 10.0
VIEWERS_PER_S = 1_000
# So long may the request of a connection that was made be on its way.
FIRST_REQUEST_S = 0.5
FIRST_REQUEST_STEPS = 25
# More than a parent waits before it kills, and less than systemd and Docker do.
LAST_RESORT_S = 4.0
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
        place: WorkerIdentity | None,
    ) -> None:
        super().__init__(config)
        self._application = application
        self._address = address
        self._place = place
        self._forced = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.started:
            return
        _settle()
        if self._place is None:
            await self._welcome()
        else:
            self._place.tether.on_welcome(lambda: self._start(self._welcome()))
            self._place.tether.say(READY)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self.force_exit:
            self._loop.call_soon_threadsafe(self._forced.set)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Not ready any more, then deaf, then empty; at once where a second signal came."""
        end_within(longest_stop_s(self._application.settings) + LAST_RESORT_S)
        hub = self._application.hub
        hub.draining = True
        self._close_doors(sockets or [])
        spread_s, elsewhere = self._spread()
        drained = asyncio.ensure_future(hub.shutdown(spread_s, elsewhere=elsewhere))
        forced = asyncio.ensure_future(self._forced.wait())
        await asyncio.wait({drained, forced}, return_when=asyncio.FIRST_COMPLETED)
        forced.cancel()
        if not drained.done():
            drained.cancel()
        await self._first_requests()
        await super().shutdown(sockets)

    def _spread(self) -> tuple[float, bool]:
        """Over how long viewers are sent away, and whether others are there to take them."""
        settings, viewers = self._application.settings, len(self._application.hub.clients)
        elsewhere = settings.redis is not None and (self._place is None or self._place.others)
        if settings.drain_s is not None:
            return settings.drain_s, elsewhere
        if elsewhere:
            return min(SPREAD_MAX_S, viewers / VIEWERS_PER_S), True
        return min(SPREAD_ALONE_S, viewers / ALONE_PER_S), False

    def _close_doors(self, sockets: Sequence[socket.socket]) -> None:
        """Take in who is at the door already: the system would reset what we have not accepted."""
        twins = [listening.dup() for listening in sockets]
        for server in self.servers:
            server.close()
        for twin in twins:
            with twin, contextlib.suppress(OSError):
                twin.setblocking(False)
                while True:
                    self._start(self._take_in(twin.accept()[0]))

    async def _take_in(self, connection: socket.socket) -> None:
        def protocol() -> BoundedHttpProtocol:
            return BoundedHttpProtocol(
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )

        with contextlib.suppress(OSError):
            await self._loop.connect_accepted_socket(protocol, connection)

    async def _first_requests(self) -> None:
        """A connection that was made gets an answer, though its request may still be on its way."""
        for _ in range(FIRST_REQUEST_STEPS):
            if self.force_exit or not self._expecting():
                return
            await asyncio.sleep(FIRST_REQUEST_S / FIRST_REQUEST_STEPS)

    def _expecting(self) -> bool:
        doors = [
            each for each in self.server_state.connections if isinstance(each, BoundedHttpProtocol)
        ]
        return bool(self._tasks) or any(door.cycle is None for door in doors)

    async def _welcome(self) -> None:
        await welcome(self._application, self._address)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def longest_stop_s(settings: Settings) -> float:
    """How long a process takes to end at most, when nothing hangs."""
    spread_s = SPREAD_MAX_S if settings.drain_s is None else settings.drain_s
    return spread_s + CLOSING_MS / 1000 + FIRST_REQUEST_S + GRACE_S


def _settle() -> None:
    """What is loaded by now stays: the garbage collector need not look at it again.

    A crowd is long-lived too. Looking for cycles among its objects every few hundred allocations
    took a third of the time of a handshake, and there are hardly any cycles to find.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)


def log_to_console(settings: Settings, who: str = "") -> None:
    """The log of this process, without what is secret."""
    logging.basicConfig(
        level=settings.log_level.upper(),
        format=f"%(asctime)s %(levelname)s {who}%(name)s: %(message)s",
    )
    for handler in logging.getLogger().handlers:
        handler.addFilter(Redaction())


def run_server(settings: Settings, place: WorkerIdentity | None = None) -> None:
    """Serve until a signal comes. Raises CannotListen, StoreUnusable.

    `place`: as one of several workers.
    """
    log_to_console(settings, "" if place is None else f"worker {place.number}: ")
    loop_factory = None
    with contextlib.suppress(ImportError):
        import uvloop

        loop_factory = uvloop.new_event_loop
    with (
        contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError),
        asyncio.Runner(loop_factory=loop_factory) as runner,
    ):
        runner.run(_serve(settings, place))


async def _serve(settings: Settings, place: WorkerIdentity | None) -> None:
    asyncio.get_running_loop().set_exception_handler(AcceptErrors())
    beginning = _Beginning()
    if place is not None:
        place.tether.hold(beginning.give_up)
    places = places_for(settings.connections_max)
    settings = settings.model_copy(update={"connections_max": places})
    together = place is not None
    async with (
        running(settings, holds_data=not together) as application,
        _shared_metrics(application, place),
    ):
        with listening_socket(settings.host, settings.port, together=together) as listening:
            address = address_of(settings.host, listening.getsockname()[1])
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
            server = _Server(config, application, address, place)
            beginning.over(server)
            await server.serve([listening])


@contextlib.asynccontextmanager
async def _shared_metrics(
    application: Application, place: WorkerIdentity | None
) -> AsyncIterator[None]:
    """`/metrics` of one worker tells the numbers of all."""
    if place is None:
        yield
        return
    siblings = MetricsExchange(place.folder, place.number, application.context.metrics)
    await siblings.open()
    application.context.numbers = siblings.render
    try:
        yield
    finally:
        await siblings.close()


class _Beginning:
    """Until uvicorn listens to signals, one of them, or the parent's end, gives the start up.

    After that a signal only says once more that the server ends: uvicorn raises them again when it
    is done, and what is open must still be closed then.
    """

    def __init__(self) -> None:
        self._task = asyncio.current_task()
        self._loop = asyncio.get_running_loop()
        self._server: uvicorn.Server | None = None
        signal.signal(signal.SIGTERM, self._signal)

    def over(self, server: uvicorn.Server) -> None:
        """From now on it is the server that ends."""
        self._server = server

    def give_up(self) -> None:
        if self._server is not None:
            self._server.should_exit = True
        elif self._task is not None:
            end_within(LAST_RESORT_S)
            self._task.cancel()

    def _signal(self, *_: object) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nothing is left to end
            self._loop.call_soon_threadsafe(self.give_up)
