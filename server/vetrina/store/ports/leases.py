"""Leases port: what one process does for all, until it is done or gone."""

from __future__ import annotations

from typing import Protocol


class LeaseStore(Protocol):
    """Names, each held by one process at most and only up to a time.

    The times are those of the processes. Where their clocks differ by more than a lease is long, a
    name may have two holders for a while, so what is done under a lease must bear being done twice.
    """

    async def hold_lease(self, name: str, holder: str, now: int, until: int) -> bool:
        """Take a lease that is free or has run out at `now`, or prolong the own one.

        False: somebody else holds it.
        """
        ...

    async def release_lease(self, name: str, holder: str) -> None:
        """Let go of a lease, if it is still this holder's."""
        ...
