"""Whatever buyers, provider and time do: nothing is lost, doubled or held for ever."""

import asyncio
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import at_most
from tests.shop.checkouts.selling import selling
from vetrina.domain.errors import Refused
from vetrina.domain.selling.order_facts import Paid, PaidInVain
from vetrina.shop.checkouts.sessions import QueueFull

STOCK = 4
TROUBLES = ("fine", "away", "busy", "lost", "refused")
CHOICE = st.integers(0, 7)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.integers(1, 3), st.sampled_from(["b1", "b2", None])),
        st.tuples(st.just("pay"), CHOICE, st.booleans()),
        st.tuples(st.just("tell"), CHOICE, st.integers(1, 4)),
        st.tuples(st.just("bank"), CHOICE, st.booleans()),
        st.tuples(st.just("look"), CHOICE),
        st.tuples(st.just("leave"), CHOICE),
        st.tuples(st.just("reopen"), CHOICE),
        st.tuples(st.just("wait"), st.sampled_from([1_000, 30_000, 600_000, 3_600_000])),
        st.tuples(st.just("trouble"), st.lists(st.sampled_from(TROUBLES), min_size=1, max_size=4)),
        st.tuples(st.just("die")),
    ),
    max_size=25,
)


class World:
    """One shop, through its deaths, and the orders that its buyers were answered with."""

    def __init__(self, shop):
        self.shop = shop
        self.orders = []

    async def step(self, what, *how):
        await getattr(self, what)(*how)

    async def buy(self, quantity, buyer):
        try:
            order = await self.shop.run(self.shop.reserved(quantity=quantity, buyer=buyer))
        except (Refused, QueueFull):
            return
        self.orders.append(order.checkout.id)

    def _session(self, choice):
        sessions = list(self.shop.provider.sessions)
        return sessions[choice % len(sessions)] if sessions else None

    async def _take(self, notice, times=1):
        taking = (self.shop.checkouts.paying.take(notice) for _ in range(times))
        await self.shop.run(asyncio.gather(*taking))

    async def pay(self, choice, told):
        session = self._session(choice)
        notice = self.shop.provider.pay(session) if session else None
        if notice is not None and told:
            await self._take(notice)

    async def tell(self, choice, times):
        session = self._session(choice)
        if session and self.shop.provider.sessions[session].state == "paid":
            await self._take(self.shop.provider.paid_notice(session), times)

    async def bank(self, choice, told):
        session = self._session(choice)
        if session and self.shop.provider.sessions[session].state == "open":
            notice = self.shop.provider.begin_paying(session)
            if told:
                await self._take(notice)

    async def look(self, choice):
        if self.orders:
            id = self.orders[choice % len(self.orders)]
            await self.shop.run(self.shop.checkouts.look(await self.shop.order(id)))

    async def leave(self, choice):
        if self.orders:
            id = self.orders[choice % len(self.orders)]
            giving = self.shop.checkouts.give_back(await self.shop.order(id))
            await self.shop.run(asyncio.gather(giving, return_exceptions=True))

    async def reopen(self, choice):
        """The provider takes money after it had said that it would not."""
        session = self._session(choice)
        if session and self.shop.provider.sessions[session].state == "expired":
            self.shop.provider.reopen(session)

    async def wait(self, ms):
        await self.shop.sweep(ms)

    async def trouble(self, troubles):
        self.shop.provider.troubles.extend(troubles)

    async def die(self):
        self.shop = self.shop.killed()
        await self.shop.open()

    async def end(self):
        """All is well again, everybody was told, and more than a day goes by."""
        provider = self.shop.provider
        provider.troubles.clear()
        for session, known in list(provider.sessions.items()):
            if known.state == "processing":
                provider.pay(session)
            if provider.sessions[session].state == "paid":
                await self._take(provider.paid_notice(session))
        for _ in range(6):
            await self.shop.sweep(3_600_000)

    async def check(self):
        """What is promised."""
        provider, sold = self.shop.provider, 0
        for id in self.orders:
            order = await self.shop.order(id)
            session = provider.of_order.get(id)
            paid = [fact for fact in order.facts if isinstance(fact, Paid)]
            vain = [fact for fact in order.facts if isinstance(fact, PaidInVain)]
            assert len(paid) <= 1
            assert len({fact.payment for fact in (*paid, *vain)}) == len(paid) + len(vain)
            kept = provider.kept_of(f"pi_{session}") if session else 0
            assert kept == (order.checkout.total.amount if paid else 0), order
            if session and provider.sessions[session].state == "paid":
                assert paid or vain, "money came, and nobody knows of it"
            assert order.standing.order != "open", order.facts
            sold += sum(line.quantity for line in order.checkout.lines) if paid else 0
        assert 0 <= sold <= STOCK
        assert await self.shop.stock() == STOCK - sold, "pieces are lost, or held for ever"


@given(STEPS)
@settings(max_examples=at_most(25))
def test_nothing_is_lost_doubled_or_held_for_ever(steps):
    async def run():
        with tempfile.TemporaryDirectory() as folder:
            async with selling(Path(folder), stock=STOCK) as shop:
                world = World(shop)
                for step in steps:
                    await world.step(*step)
                await world.end()
                await world.check()
                await world.shop.close()

    asyncio.run(run())
