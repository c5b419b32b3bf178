"""Imports that are under way or were over not long ago, so that every process can tell of them."""

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.create_table(
        "import_jobs",
        Column("id", TEXT, nullable=False),
        Column("told_at", BigInteger(), nullable=False),
        Column("told", LargeBinary, nullable=False),
        PrimaryKeyConstraint("id", name="pk_import_jobs"),
        sqlite_with_rowid=False,
    )
