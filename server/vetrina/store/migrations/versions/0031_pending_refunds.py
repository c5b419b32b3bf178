"""Orders with a refund that the provider took in and has not paid yet are found without others."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    op.add_column("checkouts", sa.Column("pending_since", sa.BigInteger))
    op.create_index("ix_checkouts_pending_since", "checkouts", ["pending_since"])
