"""Orders that something went wrong with: each is left alone for longer the oftener it failed.

So one that fails each time neither hides those behind it nor fills the log.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Final

from vetrina.backoff import delay_s
from vetrina.clock import Clock

RETRY_MIN_S: Final = 2.0
RETRY_MAX_S: Final = 60.0
MOST: Final = 10_000
"""A process that sweeps nothing never learns that another one did the work."""


class Later:
    """When to try again, and how often it failed: by order."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failed: dict[str, tuple[int, int]] = {}

    def __len__(self) -> int:
        return len(self._failed)

    def is_ready(self, id: str) -> bool:
        """Whether its time has come, or it never failed."""
        return self._failed.get(id, (0, 0))[0] <= self._clock.now_ms()

    def failed(self, id: str) -> bool:
        """Leave it alone for a while. Whether it is the first time in a row."""
        _, failures = self._failed.pop(id, (0, 0))
        while len(self._failed) >= MOST:
            del self._failed[next(iter(self._failed))]
        pause_s = delay_s(failures, RETRY_MIN_S, RETRY_MAX_S, random.random())  # noqa: S311
        self._failed[id] = (self._clock.now_ms() + int(pause_s * 1000), failures + 1)
        return failures == 0

    def went_well(self, id: str) -> None:
        """The next failure is a first one."""
        self._failed.pop(id, None)

    def keep(self, ids: Iterable[str]) -> None:
        """Forget all others: nothing is left to do for them."""
        self._failed = {id: self._failed[id] for id in ids if id in self._failed}
