"""Orders with a refund that nobody has sent are found without reading others."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.add_column("checkouts", Column("unsent_since", BigInteger))
    op.create_index("ix_checkouts_unsent_since", "checkouts", ["unsent_since"])
