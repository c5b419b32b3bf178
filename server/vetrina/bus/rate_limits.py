"""Rate limits that hold over all processes: a port, beside the bus because it needs the same."""

from __future__ import annotations

from typing import Protocol


class SharedBuckets(Protocol):
    """Token buckets that several processes take from."""

    async def take(self, name: str, who: str, *, per_s: float, burst: int) -> float:
        """Take one; 0 where there was one, else the seconds until there is one again.

        Raises OSError or TimeoutError where the others cannot be asked now.
        """
        ...
