"""Refusals are codes with a detail; signed deliveries that could not be read are kept."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "unread_deliveries",
        Column("connection", TEXT, nullable=False),
        Column("id", TEXT, nullable=False),
        Column("received_at", BigInteger(), nullable=False),
        Column("why", TEXT, nullable=False),
        Column("sealed", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("connection", "id", name="pk_unread_deliveries"),
        sqlite_with_rowid=False,
    )
    op.add_column("connections", Column("last_refusal_detail", TEXT))
    _codes()


def _codes() -> None:
    """The words before the colon were the reason: "wrong secret: …" is `wrong_secret` now."""
    connections = sa.table("connections", sa.column("id", TEXT), sa.column("last_refusal", TEXT))
    told = connections.c.last_refusal.is_not(None)
    for row in op.get_bind().execute(sa.select(connections).where(told)).all():
        code = row.last_refusal.partition(":")[0].strip().replace(" ", "_")
        change = sa.update(connections).where(connections.c.id == row.id)
        op.get_bind().execute(change.values(last_refusal=code))
