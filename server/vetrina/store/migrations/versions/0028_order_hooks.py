"""Orders out: addresses of the seller that are told of orders, and what they were told."""

from alembic import op
from sqlalchemy import JSON, BigInteger, Column, Integer, PrimaryKeyConstraint, UniqueConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    op.create_index("ix_order_facts_at", "order_facts", ["at"])
    op.create_table(
        "hook_targets",
        Column("place", Integer, nullable=False),
        Column("id", TEXT, nullable=False),
        Column("url", TEXT, nullable=False),
        Column("secret", TEXT, nullable=False),
        Column("events", JSON, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("place", name="pk_hook_targets"),
        UniqueConstraint("id", name="uq_hook_targets_id"),
    )
    op.create_table(
        "hook_deliveries",
        Column("place", Integer, nullable=False),
        Column("id", TEXT, nullable=False),
        Column("target", TEXT, nullable=False),
        Column("order", TEXT, nullable=False),
        Column("fact", Integer, nullable=False),
        Column("event", TEXT, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("status", TEXT, nullable=False),
        Column("attempts", Integer, nullable=False),
        Column("next_at", BigInteger),
        Column("tried_at", BigInteger),
        Column("answered", Integer),
        Column("problem", TEXT),
        PrimaryKeyConstraint("place", name="pk_hook_deliveries"),
        UniqueConstraint("id", name="uq_hook_deliveries_id"),
        UniqueConstraint("target", "order", "fact", name="uq_hook_deliveries_target_order_fact"),
    )
    for columns in (["created_at"], ["next_at"], ["target", "place"]):
        op.create_index(f"ix_hook_deliveries_{'_'.join(columns)}", "hook_deliveries", columns)
