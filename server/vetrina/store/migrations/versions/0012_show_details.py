"""A show says when it begins, and can be archived."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("shows", Column("starts_at", BigInteger))
    op.add_column("shows", Column("archived_at", BigInteger))
