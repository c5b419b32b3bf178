"""What unpaid checkouts hold is counted without reading what was sold."""

from alembic import op
from sqlalchemy import text

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    for name, columns in (
        ("ix_reservations_unpaid", ["sku"]),
        ("ix_reservations_unpaid_deal", ["show", "deal"]),
    ):
        op.create_index(
            name,
            "reservations",
            columns,
            sqlite_where=text("sold = 0"),
            postgresql_where=text("NOT sold"),
        )
