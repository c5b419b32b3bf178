"""More than one process under load: two servers over one store and one Valkey, or many workers.

Nothing is pinned here: the processes outnumber the cores of a small machine, and the system places
them better than we would.
"""

from __future__ import annotations

import itertools
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

from loadtests.process_usage import Observed
from loadtests.swarm.protocols import Vetrina
from loadtests.swarm.swarm import Swarm
from loadtests.targets import NO_LIMITS, QUIET_SHOW, SHOW, CannotRun, Target
from tests.running_server import CONTROL_KEY, Served, make_show
from vetrina.process.workers.local_broker import NoValkey, valkey_program

STOP_AT_ONCE: Final = "0"
MANY_WEBHOOKS: Final = "100000"


class Unpinned(Served):
    """Our own server without limits, on whatever core is free."""

    def __init__(self, data: Path, *options: str, **settings: str) -> None:
        given = {"drain_s": STOP_AT_ONCE, "webhooks_per_second": MANY_WEBHOOKS, **NO_LIMITS}
        super().__init__(data, **{**given, **settings})
        self._options = options

    def start(self, *options: str) -> None:
        """Start it, or start it again. Raises CannotRun."""
        try:
            super().start(*self._options, *options)
        except AssertionError as stopped:
            raise CannotRun(str(stopped)[-500:]) from stopped

    @property
    def target(self) -> Target:
        """What a swarm needs to know of it."""
        observed = Observed(self.process.pid)
        return Target("vetrina", "127.0.0.1", self.port, Vetrina(SHOW), observed, CONTROL_KEY)


class Balanced(Swarm):
    """Viewers behind a load balancer: each attempt goes to the next process."""

    def __init__(self, ports: Sequence[int], show: str = SHOW, *, returning: bool = True) -> None:
        self._ports = itertools.cycle(ports)
        super().__init__("127.0.0.1", ports[0], Vetrina(show), returning=returning)

    @property
    def port(self) -> int:
        return next(self._ports)

    @port.setter
    def port(self, _: int) -> None:
        """All are in turn."""


@contextmanager
def one(*options: str, **settings: str) -> Iterator[Unpinned]:
    """A fresh server with two shows, gone after the block."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        yield _started(stack, Unpinned(Path(folder) / "data", *options, **settings))


@contextmanager
def two(**settings: str) -> Iterator[tuple[Unpinned, Unpinned]]:
    """Two fresh servers with the same two shows, over one data folder, or one `database`."""
    with tempfile.TemporaryDirectory() as folder, broker() as url, ExitStack() as stack:
        data, given = Path(folder) / "data", {"redis": url, **settings}
        first = _started(stack, Unpinned(data, **given))
        yield first, _started(stack, Unpinned(data, **given), shows=())


def _started(
    stack: ExitStack, server: Unpinned, shows: Sequence[str] = (SHOW, QUIET_SHOW)
) -> Unpinned:
    server.start()
    stack.callback(_end, server)
    for slug in shows:
        make_show(server, slug)
    return server


def _end(server: Unpinned) -> None:
    """Stop it, or kill it where it does not stop: nothing is left running."""
    try:
        server.stop()
    except subprocess.TimeoutExpired:
        server.kill()
        raise


@contextmanager
def broker() -> Iterator[str]:
    """A Valkey server of its own; its address. Raises CannotRun."""
    try:
        program = valkey_program()
    except NoValkey as reason:
        raise CannotRun(str(reason)) from reason
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "valkey.sock"
        options = ["--port", "0", "--unixsocket", str(path), "--save", "", "--dir", folder]
        with subprocess.Popen([program, *options], stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            while "Ready to accept connections" not in process.stdout.readline():
                if process.poll() is not None:
                    raise CannotRun("the Valkey server ended at its start")
            try:
                yield f"unix://{path}"
            finally:
                process.kill()
