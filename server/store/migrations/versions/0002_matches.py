"""What shops call our products."""

from alembic import op
from sqlalchemy import BigInteger, Column, Integer, PrimaryKeyConstraint, Text, UniqueConstraint

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "matches",
        Column("place", Integer(), nullable=False),
        Column("connection", Text(), nullable=False),
        Column("ref", Text(), nullable=False),
        Column("sku", Text()),
        Column("title", Text()),
        Column("shop_sku", Text()),
        Column("seen_at", BigInteger()),
        PrimaryKeyConstraint("place", name="pk_matches"),
        UniqueConstraint("connection", "ref", name="uq_matches_connection_ref"),
    )
