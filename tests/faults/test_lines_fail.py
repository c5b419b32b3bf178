"""Between a process and Valkey messages are lost, come late, or do not come at all."""

from __future__ import annotations

from tests.faults.clocks import rest
from tests.faults.conftest import Served
from tests.faults.processes import NEVER_PROBED, Plan
from tests.faults.proxy import Proxy
from tests.faults.scene import SLUG
from tests.valkey import ValkeyServer
from tests.waiting import until


async def test_every_third_message_is_lost(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    async with served(Plan(valkey.url), Plan(proxy.url)) as scene:
        proxy.drop_every(3)
        await scene.say_at_once(50)
        await scene.all_know()
        assert proxy.dropped > 10


async def test_the_last_message_is_lost(served: Served, valkey: ValkeyServer, proxy: Proxy) -> None:
    """Nothing comes after it that would tell. The heads are compared every ten seconds."""
    async with served(Plan(valkey.url), Plan(proxy.url)) as scene:
        proxy.drop_every(1)
        await scene.say(1, by=[0])
        await until(lambda: proxy.dropped)
        assert scene.processes[1].bus.health.ok
        await scene.all_know()


async def test_without_the_comparison_a_lost_last_message_stays_lost(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    async with served(Plan(valkey.url), Plan(proxy.url, comparing=False)) as scene:
        proxy.drop_every(1)
        await scene.say(1, by=[0])
        await until(lambda: proxy.dropped)
        await scene.probed(3)
        assert await scene.behind() == ["p1"]
        proxy.drop_every(0)
        await scene.say(1, by=[0])
        await scene.all_know()


async def test_what_comes_late_is_not_taken_twice(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    """Both write; what one says reaches the other when that has read it from the store already."""
    async with served(Plan(valkey.url), Plan(proxy.url)) as scene:
        proxy.delay_s = 0.1
        for _ in range(3):
            await scene.say_at_once(10)
            await scene.all_know()
        proxy.delay_s = 0.0
        await scene.say_at_once(10)
        await scene.all_know()


async def test_a_line_that_has_gone_deaf_is_noticed(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    """It is open, and what is said on the other one is taken: only the probe tells. The clock is
    the real one here, so that the comparison of heads every ten seconds comes too late."""
    async with served(Plan(valkey.url), Plan(proxy.url), times=1) as scene:
        assert proxy.deafen() == 1
        await scene.say(3, by=[0])
        await scene.all_know()
        await scene.say_at_once()
        await scene.all_know()


async def test_a_show_that_is_wanted_twice_or_not_any_more_is_no_end_of_the_probes(
    served: Served, valkey: ValkeyServer
) -> None:
    """Valkey was not asked anything then, and so confirms nothing."""
    async with served(Plan(valkey.url)) as scene:
        bus = scene.processes[0].bus
        bus.follow(SLUG)
        await scene.probed(1)
        bus.follow("another")
        bus.unfollow("another")
        await scene.probed(1)


async def test_without_the_probe_it_stays_deaf_and_believes_that_all_is_well(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    deaf = Plan(proxy.url, NEVER_PROBED, comparing=False)
    async with served(Plan(valkey.url), deaf) as scene:
        one, other = scene.processes
        assert proxy.deafen() == 1
        await scene.say(3, by=[0])
        before = one.probed
        await until(lambda: one.probed > before + 4)
        assert other.bus.health.ok
        assert await scene.behind() == ["p1"]
        proxy.cut()  # only now it learns that it was deaf; the next event tells of the rest
        await until(lambda: not other.bus.health.ok)
        await scene.well()
        await scene.say(1, by=[0])
        await scene.all_know()


async def test_a_line_where_nothing_goes_through(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    """As with a firewall that has forgotten the connection: no end, no reset, no refusal."""
    async with served(Plan(valkey.url), Plan(proxy.url)) as scene:
        one, other = scene.processes
        proxy.stall()
        await scene.say_at_once()
        await until(lambda: not other.bus.health.ok)
        assert one.bus.health.ok
        assert "does not answer" in other.bus.health.reason
        await scene.say_at_once()
        await scene.all_know()
        proxy.go_on()
        await scene.well()
        await scene.say_at_once()
        await scene.all_know()


async def test_lines_that_are_reset_again_and_again(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    async with served(Plan(valkey.url), Plan(proxy.url), Plan(proxy.url)) as scene:
        for _ in range(5):
            proxy.cut()
            await scene.say_at_once(5)
            await rest(0.05)
        await scene.all_know()
        await scene.well()


async def test_who_is_refused_comes_back(
    served: Served, valkey: ValkeyServer, proxy: Proxy
) -> None:
    async with served(Plan(valkey.url), Plan(proxy.url)) as scene:
        await proxy.close()
        await scene.say_at_once()
        await until(lambda: not scene.processes[1].bus.health.ok)
        await scene.all_know()
        await proxy.open()
        await scene.well()
        await scene.say_at_once()
        await scene.all_know()
