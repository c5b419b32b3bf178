"""Orders of ours on their way into a show: as those of a shop, by a connection that nobody made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.selling.order import Report as Content
from vetrina.domain.show.state import ShowState
from vetrina.live.purchases.settlement import Report
from vetrina.live.service import ShowService, UnknownShow
from vetrina.store.errors import DamagedLog
from vetrina.store.ports.connections import Connection

OWN: Final = "own"


class OwnOrders:
    """What checking out needs of the shows."""

    def __init__(self, shows: ShowService, clock: Clock) -> None:
        self._shows = shows
        self._clock = clock

    async def state(self, slug: str) -> ShowState | None:
        """The state of a show; None where there is none, or none that can be read."""
        try:
            return (await self._shows.state(slug))[1]
        except (UnknownShow, DamagedLog):
            return None

    async def tell(self, slug: str, delivery: str, contents: Sequence[Content]) -> None:
        """Take reports of one order in; returns after it is durable. Raises Busy.

        A show that is gone, or whose log cannot be read, counts nothing any more.
        """
        connection = Connection(id=OWN, kind=OWN, show=slug, secrets=(), created_at=0)
        report = Report(connection, delivery, tuple(contents), self._clock.now_ms())
        try:
            await self._shows.receive(report)
        except (UnknownShow, DamagedLog):
            return
