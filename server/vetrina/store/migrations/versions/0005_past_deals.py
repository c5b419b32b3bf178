"""What products were offered for lately, in all shows."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "past_deals",
        Column("place", Integer(), nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("currency", TEXT, nullable=False),
        Column("price", BigInteger(), nullable=False),
        Column("ended_at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("place", name="pk_past_deals"),
    )
    op.create_index("ix_past_deals_sku_ended_at", "past_deals", ["sku", "ended_at"])
