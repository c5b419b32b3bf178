"""Places that goods are sent from: their stock, what is moved between them, who sends what."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from vetrina.store.sql.column_types import TEXT

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_table(
        "places",
        Column("code", TEXT, nullable=False),
        Column("name", TEXT, nullable=False),
        Column("priority", Integer, nullable=False),
        Column("main", Boolean),
        PrimaryKeyConstraint("code", name="pk_places"),
        UniqueConstraint("main", name="uq_places_main"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "place_stocks",
        Column("code", TEXT, nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("pieces", BigInteger, nullable=False),
        PrimaryKeyConstraint("code", "sku", name="pk_place_stocks"),
        ForeignKeyConstraint(["code"], ["places.code"], name="fk_place_stocks_code"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_place_stocks_sku", "place_stocks", ["sku"])
    _moves_and_allocations()


def _moves_and_allocations() -> None:
    op.create_table(
        "stock_moves",
        Column("place", Integer, nullable=False),
        Column("id", TEXT, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("source", TEXT),
        Column("target", TEXT),
        Column("pieces", BigInteger, nullable=False),
        Column("reason", TEXT, nullable=False),
        Column("by", TEXT),
        PrimaryKeyConstraint("place", name="pk_stock_moves"),
        UniqueConstraint("id", name="uq_stock_moves_id"),
    )
    op.create_index("ix_stock_moves_sku_place", "stock_moves", ["sku", "place"])
    op.create_table(
        "allocations",
        Column("order", TEXT, nullable=False),
        Column("code", TEXT, nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("pieces", BigInteger, nullable=False),
        Column("restocked", BigInteger, nullable=False),
        Column("picked_at", BigInteger),
        PrimaryKeyConstraint("order", "code", "sku", name="pk_allocations"),
        ForeignKeyConstraint(["order"], ["checkouts.id"], name="fk_allocations_order"),
        sqlite_with_rowid=False,
    )
