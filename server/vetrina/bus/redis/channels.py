"""Channel names: all of them, and no others."""

from __future__ import annotations

from vetrina.bus.port import ConnectionChanged, Doubt, KeyRevoked, Message, Published, Tallied


class Channels:
    """The channels of an installation. Redis's databases share their channels, so names differ."""

    def __init__(self, database: int = 0) -> None:
        self._prefix = f"vetrina:{database}:" if database else "vetrina:"
        self.notices = f"{self._prefix}notices".encode()

    def show(self, slug: str) -> bytes:
        """That of a show; in a cluster its slot is that of the slug."""
        return f"{self._prefix}{{{slug}}}".encode()

    def probe(self, process: str, number: int) -> bytes:
        """One of those on which a process sends messages to itself."""
        return f"{self._prefix}probe:{process}:{number}".encode()

    def of(self, message: Message) -> bytes:
        """The channel of a message."""
        match message:
            case Published(show=show) | Tallied(show=show):
                return self.show(show)
            case KeyRevoked() | ConnectionChanged() | Doubt():
                return self.notices
