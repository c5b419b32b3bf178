"""Audience counts of all processes together: viewers and taps summed, overlays listed.

Each process publishes its own share once a second when it has changed, and every four seconds when
it has not. A share that did not come for ten seconds is that of a process that is gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from vetrina.bus.port import Bus, Tallied
from vetrina.clock import Clock
from vetrina.realtime.hub import Hub
from vetrina.realtime.presence import without_ages
from vetrina.realtime.room import Room

EVERY_MS: Final = 1_000
AGAIN_MS: Final = 4_000
FADES_MS: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Share:
    tallied: Tallied
    received_at: int


class AudienceCounts:
    """Publishes the own share and sums those of the others."""

    def __init__(self, bus: Bus, hub: Hub, clock: Clock, process: str) -> None:
        self._bus = bus
        self._hub = hub
        self._clock = clock
        self._process = process
        self._shares: dict[str, dict[str, _Share]] = {}
        self._published: dict[str, _Share] = {}

    def receive(self, tallied: Tallied) -> None:
        """The share of a process, maybe our own."""
        if tallied.process == self._process:
            return
        share = _Share(tallied, self._clock.now_ms())
        self._shares.setdefault(tallied.show, {})[tallied.process] = share
        if (room := self._hub.get(tallied.show)) is not None:
            self._sum(room)

    def overlays(self, slug: str) -> list[Mapping[str, Any]]:
        """The overlays of a show that are connected to other processes, or were lost by them."""
        shares = self._shares.get(slug, {})
        return [overlay for share in shares.values() for overlay in share.tallied.overlays]

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._clock.sleep_until(self._clock.now_ms() + EVERY_MS)
            now = self._clock.now_ms()
            self._fade(now)
            for room in self._hub.rooms.values():
                self._sum(room)
            await self._bus.publish(self._changed(now))

    def _fade(self, now: int) -> None:
        for slug, shares in list(self._shares.items()):
            for process in [p for p, share in shares.items() if now - share.received_at > FADES_MS]:
                del shares[process]
            if not shares:
                del self._shares[slug]

    def _sum(self, room: Room) -> None:
        taps: dict[str, int] = {}
        viewers = 0
        for share in self._shares.get(room.slug, {}).values():
            viewers += share.tallied.viewers
            for sku, count in share.tallied.taps.items():
                taps[sku] = taps.get(sku, 0) + count
        complete = self._bus.health.ok
        room.counts.set_remote(viewers, taps, self.overlays(room.slug), complete=complete)

    def _changed(self, now: int) -> list[Tallied]:
        """The shares that have changed, or that the others may think gone. None of nothing."""
        changed = []
        for slug, room in self._hub.rooms.items():
            overlays = tuple(
                one for one in room.overlay_list(now) if one["connected"] or one["lost"]
            )
            own = Tallied(
                self._process, slug, room.counts.own_viewers, room.counts.own_taps, overlays
            )
            steady = replace(own, overlays=tuple(without_ages(overlays)))
            published = self._published.get(slug)
            if published is None and not (own.viewers or own.taps or own.overlays):
                continue
            if (
                published is None
                or published.tallied != steady
                or now - published.received_at >= AGAIN_MS
            ):
                self._published[slug] = _Share(steady, now)
                changed.append(own)
        for slug in self._published.keys() - self._hub.rooms.keys():
            del self._published[slug]
        return changed
