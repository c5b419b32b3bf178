"""How to ask shops for what their deliveries missed."""

from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "polls",
        Column("connection", TEXT, nullable=False),
        Column("address", TEXT, nullable=False),
        Column("key", TEXT, nullable=False),
        Column("secret", TEXT),
        Column("since", BigInteger(), nullable=False),
        Column("reached", BigInteger(), nullable=False),
        Column("page", TEXT),
        Column("last_poll_at", BigInteger()),
        Column("last_success_at", BigInteger()),
        Column("last_failed_at", BigInteger()),
        Column("last_failure", TEXT),
        Column("found", Integer(), nullable=False),
        Column("last_found_at", BigInteger()),
        ForeignKeyConstraint(
            ["connection"],
            ["connections.id"],
            name="fk_polls_connection",
            ondelete="CASCADE",
        ),
        PrimaryKeyConstraint("connection", name="pk_polls"),
    )
