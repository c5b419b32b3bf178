"""What one process does for all: asking shops, playing the demo."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "leases",
        Column("name", TEXT, nullable=False),
        Column("holder", TEXT, nullable=False),
        Column("until", BigInteger(), nullable=False),
        PrimaryKeyConstraint("name", name="pk_leases"),
    )
