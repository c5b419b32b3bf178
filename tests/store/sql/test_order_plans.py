"""A page of orders costs the same wherever it is, and however many there are."""

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import sqlite

from tests.sqlite import with_tables
from tests.store.builders import NOW, receipt, record
from tests.store.selling import change, line, new, paid, stocked
from vetrina.shop.orders.finding import OrderList
from vetrina.store.ports.checkouts import OrderPlace, WantedOrders
from vetrina.store.sql import own_order_pages, shop_orders
from vetrina.store.sql.metadata import metadata
from vetrina.store.sql.store import sqlite_store

AFTER = OrderPlace(NOW, "o_1")
WANTED = [
    {},
    {"show": "spring"},
    {"market": "it"},
    {"status": "paid"},
    {"status": "open"},
    {"status": "disputed"},
    {"status": "placed"},
    {"text": "mug"},
    {"since": NOW, "until": NOW + 1},
]


@pytest.fixture(scope="module")
def connection():
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    with engine.connect() as made:
        yield made
    engine.dispose()


def plan(connection, statement):
    told = statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    rows = connection.execute(text(f"EXPLAIN QUERY PLAN {str(told).replace(':', '::')}"))
    return [row.detail for row in rows]


@pytest.mark.parametrize("after", [None, AFTER])
@pytest.mark.parametrize("wanted", WANTED)
def test_places_are_read_along_an_index(connection, wanted, after):
    wanted = WantedOrders(**wanted)
    statements = [own_order_pages._by_text(wanted, after, 51), shop_orders._places(wanted, after)]
    for statement in (one for one in statements if one is not None):
        [step] = plan(connection, statement)  # another one would sort, or read the table
        assert " INDEX ix_" in step, step


@pytest.mark.parametrize("wanted", [{}, {"text": "mug"}])
def test_a_search_reads_no_rows(connection, wanted):
    wanted = WantedOrders(**wanted)
    for statement in (
        own_order_pages._by_text(wanted, None, 51),
        shop_orders._places(wanted, None),
    ):
        [step] = plan(connection, statement)
        assert "COVERING INDEX" in step, step


async def test_a_page_is_few_statements_however_long_it_is(tmp_path):
    read = []

    class Watch:
        def store_read(self, table):
            read.append(table)

        def __getattr__(self, name):
            return lambda *args, **more: None

    store = sqlite_store(with_tables(tmp_path))
    store.watched_by(Watch())
    await store.open()
    await stocked(store, 100)
    for number in range(30):
        order = await store.reserve(new(line()))
        await store.change_order(change(order, paid(f"pi_{number}"), stock="sell"))
        await store.put_receipts([receipt()], [record(f"p{number}", paid_at=NOW)])
    read.clear()
    page = await OrderList(store).page(WantedOrders(), None, 50)
    assert len(page.orders) == 50
    assert sorted(read) == ["checkouts", "checkouts", "order_facts", "shop_orders"]
    await store.close()
