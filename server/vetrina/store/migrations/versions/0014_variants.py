"""Variants, and what a shop page shows of a product.

What imports brought so far is forgotten: those products count as edited by hand, and are kept.
"""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
)

from vetrina.store.sql.column_types import TEXT

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("products", Column("price_to", BigInteger()))
    op.add_column("products", Column("options", TEXT))
    op.add_column("products", Column("status", TEXT, nullable=False, server_default="active"))
    op.add_column("products", Column("details", TEXT))
    op.create_table(
        "variants",
        Column("sku", TEXT, nullable=False),
        Column("product", TEXT, nullable=False),
        Column("position", Integer(), nullable=False),
        Column("choice", TEXT, nullable=False),
        Column("price", BigInteger(), nullable=False),
        Column("prior_price", BigInteger()),
        Column("stock", BigInteger()),
        Column("image", TEXT),
        PrimaryKeyConstraint("sku", name="pk_variants"),
        ForeignKeyConstraint(["product"], ["products.sku"], name="fk_variants_product"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_variants_product_position", "variants", ["product", "position"])
    op.drop_table("imported_products")
    op.create_table(
        "imported_products",
        Column("sku", TEXT, nullable=False),
        Column("entry", TEXT, nullable=False),
        PrimaryKeyConstraint("sku", name="pk_imported_products"),
        sqlite_with_rowid=False,
    )
