"""What shops call our products."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, UniqueConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "matches",
        Column("place", Integer(), nullable=False),
        Column("connection", TEXT, nullable=False),
        Column("ref", TEXT, nullable=False),
        Column("sku", TEXT),
        Column("title", TEXT),
        Column("shop_sku", TEXT),
        Column("seen_at", BigInteger()),
        PrimaryKeyConstraint("place", name="pk_matches"),
        UniqueConstraint("connection", "ref", name="uq_matches_connection_ref"),
    )
