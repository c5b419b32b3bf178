"""Products as the last import had them."""

from alembic import op
from sqlalchemy import BigInteger, Column, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "imported_products",
        Column("sku", TEXT, nullable=False),
        Column("title", TEXT, nullable=False),
        Column("currency", TEXT, nullable=False),
        Column("price", BigInteger(), nullable=False),
        Column("prior_price", BigInteger()),
        Column("image", TEXT),
        Column("link", TEXT),
        Column("stock", BigInteger()),
        PrimaryKeyConstraint("sku", name="pk_imported_products"),
        sqlite_with_rowid=False,
    )
