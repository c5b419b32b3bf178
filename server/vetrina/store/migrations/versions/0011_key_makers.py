"""Which key made a key, or the code that did."""

from alembic import op
from sqlalchemy import Column

from vetrina.store.sql.column_types import TEXT

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("keys", Column("made_by", TEXT))
    op.create_index("ix_keys_made_by", "keys", ["made_by"])
    op.add_column("login_codes", Column("made_by", TEXT))
