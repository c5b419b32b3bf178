"""Following a shop's deliveries about products: what they tell is taken in, the rest asked for.

A delivery that tells all of a product is written before it is answered. One that only names it is
answered at once, and the product is asked for: many of them ask once. What is lost when this
process ends meanwhile, the next reading of all products brings.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Final

from vetrina.clock import Clock
from vetrina.connectors.catalogues.notices import notice_of, products_of_order, tells_of_product
from vetrina.connectors.catalogues.port import Catalogue
from vetrina.connectors.polling import Access, PollFailed
from vetrina.connectors.port import BadPayload, Headers
from vetrina.shop.sync.ports import SyncingStore
from vetrina.shop.sync.taking_in import TakingIn
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.syncs import Sync

logger = logging.getLogger(__name__)
MOST_WAITING: Final = 10_000
ASKED_AT_ONCE: Final = 20
HELD_AT_ONCE: Final = 100


class Following:
    """The deliveries of connections that are kept in step."""

    def __init__(
        self,
        store: SyncingStore,
        clock: Clock,
        catalogues: Mapping[str, Catalogue],
        taking_in: TakingIn,
    ) -> None:
        self._store = store
        self._clock = clock
        self._catalogues = catalogues
        self._taking_in = taking_in
        self._waiting: dict[str, dict[tuple[str, str], None]] = {}
        self._asking: dict[str, asyncio.Task[None]] = {}

    async def delivered(self, connection: Connection, headers: Headers, body: bytes) -> bool:
        """Take in a verified delivery about a product. False where nothing follows from it."""
        sync = await self._kept(connection)
        if sync is None or not tells_of_product(connection.kind, headers):
            return False
        try:
            notice = notice_of(connection.kind, headers, body, sync.currency)
        except BadPayload as error:
            logger.warning("connection %s: no product was told: %s", connection.id, error)
            return False
        if notice is None:
            return False
        if notice.deleted and notice.id:
            await self._taking_in.archive(connection.id, [notice.id])
        elif notice.product is not None:
            await self._taking_in.take(connection.id, [notice.product], sync.round)
        elif notice.id:
            self._ask_for(connection, "product", [notice.id])
        elif notice.item:
            self._ask_for(connection, "item", [notice.item])
        return True

    async def sold(self, connection: Connection, body: bytes) -> None:
        """An order was taken in, and counted here what the shop has counted, too.

        Whichever came first, the pieces are right again when the shop has been asked.
        """
        if connection.kind in self._catalogues and await self._kept(connection) is not None:
            self._ask_for(connection, "product", products_of_order(body))

    async def look_after_deals(self, connection: Connection) -> None:
        """Ask again for products whose price has waited for the end of a deal that is over."""
        held = await self._store.held(connection.id, HELD_AT_ONCE)
        if held:
            self._ask_for(connection, "product", await self._taking_in.free(connection.id, held))

    async def settled(self, connection_id: str) -> None:
        """Return when nothing is asked for."""
        while asking := self._asking.get(connection_id):
            await asyncio.wait({asking})

    async def close(self) -> None:
        """Ask no more."""
        for asking in list(self._asking.values()):
            asking.cancel()
            await asyncio.wait({asking})

    async def _kept(self, connection: Connection) -> Sync | None:
        sync = await self._store.sync(connection.id)
        return sync if sync is not None and sync.keep else None

    def _ask_for(self, connection: Connection, what: str, ids: Sequence[str]) -> None:
        waiting = self._waiting.setdefault(connection.id, {})
        for id in ids:
            if len(waiting) < MOST_WAITING:
                waiting[what, id] = None
        if waiting and connection.id not in self._asking:
            asking = asyncio.create_task(self._ask(connection), name=f"follow {connection.id}")
            self._asking[connection.id] = asking
            asking.add_done_callback(partial(self._ended, connection))

    def _ended(self, connection: Connection, asking: asyncio.Task[None]) -> None:
        del self._asking[connection.id]
        if asking.cancelled():
            return
        if (error := asking.exception()) is not None:
            logger.error("following %s: %s", connection.id, type(error).__name__)
        self._ask_for(connection, "product", [])

    async def _ask(self, connection: Connection) -> None:
        waiting = self._waiting[connection.id]
        while waiting:
            ids = [id for what, id in waiting if what == "product"][:ASKED_AT_ONCE]
            items = [] if ids else [next(id for what, id in waiting if what == "item")]
            for what, some in (("product", ids), ("item", items)):
                for id in some:
                    del waiting[what, id]
            try:
                await self._ask_some(connection, ids, items)
            except PollFailed as error:
                logger.warning(
                    "connection %s: a product could not be read: %s", connection.id, error
                )

    async def _ask_some(
        self, connection: Connection, ids: Sequence[str], items: Sequence[str]
    ) -> None:
        sync, poll = await self._kept(connection), await self._store.poll(connection.id)
        if sync is None or poll is None:
            return
        catalogue, now = self._catalogues[connection.kind], self._clock.now_ms()
        access = Access(poll.address, poll.key, poll.secret)
        for item in items:
            page = await catalogue.of_item(access, item, sync.currency, now)
            await self._taking_in.take(connection.id, page.products, sync.round)
        if ids:
            page = await catalogue.some(access, ids, sync.currency, now)
            await self._taking_in.take(connection.id, page.products, sync.round)
