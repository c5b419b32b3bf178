"""The answer of a command names the events that it led to, in place of a copy of them."""

from alembic import op
from sqlalchemy import Column, Integer

from vetrina.store.sql.column_types import TEXT

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("answers", Column("show", TEXT))
    op.add_column("answers", Column("epoch", TEXT))
    op.add_column("answers", Column("seq", Integer()))
    op.add_column("answers", Column("first_seq", Integer()))
