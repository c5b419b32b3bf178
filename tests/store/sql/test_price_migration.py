"""An installation from before the price history: what is known of its prices afterwards."""

import time

import asyncpg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.ext.asyncio import create_async_engine

from vetrina.store.sql.schema import MIGRATIONS

BEFORE = "0014"
KNOWN = (
    "INSERT INTO products (sku, title, currency, price, prior_price) VALUES "
    "('MUG-1', 'Mug', 'EUR', 2490, 2990), ('CUP-4', 'Cup', 'KWD', 1000000000000, NULL)",
    "INSERT INTO products (sku, title, currency, price, status) VALUES "
    "('LATER', 'Not yet', 'EUR', 1, 'draft')",
    "INSERT INTO variants (sku, product, position, choice, price) VALUES "
    "('MUG-1-RED', 'MUG-1', 0, 'Red', 2690)",
    "INSERT INTO past_deals (sku, currency, price, ended_at) VALUES "
    "('MUG-1', 'EUR', 1200, 1763690000000)",
)


def upgrade(connection, revision):
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def check(connection):
    upgrade(connection, BEFORE)
    for statement in KNOWN:
        connection.execute(text(statement))
    began = int(time.time() * 1000)
    upgrade(connection, "head")
    kept = "SELECT sku, currency, amount, until_ms, kind, from_ms FROM prices ORDER BY place"
    mug, cup, red, deal = connection.execute(text(kept)).all()
    assert mug[:5] == ("MUG-1", "EUR", 2490, None, "price")
    assert cup[:5] == ("CUP-4", "KWD", 10**12, None, "price")
    assert red[:5] == ("MUG-1-RED", "EUR", 2690, None, "price")
    assert began <= mug.from_ms == cup.from_ms <= time.time() * 1000
    assert deal == ("MUG-1", "EUR", 1200, 1763690000000, "deal", 1763690000000 - 1)
    assert not inspect(connection).has_table("past_deals")


def test_products_begin_and_deals_go_on_in_sqlite():
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        check(connection)
    engine.dispose()


async def test_products_begin_and_deals_go_on_in_postgresql(empty_postgres):
    engine = create_async_engine(
        "postgresql+asyncpg://", async_creator=lambda: asyncpg.connect(empty_postgres)
    )
    async with engine.begin() as connection:
        await connection.run_sync(check)
    await engine.dispose()
