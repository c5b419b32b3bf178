"""What every scenario is given: its size, where to run, and somebody to tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from loadtests.process_usage import cores, on_core
from loadtests.progress import Progress
from loadtests.publisher import Publisher
from loadtests.swarm.swarm import Swarm
from loadtests.targets import CannotRun, Pinned, Target, own_server, running_server


@dataclass(frozen=True, slots=True)
class Bench:
    """One call of `loadtests`. `viewers` and `seconds` None: what the scenario likes best."""

    progress: Progress
    viewers: int | None = None
    seconds: int | None = None
    rounds: int = 9
    churn: int = 50_000
    """Connections that come and go in `memory`."""
    purchases: int = 1_000_000
    """How long the longest log of `growth` gets."""
    against: tuple[str, ...] = ()
    """Baselines to measure beside our own server."""
    address: str | None = None
    key: str = field(default="", repr=False)
    pid: int | None = None

    @contextmanager
    def target(self, **settings: str) -> Iterator[Target]:
        """A server of our own with these settings, or the one that was named."""
        if self.address is not None:
            yield running_server(self.address, self.key, self.pid)
            return
        with own_server(**settings) as server:
            yield server.target()

    @contextmanager
    def own(self, **settings: str) -> Iterator[Pinned]:
        """A server that the scenario may end and start again. Raises CannotRun."""
        self.no_other("it restarts the server")
        with own_server(**settings) as server:
            yield server

    def no_other(self, why: str) -> None:
        """Raises CannotRun where a running server was named and this scenario cannot use it."""
        if self.address is not None:
            raise CannotRun(f"this scenario starts a server of its own: {why}")

    @contextmanager
    def swarm(
        self, target: Target, *, returning: bool = False
    ) -> Iterator[tuple[Swarm, Publisher]]:
        """A swarm on its own core, and who makes events happen."""
        with on_core(cores()[1]):
            swarm = Swarm(target.host, target.port, target.protocol, returning=returning)
            with self.publishing(swarm, target) as publisher:
                yield swarm, publisher

    @contextmanager
    def publishing(self, swarm: Swarm, target: Target) -> Iterator[Publisher]:
        """Who makes events happen for a swarm; both are closed after the block."""
        publisher = Publisher(swarm, target)
        self.progress.follow(swarm)
        try:
            yield publisher
        finally:
            publisher.close()
            swarm.close()
