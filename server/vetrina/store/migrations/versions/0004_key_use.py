"""When a key was last used."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("keys", Column("last_used_at", BigInteger()))
