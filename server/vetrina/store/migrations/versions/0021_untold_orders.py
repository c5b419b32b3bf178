"""Orders whose show does not know of money that came or went are found without reading others."""

from alembic import op
from sqlalchemy import BigInteger, Column

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.add_column("checkouts", Column("untold_since", BigInteger))
    op.create_index("ix_checkouts_untold_since", "checkouts", ["untold_since"])
