"""The tables. A change here needs a migration beside it; a test compares the two.

Times are milliseconds since 1970. `place` is the order in which rows came. `BigInteger` is kept
away from primary keys: SQLite numbers only INTEGER ones by itself.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# `seq` is the head of the show's log, so that numbering needs one row and locks it.
shows = Table(
    "shows",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("slug", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("epoch", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("host_name", Text),
    Column("host_url", Text),
    Column("seq", Integer, nullable=False),
    Column("status", Text),
    Column("due_at", BigInteger),
)

events = Table(
    "events",
    metadata,
    Column("show", Text, ForeignKey("shows.slug"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", Text),
    Column("data", Text, nullable=False),
    sqlite_with_rowid=False,
)

products = Table(
    "products",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("sku", Text, nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("prior_price", BigInteger),
    Column("image", Text),
    Column("link", Text),
    Column("stock", BigInteger),
)

keys = Table(
    "keys",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("role", Text, nullable=False),
    Column("show", Text, ForeignKey("shows.slug"), index=True),
    Column("label", Text, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("actions", JSON, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
)

login_codes = Table(
    "login_codes",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
)

answers = Table(
    "answers",
    metadata,
    Column("key", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False, index=True),
)

connections = Table(
    "connections",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("show", Text, ForeignKey("shows.slug")),
    Column("secrets", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("options", JSON, nullable=False),
    Column("last_delivery_at", BigInteger),
    Column("last_verified_at", BigInteger),
    Column("last_refused_at", BigInteger),
    Column("last_refusal", Text),
)

# Receipts and orders outlive their connection: what was counted stays counted.
receipts = Table(
    "receipts",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("delivery", Text, primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

orders = Table(
    "orders",
    metadata,
    Column("connection", Text, primary_key=True),
    Column("purchase", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", Text, nullable=False),
    sqlite_with_rowid=False,
)

# What a shop calls a product, and our SKU for it as soon as somebody has said so.
matches = Table(
    "matches",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("connection", Text, nullable=False),
    Column("ref", Text, nullable=False),
    Column("sku", Text),
    Column("title", Text),
    Column("shop_sku", Text),
    Column("seen_at", BigInteger),
    UniqueConstraint("connection", "ref"),
)

# How to ask a shop for what its deliveries missed. The key goes with the connection.
polls = Table(
    "polls",
    metadata,
    Column("connection", Text, ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True),
    Column("address", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("secret", Text),
    Column("since", BigInteger, nullable=False),
    Column("reached", BigInteger, nullable=False),
    Column("page", Text),
    Column("last_poll_at", BigInteger),
    Column("last_success_at", BigInteger),
    Column("last_failed_at", BigInteger),
    Column("last_failure", Text),
    Column("found", Integer, nullable=False),
    Column("last_found_at", BigInteger),
)

# What a product was offered for lately, in all shows: for the cooldown and the prior price.
past_deals = Table(
    "past_deals",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("sku", Text, nullable=False),
    Column("currency", Text, nullable=False),
    Column("price", BigInteger, nullable=False),
    Column("ended_at", BigInteger, nullable=False),
    Index(None, "sku", "ended_at"),
)

# Facts about this installation itself, such as its salt.
installation = Table(
    "installation",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

# What one process does for all, and up to when.
leases = Table(
    "leases",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", BigInteger, nullable=False),
)
