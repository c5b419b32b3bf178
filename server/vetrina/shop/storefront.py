"""Storefront: what every page of the shop tab needs to know, kept for a moment.

Many ask within the same second, and what they ask for changes now and then.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.markets.market import Market
from vetrina.domain.selling.shop import ShopProfile
from vetrina.shop.kept_answer import Kept
from vetrina.store.ports.shop import Category, ShopShows
from vetrina.store.ports.store import Store

PROFILE_MS: Final = 1_000
CURRENT_MS: Final = 1_000
SHOWS_MS: Final = 5_000
CATEGORIES_MS: Final = 5_000
SELLING: Final = ("live", "paused")
REHEARSING: Final = "rehearsal"


class Storefront:
    """The shop of this installation. `rehearsals`: a rehearsal counts as a show, as in the demo."""

    def __init__(self, store: Store, clock: Clock, *, rehearsals: bool = False) -> None:
        self._store = store
        self._clock = clock
        self._statuses = (*SELLING, REHEARSING) if rehearsals else SELLING
        self._profile = Kept(clock, store.shop, PROFILE_MS)
        self._markets = Kept(clock, store.markets, PROFILE_MS)
        self._current = Kept(clock, self._read_current, CURRENT_MS)
        self._shows = Kept(clock, self._read_shows, SHOWS_MS)
        self._categories = Kept(clock, self._read_categories, CATEGORIES_MS)

    async def shop(self, handle: str) -> ShopProfile | None:
        """The shop of this handle, or None."""
        profile = await self._profile.value()
        return profile if profile is not None and profile.handle == handle else None

    async def profile(self) -> ShopProfile | None:
        """The shop, whatever its handle; None until there is one."""
        return await self._profile.value()

    async def put(self, profile: ShopProfile) -> None:
        """Make this the shop."""
        await self._store.put_shop(profile)
        self._profile.forget()

    async def markets(self) -> Sequence[Market]:
        """Where it delivers to: the first is the shop's own."""
        return await self._markets.value()

    async def put_markets(self, markets: Sequence[Market]) -> None:
        """Make these the markets."""
        await self._store.put_markets(markets)
        self._markets.forget()

    async def current(self) -> str | None:
        """The slug of the newest show that sells."""
        return await self._current.value()

    async def shows(self) -> ShopShows:
        """Shows to come, and those that are over."""
        return await self._shows.value()

    async def categories(self) -> Sequence[Category]:
        """The largest first."""
        return await self._categories.value()

    async def _read_current(self) -> str | None:
        running = await self._store.running()
        for status in self._statuses:
            for one in running:
                if one.standing is not None and one.standing.status == status:
                    return one.slug
        return None

    async def _read_shows(self) -> ShopShows:
        return await self._store.shop_shows(self._clock.now_ms())

    async def _read_categories(self) -> Sequence[Category]:
        return await self._store.categories()
