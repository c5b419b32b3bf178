"""Money of checkouts on its ways: paid, asked back."""

from vetrina.domain.selling.refunding import RefundWish, ask_refund
from vetrina.store.ports.checkouts import OrderChange


async def taken(shop, notice):
    """Take a notice in, with all that follows from it."""
    known = await shop.checkouts.paying.take(notice)
    await shop.run(shop.checkouts.settled())
    return known


async def paid(shop, **more):
    order, session = await shop.with_session(**more)
    assert await taken(shop, shop.provider.pay(session))
    return await shop.order(order.checkout.id)


async def ask(shop, order, **wish):
    """As the seller asks, through the one way in which orders change."""
    asked = ask_refund(order.checkout, order.facts, RefundWish(**wish), shop.clock.now_ms())
    change = OrderChange(id=order.checkout.id, version=order.version, facts=[asked])
    await shop.checkouts.changes.change(change)
    await shop.run(shop.checkouts.settled())
    return await shop.order(order.checkout.id)
