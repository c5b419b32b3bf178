"""The bus of a single process: a function call."""

from __future__ import annotations

from collections.abc import Sequence

from vetrina.bus.port import BusHealth, Listener, Message


class MemoryBus:
    """Delivers before `publish` returns, in the order published."""

    def __init__(self) -> None:
        self._listener: Listener | None = None

    async def open(self, listener: Listener) -> None:
        self._listener = listener

    async def close(self) -> None:
        self._listener = None

    def follow(self, show: str) -> None:
        """There is nobody else who could tell of it."""

    def unfollow(self, show: str) -> None:
        """There is nobody else who could tell of it."""

    @property
    def shared(self) -> bool:
        return False

    @property
    def health(self) -> BusHealth:
        return BusHealth()

    async def publish(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if self._listener is not None:
                self._listener(message)

    async def ping(self) -> None:
        if self._listener is None:
            raise ConnectionError("The bus is closed: nobody would receive a message.")
