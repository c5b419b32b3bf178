"""Several processes in one, each with a store, rooms and a bus of its own: all of them real."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace

from tests.faults.clocks import rest
from vetrina.bus.redis import RedisBus, Timings
from vetrina.clock import Clock
from vetrina.domain.show.limits import Limits
from vetrina.live.audience_counts import AudienceCounts
from vetrina.live.cluster_sync import ClusterSync
from vetrina.live.event_feed import EventFeed
from vetrina.live.service import ShowService
from vetrina.live.show_replicas import ShowReplicas
from vetrina.metrics import Metrics
from vetrina.realtime.hub import Hub
from vetrina.store.ports.store import Store
from vetrina.supervisor import Supervisor

QUICK = Timings(open_s=30, probe_every_s=0.3, answer_s=1.0, backoff_min_s=0.02, backoff_max_s=0.1)
NEVER_PROBED = replace(QUICK, probe_every_s=86_400)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Everything of one process between the web layer and the disk, at work."""

    name: str
    store: Store
    bus: RedisBus
    metrics: Metrics
    hub: Hub
    feed: EventFeed
    shows: ShowService

    @property
    def probed(self) -> float:
        """How many messages to itself have come back."""
        [metric] = self.metrics.bus_round_trip.collect()
        return next(one.value for one in metric.samples if one.name.endswith("_count"))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a process is made of. `comparing`: it asks the store where the shows stand."""

    url: str
    timings: Timings = QUICK
    comparing: bool = True


@asynccontextmanager
async def neighbours(
    plans: Sequence[Plan], new_store: Callable[[], Store], clock: Clock
) -> AsyncIterator[list[Neighbour]]:
    """One for each plan, for the block."""
    async with AsyncExitStack() as stack:
        made = []
        for number, plan in enumerate(plans):
            made.append(await _neighbour(f"p{number}", plan, new_store(), clock, stack))
        yield made


async def _neighbour(
    name: str, plan: Plan, store: Store, clock: Clock, stack: AsyncExitStack
) -> Neighbour:
    await store.open()
    stack.push_async_callback(store.close)
    metrics = Metrics()
    bus = RedisBus(plan.url, name, metrics, timings=plan.timings)
    hub = Hub(clock, metrics)
    replicas = ShowReplicas(store, bus, clock)
    shows = ShowService(store, bus, clock, Limits(), replicas, metrics)
    audience = AudienceCounts(bus, hub, clock, name)
    sync = ClusterSync(store, bus, hub, clock, replicas, shows)
    feed = EventFeed(bus, hub, clock, replicas, audience, sync)
    await feed.open()
    stack.push_async_callback(feed.close)
    await shows.open()
    stack.push_async_callback(shows.close)
    supervisor = Supervisor(lambda seconds: rest(seconds / 10))
    stack.push_async_callback(supervisor.close)
    supervisor.start("audience", audience.run)
    supervisor.start("timers", shows.timers.run)
    if plan.comparing:
        supervisor.start("cluster sync", sync.run)
    return Neighbour(name, store, bus, metrics, hub, feed, shows)
