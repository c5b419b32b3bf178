"""Indexes for a seller's list of orders, which hold only what was placed."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
SEARCH_CHARS = 600
OLD = (("placed_at", "id"), ("show", "placed_at"))
NEW = (
    ("placed_at", "id", "search"),
    ("show", "placed_at", "id"),
    ("market", "placed_at", "id"),
    ("order_axis", "placed_at", "id"),
    ("money_axis", "placed_at", "id"),
    ("dispute_axis", "placed_at", "id"),
    ("fulfilment_axis", "placed_at", "id"),
)


def upgrade() -> None:
    for name in ("checkouts", "shop_orders"):
        search: sa.ColumnClause[str] = sa.column("search")
        short = sa.func.substr(search, 1, SEARCH_CHARS)
        long = sa.func.length(search) > SEARCH_CHARS
        op.execute(sa.update(sa.table(name, search)).where(long).values(search=short))
    for old in OLD:
        op.drop_index(f"ix_checkouts_{'_'.join(old)}", "checkouts")
    op.drop_index("ix_shop_orders_at_id", "shop_orders")
    op.create_index("ix_shop_orders_at_id_search", "shop_orders", ["at", "id", "search"])
    placed = sa.text("placed_at IS NOT NULL")
    for columns in NEW:
        op.create_index(
            f"ix_checkouts_{'_'.join(columns)}",
            "checkouts",
            list(columns),
            sqlite_where=placed,
            postgresql_where=placed,
        )
