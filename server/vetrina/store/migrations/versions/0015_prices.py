"""The price history: what each product is offered for from now on, and the deals known so far."""

import time

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_table(
        "prices",
        Column("place", Integer(), nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("currency", TEXT, nullable=False),
        Column("amount", BigInteger(), nullable=False),
        Column("from_ms", BigInteger(), nullable=False),
        Column("until_ms", BigInteger()),
        Column("kind", TEXT, nullable=False),
        PrimaryKeyConstraint("place", name="pk_prices"),
    )
    op.create_index("ix_prices_sku_from_ms", "prices", ["sku", "from_ms"])
    present = sa.text("kind = 'price' AND until_ms IS NULL")
    op.create_index(
        "ix_prices_present",
        "prices",
        ["sku"],
        unique=True,
        sqlite_where=present,
        postgresql_where=present,
    )
    now = sa.bindparam("now", int(time.time() * 1000), type_=BigInteger())
    op.execute(
        sa.text(
            "INSERT INTO prices (sku, currency, amount, from_ms, kind) "
            "SELECT sku, currency, price, :now, 'price' FROM products "
            "WHERE status = 'active' ORDER BY place"
        ).bindparams(now)
    )
    op.execute(
        sa.text(
            "INSERT INTO prices (sku, currency, amount, from_ms, kind) "
            "SELECT v.sku, p.currency, v.price, :now, 'price' FROM variants v "
            "JOIN products p ON p.sku = v.product WHERE p.status = 'active' ORDER BY v.sku"
        ).bindparams(now)
    )
    # When a deal began was not kept: that it lasted a millisecond at least is certain.
    op.execute(
        "INSERT INTO prices (sku, currency, amount, from_ms, until_ms, kind) "
        "SELECT sku, currency, price, ended_at - 1, ended_at, 'deal' FROM past_deals ORDER BY place"
    )
    op.drop_table("past_deals")
