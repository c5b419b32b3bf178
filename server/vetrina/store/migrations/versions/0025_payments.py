"""Who takes the money, with the keys for it."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.create_table(
        "payments",
        Column("adapter", TEXT, nullable=False),
        Column("chosen", Boolean, nullable=False),
        Column("mode", TEXT, nullable=False),
        Column("key", TEXT),
        Column("publishable_key", TEXT),
        Column("address", TEXT),
        Column("connection", TEXT),
        Column("deal_code", TEXT),
        Column("changed_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("adapter", name="pk_payments"),
        sqlite_with_rowid=False,
    )
