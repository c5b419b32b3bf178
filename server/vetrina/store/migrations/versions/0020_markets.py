"""Markets: where the shop delivers to."""

from alembic import op
from sqlalchemy import Column, Integer, PrimaryKeyConstraint, UniqueConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "markets",
        Column("place", Integer, nullable=False, autoincrement=False),
        Column("code", TEXT, nullable=False),
        Column("data", TEXT, nullable=False),
        PrimaryKeyConstraint("place", name="pk_markets"),
        UniqueConstraint("code", name="uq_markets_code"),
        sqlite_with_rowid=False,
    )
