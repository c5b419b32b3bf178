"""The orders of connected shops, as the seller's list finds them."""

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint

from vetrina.domain.selling.order_listing import is_listed, money_of, search_text
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.store.sql.column_types import TEXT

revision = "0023"
down_revision = "0022"
BATCH = 1_000
COLUMNS = ("id", "connection", "purchase", "at", "show", "money", "search")


def upgrade() -> None:
    op.create_table(
        "shop_orders",
        Column("id", TEXT, nullable=False),
        Column("connection", TEXT, nullable=False),
        Column("purchase", TEXT, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("show", TEXT),
        Column("money", TEXT, nullable=False),
        Column("search", TEXT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_shop_orders"),
        sqlite_with_rowid=False,
    )
    for columns in (["at", "id"], ["show", "at", "id"], ["money", "at", "id"]):
        op.create_index(f"ix_shop_orders_{'_'.join(columns)}", "shop_orders", columns)
    _fill()


def _fill() -> None:
    orders = sa.table("orders", *(sa.column(n) for n in ("connection", "purchase", "data")))
    listed = sa.table("shop_orders", *(sa.column(name) for name in COLUMNS))
    key = sa.tuple_(orders.c.connection, orders.c.purchase)
    page = sa.select(orders).order_by(orders.c.connection, orders.c.purchase).limit(BATCH)
    reading, after = TypeAdapter(OrderRecord), ("", "")
    while rows := op.get_bind().execute(page.where(key > after)).all():
        records = [(row.connection, reading.validate_json(row.data)) for row in rows]
        found = [_row_of(*one) for one in records if is_listed(one[1])]
        if found:
            op.get_bind().execute(sa.insert(listed), found)
        after = (rows[-1].connection, rows[-1].purchase)


def _row_of(connection: str, record: OrderRecord) -> dict[str, object]:
    values = (
        f"{connection}.{record.purchase}",
        connection,
        record.purchase,
        record.paid_at,
        record.show,
        money_of(record),
        search_text(record),
    )
    return dict(zip(COLUMNS, values, strict=True))
