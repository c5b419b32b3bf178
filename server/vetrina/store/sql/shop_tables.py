"""The tables of the catalogue and the shop; `tables` holds the others, and the rules for both."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Table,
    text,
)

from vetrina.store.sql.column_types import TEXT
from vetrina.store.sql.metadata import metadata

products = Table(
    "products",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("sku", TEXT, nullable=False, unique=True),
    Column("title", TEXT, nullable=False),
    Column("currency", TEXT, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("prior_price", BigInteger),
    Column("image", TEXT),
    Column("link", TEXT),
    Column("stock", BigInteger),
    Column("search", TEXT),
    Column("price_to", BigInteger),
    Column("options", TEXT),
    Column("status", TEXT, nullable=False, server_default="active"),
    Column("details", TEXT),
)

# The currency is that of the product. `position` is the order in which they are shown.
variants = Table(
    "variants",
    metadata,
    Column("sku", TEXT, primary_key=True),
    Column("product", TEXT, ForeignKey("products.sku"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("choice", TEXT, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("prior_price", BigInteger),
    Column("stock", BigInteger),
    Column("image", TEXT),
    Index(None, "product", "position"),
    sqlite_with_rowid=False,
)

_PRESENT = text("kind = 'price' AND until_ms IS NULL")
# What products were offered for, in the catalogue and in the deals of all shows.
prices = Table(
    "prices",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("sku", TEXT, nullable=False),
    Column("currency", TEXT, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("from_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger),
    Column("kind", TEXT, nullable=False),
    Index(None, "sku", "from_ms"),
    Index(
        "ix_prices_present", "sku", unique=True, sqlite_where=_PRESENT, postgresql_where=_PRESENT
    ),
)

# The active products as the shop tab lists them: a row for each category, and one for all, "".
# What a page is sorted by stands here, so that a page reads no more rows than it shows.
listings = Table(
    "listings",
    metadata,
    Column("product", Integer, ForeignKey("products.place"), primary_key=True),
    Column("category", TEXT, primary_key=True),
    Column("sold_out", Integer, nullable=False),
    Column("price", BigInteger, nullable=False),
    Index(None, "category", "sold_out", "product"),
    Index(None, "category", "sold_out", "price", "product"),
    sqlite_with_rowid=False,
)

listing_words = Table(
    "listing_words",
    metadata,
    Column("word", TEXT, primary_key=True),
    Column("product", Integer, ForeignKey("products.place"), primary_key=True, index=True),
    sqlite_with_rowid=False,
)

# One shop an installation.
shop = Table(
    "shop",
    metadata,
    Column("handle", TEXT, primary_key=True),
    Column("profile", TEXT, nullable=False),
    sqlite_with_rowid=False,
)

# Where the shop delivers to, in the seller's order.
markets = Table(
    "markets",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("code", TEXT, nullable=False, unique=True),
    Column("data", TEXT, nullable=False),
    sqlite_with_rowid=False,
)

# As the file of the last import had them: what differs from it was edited by hand.
imported_products = Table(
    "imported_products",
    metadata,
    Column("sku", TEXT, primary_key=True),
    Column("entry", TEXT, nullable=False),
    sqlite_with_rowid=False,
)

# What the process that does an import tells of it, for the others. The panel asks any of them.
import_jobs = Table(
    "import_jobs",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("told_at", BigInteger, nullable=False),
    Column("told", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Products that are read from a connected shop, and how the reading fares.
syncs = Table(
    "syncs",
    metadata,
    Column("connection", TEXT, ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True),
    Column("keep", Boolean, nullable=False),
    Column("status", TEXT, nullable=False),
    Column("round", Integer, nullable=False),
    Column("page", TEXT),
    Column("currency", TEXT),
    Column("total", Integer),
    Column("products", Integer, nullable=False),
    Column("archived", Integer, nullable=False),
    Column("left_out", Integer, nullable=False),
    Column("problems", JSON, nullable=False),
    Column("started_at", BigInteger, nullable=False),
    Column("moved_at", BigInteger, nullable=False),
    Column("last_success_at", BigInteger),
    Column("failure", TEXT),
)

# What a shop's product is here: a row for each of its SKUs.
synced_skus = Table(
    "synced_skus",
    metadata,
    Column("connection", TEXT, ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True),
    Column("sku", TEXT, primary_key=True),
    Column("product", TEXT, nullable=False),
    Column("changed_at", BigInteger, nullable=False),
    Column("round", Integer, nullable=False),
    Column("held", Boolean, nullable=False),
    Index(None, "connection", "product"),
)
