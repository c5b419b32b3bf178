"""The demo: a small shop and a rehearsal that keeps the screen alive.

Everything takes the same way as in a real show. Purchases are a rehearsal's: marked test,
never counted. When somebody works in the show, the script stands aside.
"""

from __future__ import annotations

import itertools
import logging
import random
from collections.abc import Iterator, Sequence

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.events import Recorded
from vetrina.domain.show.values import Host
from vetrina.live.demo_shop import CURRENCY, MARKETS, PRODUCTS, SHOP, DemoProduct
from vetrina.live.new_show import NewShow
from vetrina.live.service import ShowService, UnknownShow
from vetrina.store.errors import Taken
from vetrina.store.ports.store import Store

logger = logging.getLogger(__name__)

SLUG = "demo"
BY = "demo"
STEP_MS = 4_000
# Long enough to try something in the control panel without the script in the way.
STAND_ASIDE_MS = 90_000
BUYERS = ("Giulia", "Marco", None, "Sofia", None, "Luca", "Anna", None, "Paolo", None)


SHOWN = tuple(entry for entry in PRODUCTS if entry.shown)


class Demo:
    """Sets the shop up and plays the script until cancelled."""

    def __init__(
        self, shows: ShowService, store: Store, clock: Clock, pictures: dict[str, str]
    ) -> None:
        self._shows = shows
        self._store = store
        self._clock = clock
        self._pictures = pictures
        self._chance = random.Random(7)  # noqa: S311  (a script, not a secret)
        self._seen_seq = 0
        self._hands_off_until = 0

    async def prepare(self) -> None:
        """The shop and its show, unless an earlier run made them."""
        if await self._store.shop() is None:
            await self._store.put_shop(SHOP)
            await self._store.put_markets(MARKETS)
        try:
            await self._shows.state(SLUG)
        except UnknownShow:
            await self._make()
        self._seen_seq = (await self._shows.state(SLUG))[0].seq

    async def run(self) -> None:
        """Play the script, one step every few seconds."""
        for commands in self._script():
            await self._clock.sleep_until(self._clock.now_ms() + STEP_MS)
            if not await self._somebody_works():
                await self._follow(commands)

    async def _make(self) -> None:
        entries = [product.entry(self._pictures) for product in reversed(PRODUCTS)]
        await self._shows.catalogue.put_entries(entries, by=BY)
        host = Host(SHOP.name)
        try:
            new = NewShow(
                slug=SLUG, title="Sunday kitchen", currency=CURRENCY, host=host, status="rehearsal"
            )
            await self._shows.create(new, by=BY)
        except Taken:
            return
        await self._shows.put_bag(SLUG, [entry.sku for entry in SHOWN], by=BY)
        await self._shows.handle(SLUG, [cmd.PinNext()], by=BY)

    def _script(self) -> Iterator[Sequence[cmd.Command]]:
        """A round of a minute and a half per product, for ever."""
        for entry in itertools.cycle(SHOWN):
            yield [cmd.PinProduct(entry.sku)]
            yield [self._purchase(entry)]
            if entry.prior_price is not None:
                yield [self._deal(entry)]
            else:
                yield [cmd.Announce("Shipping is free today, all over Europe")]
            for _ in range(14):
                pick = entry if self._chance.random() < 0.6 else self._chance.choice(SHOWN)
                yield [self._purchase(pick)]
            yield [cmd.ClearAnnouncement()]

    def _deal(self, entry: DemoProduct) -> cmd.StartDeal:
        price = Money(entry.price * 76 // 1000 * 10, CURRENCY)
        return cmd.StartDeal(
            sku=entry.sku,
            price=price,
            duration_s=60,
            lead_s=10,
            quantity=min(12, entry.stock or 12),
        )

    def _purchase(self, entry: DemoProduct) -> cmd.RehearsePurchase:
        quantity = 2 if self._chance.random() < 0.25 else 1
        skus = [one.sku for one in entry.choices if one.stock] or [entry.sku]
        return cmd.RehearsePurchase(
            self._chance.choice(skus), quantity, self._chance.choice(BUYERS)
        )

    async def _somebody_works(self) -> bool:
        """Whether events of somebody else came lately."""
        log = await self._store.events(SLUG, after=self._seen_seq)
        now = self._clock.now_ms()
        if log:
            self._seen_seq = log[-1].seq
        if any(_by_hand(entry) for entry in log):
            self._hands_off_until = now + STAND_ASIDE_MS
        return now < self._hands_off_until

    async def _follow(self, commands: Sequence[cmd.Command]) -> None:
        try:
            await self._shows.handle(SLUG, commands, by=BY)
        except Refused as refusal:
            logger.debug("demo: %s", refusal.message)


def _by_hand(entry: Recorded) -> bool:
    """Time itself writes without a name."""
    return entry.by not in (None, BY)
