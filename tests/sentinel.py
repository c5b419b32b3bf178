"""A real Sentinel for tests: the Valkey of the tests in its other role."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.valkey import ValkeyServer

NAME = "mymaster"
DOWN_AFTER_MS = 1_000
"""A primary that says nothing for so long is replaced."""


# Else it asks its servers every ten seconds who they are, and waits as long before it corrects one.
OFTEN = ("info-period", 250, "publish-period", 250)


class SentinelServer(ValkeyServer):
    """Watches one primary and its replicas; it decides alone who is the next."""

    def __init__(self, primary: ValkeyServer, **options: str) -> None:
        super().__init__(**options)
        self._primary = primary

    def start(self) -> None:
        """Returns when it answers. What it learns it writes into the file of its configuration."""
        lines = [
            f"port {self.port}",
            "bind 127.0.0.1",
            f"unixsocket {self.socket}",
            f"dir {self.home}",
            f"sentinel monitor {NAME} 127.0.0.1 {self._primary.port} 1",
            f"sentinel down-after-milliseconds {NAME} {DOWN_AFTER_MS}",
            f"sentinel failover-timeout {NAME} 5000",
        ]
        if self.password:
            lines.append(f"requirepass {self.password}")
        if self._primary.password:
            lines.append(f"sentinel auth-pass {NAME} {self._primary.password}")
        config = self.home / "sentinel.conf"
        config.write_text("\n".join(lines) + "\n")
        self.run(str(config), "--sentinel")
        self.command("SENTINEL", "DEBUG", *OFTEN)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    def primary_port(self) -> int:
        """Where it says that the primary is."""
        _, port = self.command("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)
        return int(port)

    def knows_replicas(self) -> int:
        """How many could take over."""
        return len(self.command("SENTINEL", "REPLICAS", NAME))


@contextmanager
def sentinel_server(primary: ValkeyServer, **options: str) -> Iterator[SentinelServer]:
    """A Sentinel for the block."""
    server = SentinelServer(primary, **options)
    try:
        server.start()
        yield server
    finally:
        server.close()
