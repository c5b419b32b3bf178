"""Indexes for what somebody has bought who pays with one e-mail address in several browsers."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
NEW = (("reservations", ("show", "deal", "payer")), ("voucher_uses", ("code", "payer")))


def upgrade() -> None:
    known = sa.text("payer IS NOT NULL")
    for table, columns in NEW:
        op.create_index(
            f"ix_{table}_{'_'.join(columns)}",
            table,
            list(columns),
            sqlite_where=known,
            postgresql_where=known,
        )
