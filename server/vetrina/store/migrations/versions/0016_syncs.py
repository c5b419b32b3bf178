"""Products that are read from connected shops."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
)

from vetrina.store.sql.column_types import TEXT

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.create_table(
        "syncs",
        Column("connection", TEXT, nullable=False),
        Column("keep", Boolean(), nullable=False),
        Column("status", TEXT, nullable=False),
        Column("round", Integer(), nullable=False),
        Column("page", TEXT),
        Column("currency", TEXT),
        Column("total", Integer()),
        Column("products", Integer(), nullable=False),
        Column("archived", Integer(), nullable=False),
        Column("left_out", Integer(), nullable=False),
        Column("problems", JSON(), nullable=False),
        Column("started_at", BigInteger(), nullable=False),
        Column("moved_at", BigInteger(), nullable=False),
        Column("last_success_at", BigInteger()),
        Column("failure", TEXT),
        ForeignKeyConstraint(
            ["connection"],
            ["connections.id"],
            name="fk_syncs_connection",
            ondelete="CASCADE",
        ),
        PrimaryKeyConstraint("connection", name="pk_syncs"),
    )
    op.create_table(
        "synced_skus",
        Column("connection", TEXT, nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("product", TEXT, nullable=False),
        Column("changed_at", BigInteger(), nullable=False),
        Column("round", Integer(), nullable=False),
        Column("held", Boolean(), nullable=False),
        ForeignKeyConstraint(
            ["connection"],
            ["connections.id"],
            name="fk_synced_skus_connection",
            ondelete="CASCADE",
        ),
        PrimaryKeyConstraint("connection", "sku", name="pk_synced_skus"),
    )
    op.create_index("ix_synced_skus_connection_product", "synced_skus", ["connection", "product"])
