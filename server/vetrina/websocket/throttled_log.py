"""Log lines that strangers bring about: one a minute, with how many there were."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Final

EVERY_S: Final = 60.0


class ThrottledLog:
    """One kind of line."""

    def __init__(
        self, logger: logging.Logger, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._logger = logger
        self._monotonic = monotonic
        self._told_at: float | None = None
        self._untold = 0

    def warning(self, message: str, *values: object) -> None:
        """Say it, or count it for the next time."""
        now = self._monotonic()
        if self._told_at is not None and now - self._told_at < EVERY_S:
            self._untold += 1
            return
        told = message % values
        if self._untold:
            told = f"{told} ({self._untold} times more since the last time)"
        self._told_at, self._untold = now, 0
        self._logger.warning("%s", told)
