"""Observer port: what is read from the store, and how long an append takes."""

from __future__ import annotations

from typing import Protocol


class StoreObserver(Protocol):
    """Whoever watches. Called from any thread."""

    def store_read(self, table: str) -> None:
        """A statement read this table; the first one, where it reads several."""
        ...

    def store_appended(self, seconds: float) -> None:
        """An append became durable, so long after the decision."""
        ...
