"""What a server does beside answering requests."""

from __future__ import annotations

from vetrina.bus.port import KeyRevoked
from vetrina.live.key_revocations import KeyRevocations
from vetrina.live.leases import Leases
from vetrina.store.ports.clock import KEEPER
from vetrina.web.context import Context


def start_work(context: Context, leases: Leases) -> None:
    """What runs beside the requests: in each process, and in one process at a time for all."""
    in_each = {
        "long logs": context.shows.take_up_long_logs,
        "timers": context.shows.timers.run,
        "hub": context.hub.run,
        "audience": context.audience.run,
        "cluster sync": context.sync.run,
        "stock telling": context.shows.stock.run,
        "voucher telling": context.voucher_telling.run,
        "revocations": _revocations(context).run,
    }
    in_one = {
        "polls": context.poller.run,
        "syncs": context.syncs.run,
        "stock": context.shows.stock.sweep,
        "checkouts": context.checkouts.run,
        "vouchers": context.voucher_telling.sweep,
        "order hooks": context.sending_orders.run,
    }
    if context.clock_sync is not None:
        in_each["time"] = context.clock_sync.run
        in_one[KEEPER] = context.clock_sync.keep
    for name, work in in_each.items():
        context.supervisor.start(name, work)
    for name, work in in_one.items():
        context.supervisor.start(name, leases.one_at_a_time(name, work))


def _revocations(context: Context) -> KeyRevocations:
    async def publish(key_id: str) -> None:
        await context.bus.publish([KeyRevoked(key_id)])

    return KeyRevocations(context.store, context.clock, publish)
