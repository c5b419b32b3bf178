"""A server that is killed in the middle of a rush loses no piece, and holds none for ever."""

import asyncio
import random

import pytest
from sqlalchemy import func, select

from tests.forked import ForkedProcess
from tests.store.appending import store_at
from tests.store.builders import NOW, SLUG, made_show
from tests.store.reserving_process import reserve_for_ever
from tests.store.selling import add_deal, change, line, new, outcomes, stocked
from vetrina.domain.selling.order_facts import Expired
from vetrina.domain.selling.reservation import DealId
from vetrina.store.sql.selling_tables import reservations

SEED = 17
START = 3_000
DEAL = DealId(SLUG, "d1")
LATER = NOW * 2


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request, tmp_path):
    """Where a shop with two products begins, one of them in a deal."""
    found = tmp_path / "data" if request.param == "sqlite" else request.getfixturevalue("postgres")
    store = store_at(str(found))
    await store.open()
    await made_show(store)
    for sku in ("A", "B"):
        await stocked(store, START, sku)
    await add_deal(store, SLUG, START, sku="A")
    await store.close()
    return str(found)


def told_by(process, lines):
    """Kill it when it has told so many lines; what it was told until then."""
    told = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    return [one for one in [*told, *process.stdout.readlines()] if one.endswith("\n")]


def words_of(told):
    return [one.split() for one in told if one.startswith(("reserved ", "sold ", "released "))]


async def sums_of(store):
    """What is left, and what reservations hold or took of each."""
    pieces = func.sum(reservations.c.quantity).label("pieces")
    rows = await store._rows(select(reservations.c.sku, pieces).group_by(reservations.c.sku))
    held = {row.sku: int(row.pieces) for row in rows}
    stocks = await store.stocks(["A", "B"])
    [(left, _)] = (await store.deals_left([DEAL])).values()
    return {sku: stocks[sku] + held.get(sku, 0) for sku in stocks} | {"d1": left + held.get("A", 0)}


async def check(place, told):
    store = store_at(place)
    await store.open()
    try:
        assert await sums_of(store) == {"A": START, "B": START, "d1": START}
        for what, id in told:
            order = await store.own_order(id)
            assert order is not None
            if what == "sold":
                assert order.number is not None
        return len(told)
    finally:
        await store.close()


async def sweep(place):
    """What the sweeper does of what nobody pays."""
    store = store_at(place)
    await store.open()
    while due := await store.due_checkouts(LATER):
        await asyncio.gather(
            *(store.change_order(change(one, Expired(at=NOW), stock="release")) for one in due)
        )
    rows = await store._rows(select(reservations.c.sku).where(reservations.c.sold.is_(False)))
    assert rows == []
    await store.close()


async def test_kill_in_the_middle_of_a_rush(place):
    chance = random.Random(SEED)
    for run in range(5):
        with ForkedProcess(reserve_for_ever, place, f"run{run}") as process:
            told = told_by(process, chance.randrange(50, 600))
        assert await check(place, words_of(told)) > 0
    await sweep(place)
    await check(place, [])


async def test_a1_four_processes_sell_no_piece_twice(postgres):
    """Each as many buyers as there are pieces, all at once; no deadlock reaches one of them."""
    store = store_at(postgres)
    await store.open()
    await made_show(store)
    await stocked(store, 100, "A")
    await stocked(store, 1_000, "B")
    await add_deal(store, SLUG, 100, sku="A")
    counts = [0, 0]
    processes = [ForkedProcess(reserve_many, postgres, f"p{n}") for n in range(4)]
    for process in processes:
        with process:
            for one in process.stdout.readlines():
                made, refused = map(int, one.split())
                counts = [counts[0] + made, counts[1] + refused]
    assert counts == [100, 900]
    assert await store.stocks(["A", "B"]) == {"A": 0, "B": 900}
    await store.close()


def reserve_many(place, name):
    """250 buyers of one process, half of them with their lines the other way round."""
    asyncio.run(_reserve_many(place, name))


async def _reserve_many(place, name):
    store = store_at(place)
    await store.open()
    carts = [[line("A", deal="d1"), line("B")], [line("B"), line("A", deal="d1")]]
    made, refused = await outcomes(
        store.reserve(new(*carts[n % 2], id=f"{name}-{n}", show=SLUG)) for n in range(250)
    )
    assert {one.code for one in refused} <= {"sold_out"}
    print(len(made), len(refused), flush=True)
    await store.close()
