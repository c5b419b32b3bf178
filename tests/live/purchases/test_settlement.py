"""Reports of shops: each delivery once, each order once, whatever comes twice or too early."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fakes import FakeClock
from tests.live.conftest import SLUG, Stage, staged
from tests.properties import at_most
from vetrina.connectors import CONNECTORS
from vetrina.connectors.samples import samples
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Reversal
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.live.purchases.settlement import Report
from vetrina.store.ports.connections import Connection

SHOP = Connection(id="con_1", kind="generic", show=SLUG, secrets=("whsec_x",), created_at=1)

HOUR_MS = 3_600_000


def order(n: int, quantity: int = 1) -> Order:
    line = OrderLine("MUG-1", quantity, Money(1890 * quantity, "EUR"))
    return Order(purchase=f"p{n}", lines=(line,), occurred_at=1_763_690_001_000)


def report(content: Order | Reversal, delivery: str, connection: Connection = SHOP) -> Report:
    return Report(connection, delivery, (content,), 1_763_690_000_000)


async def bought(stage: Stage, slug: str = SLUG) -> list[str]:
    log = await stage.store.events(slug)
    return [e.event.purchase for e in log if isinstance(e.event, ev.PurchaseConfirmed)]


async def test_a_delivery_counts_once_and_an_order_counts_once(stage: Stage) -> None:
    await stage.make_show()
    await stage.store.add_connection(SHOP)
    first = await stage.shows.receive(report(order(1), "d1"))
    repeat = await stage.shows.receive(report(order(1), "d1"))
    resent = await stage.shows.receive(report(order(1), "d2"))
    assert (first, repeat, resent) == ("applied", "duplicate", "duplicate")
    assert await bought(stage) == ["p1"]
    _, state = await stage.shows.state(SLUG)
    assert state.bag["MUG-1"].product.stock == 8


async def test_a_show_that_began_by_a_clock_an_hour_ahead_sells_once_that_is_set_right(
    stage: Stage,
) -> None:
    """The show goes on by its time, and the shop tells the true one."""
    await stage.make_show()
    await stage.store.add_connection(SHOP)
    true = replace(order(1), occurred_at=order(1).occurred_at - HOUR_MS)
    old = replace(order(2), occurred_at=true.occurred_at - 60_000)
    told = [replace(report(each, f"d{each.purchase}"), ahead_ms=HOUR_MS) for each in (true, old)]
    assert [await stage.shows.receive(each) for each in told] == ["applied", "before_show"]
    assert await bought(stage) == ["p1"]


async def test_a_crowd_of_deliveries_is_written_together_and_each_counts(stage: Stage) -> None:
    await stage.make_show(stock=None)
    await stage.store.add_connection(SHOP)
    reports = [report(order(n), f"d{n}") for n in range(300)] * 2
    outcomes = await asyncio.gather(*(stage.shows.receive(each) for each in reports))
    assert outcomes.count("applied") == 300
    assert outcomes.count("duplicate") == 300
    assert sorted(await bought(stage)) == sorted(f"p{n}" for n in range(300))
    _, state = await stage.shows.state(SLUG)
    assert state.totals.orders == 300


async def test_a_reversal_before_its_purchase_waits_for_it(stage: Stage) -> None:
    await stage.make_show()
    await stage.store.add_connection(SHOP)
    back = Reversal(purchase="p1", reason="refunded", occurred_at=1)
    assert await stage.shows.receive(report(back, "d1")) == "waiting"
    assert await stage.shows.receive(report(order(1), "d2")) == "applied"
    assert await bought(stage) == []


async def test_without_a_show_an_order_is_kept_and_never_counted_later(stage: Stage) -> None:
    await stage.make_show("draft")
    await stage.store.add_connection(replace(SHOP, show=None))
    anywhere = replace(SHOP, show=None)
    assert await stage.shows.receive(report(order(1), "d1", anywhere)) == "not_running"
    assert await stage.shows.receive(report(order(1), "d1", anywhere)) == "duplicate"
    await stage.shows.handle(SLUG, [cmd.StartShow()])
    assert await stage.shows.receive(report(order(1), "d2", anywhere)) == "duplicate"
    assert await stage.shows.receive(report(order(2), "d3", anywhere)) == "applied"
    assert await bought(stage) == ["p2"]


async def test_a_reversal_goes_to_the_show_that_counted_the_order(stage: Stage) -> None:
    await stage.make_show()
    anywhere = replace(SHOP, show=None)
    await stage.store.add_connection(anywhere)
    await stage.shows.receive(report(order(1), "d1", anywhere))
    await stage.shows.handle(SLUG, [cmd.EndShow()])
    await stage.make_show(slug="evening")
    back = Reversal(purchase="p1", reason="refunded", occurred_at=1)
    assert await stage.shows.receive(report(back, "d2", anywhere)) == "applied"
    assert (await stage.shows.state(SLUG))[1].totals.orders == 0
    assert (await stage.shows.state("evening"))[1].totals.orders == 0


async def test_the_newest_live_show_hears_a_connection_without_one_also_after_a_restart(
    tmp_path: Path, clock: FakeClock
) -> None:
    anywhere = replace(SHOP, show=None)
    async with staged(tmp_path, clock) as first:
        await first.make_show()
        clock.advance(1000)
        await first.make_show(slug="evening")
        await first.store.add_connection(anywhere)
        await first.shows.receive(report(order(1), "d1", anywhere))
    async with staged(tmp_path, clock) as second:
        await second.shows.receive(report(order(2), "d2", anywhere))
        assert await bought(second, "evening") == ["p1", "p2"]
        assert await bought(second) == []


async def test_a_report_that_cannot_be_kept_fails_alone(stage: Stage) -> None:
    """One that raised took a whole batch of other people's orders along, to be sent again."""
    await stage.make_show(stock=None)
    await stage.store.add_connection(SHOP)
    poison = replace(order(13), lines=(OrderLine("MUG-1", 1, None, title="\ud800"),))
    reports = [report(poison if n == 13 else order(n), f"d{n}") for n in range(40)]
    outcomes = await asyncio.gather(
        *(stage.shows.receive(each) for each in reports), return_exceptions=True
    )
    assert isinstance(outcomes.pop(13), TypeError)
    assert outcomes == ["applied"] * 39
    assert sorted(await bought(stage)) == sorted(f"p{n}" for n in range(40) if n != 13)
    assert await stage.shows.receive(report(order(13), "d13")) == "applied"


@pytest.mark.parametrize("name", ["generic/paid", "shopify/paid", "woocommerce/paid"])
async def test_nothing_personal_reaches_the_disk_without_consent(
    stage: Stage, tmp_path: Path, name: str
) -> None:
    """What a connector reads of a real payload is all that the store's files ever hold."""
    await stage.make_show()
    kind, _, sample = name.partition("/")
    shop = replace(SHOP, kind=kind)
    await stage.store.add_connection(shop)
    [stored] = [one for one in samples(kind) if one.name == sample]
    personal = [text for text in stored.personal if text.encode() in stored.body]
    assert personal
    read = CONNECTORS[kind].read(stored.headers, stored.body, lambda number: f"hidden-{number}")
    outcome = await stage.shows.receive(Report(shop, read.id, read.reports, 1_763_690_000_000))
    assert outcome == "applied"
    files = await asyncio.to_thread(_all_bytes, tmp_path)
    assert read.reports[0].purchase.encode() in files
    assert [text for text in personal if text.encode() in files] == []


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


SCRIPT = st.lists(
    st.tuples(st.integers(1, 4), st.sampled_from(["buy", "back"]), st.integers(1, 3)), max_size=20
)


@given(SCRIPT, st.randoms(use_true_random=False))
@settings(max_examples=at_most(15))
def test_shuffled_and_repeated_deliveries_end_in_the_totals_of_the_orders(
    tmp_path_factory, script, chance
) -> None:  # type: ignore[no-untyped-def]
    """Two installations hear the same deliveries, one of them shuffled and twice."""
    deliveries = [
        report(
            order(n, 3)
            if kind == "buy"
            else Reversal(
                purchase=f"p{n}", reason="refunded", occurred_at=1, items={"MUG-1": quantity}
            ),
            f"d{index}",
        )
        for index, (n, kind, quantity) in enumerate(script)
    ]
    mixed = deliveries * 2
    chance.shuffle(mixed)

    async def totals_of(reports: list[Report]) -> tuple[int, int, int]:
        async with staged(tmp_path_factory.mktemp("data"), FakeClock()) as stage:
            await stage.make_show(stock=None)
            await stage.store.add_connection(SHOP)
            await asyncio.gather(*(stage.shows.receive(each) for each in reports))
            totals = (await stage.shows.state(SLUG))[1].totals
            return totals.orders, totals.units, sum(money.amount for money in totals.gross)

    assert asyncio.run(totals_of(deliveries)) == asyncio.run(totals_of(mixed))
