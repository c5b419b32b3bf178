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
    Integer,
    LargeBinary,
    Table,
    UniqueConstraint,
)

from vetrina.store.sql import (
    hook_tables,
    place_tables,
    selling_tables,
    shop_tables,
    voucher_tables,
)
from vetrina.store.sql.column_types import TEXT
from vetrina.store.sql.metadata import metadata

# Whoever compares or copies the tables of `metadata` needs all of them.
__all__ = [
    "hook_tables",
    "metadata",
    "place_tables",
    "selling_tables",
    "shop_tables",
    "voucher_tables",
]

# `seq` is the head of the show's log, so that numbering needs one row and locks it.
shows = Table(
    "shows",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("slug", TEXT, nullable=False, unique=True),
    Column("title", TEXT, nullable=False),
    Column("currency", TEXT, nullable=False),
    Column("epoch", TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("host_name", TEXT),
    Column("host_url", TEXT),
    Column("seq", Integer, nullable=False),
    Column("status", TEXT),
    Column("due_at", BigInteger),
    Column("starts_at", BigInteger),
    Column("archived_at", BigInteger),
)

events = Table(
    "events",
    metadata,
    Column("show", TEXT, ForeignKey("shows.slug"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("type", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("by", TEXT),
    Column("data", TEXT, nullable=False),
    sqlite_with_rowid=False,
)

# A cache: what the log came to up to `seq`, so that a start reads only its end.
states = Table(
    "states",
    metadata,
    Column("show", TEXT, ForeignKey("shows.slug"), primary_key=True),
    Column("seq", Integer, nullable=False),
    Column("version", TEXT, nullable=False),
    Column("checksum", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("digest", TEXT, nullable=False, unique=True),
    Column("role", TEXT, nullable=False),
    Column("show", TEXT, ForeignKey("shows.slug"), index=True),
    Column("label", TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("actions", JSON, nullable=False),
    Column("revoked_at", BigInteger),
    Column("last_used_at", BigInteger),
    Column("made_by", TEXT, index=True),
)

login_codes = Table(
    "login_codes",
    metadata,
    Column("digest", TEXT, primary_key=True),
    Column("expires_at", BigInteger, nullable=False),
    Column("made_by", TEXT),
)

# The response to a request, sealed; or, where `show` is set, the events that it led to.
answers = Table(
    "answers",
    metadata,
    Column("key", TEXT, primary_key=True),
    Column("fingerprint", TEXT, nullable=False),
    Column("status", Integer, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Column("created_at", BigInteger, nullable=False, index=True),
    Column("show", TEXT),
    Column("epoch", TEXT),
    Column("seq", Integer),
    Column("first_seq", Integer),
)

connections = Table(
    "connections",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("kind", TEXT, nullable=False),
    Column("show", TEXT, ForeignKey("shows.slug")),
    Column("secrets", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("options", JSON, nullable=False),
    Column("last_delivery_at", BigInteger),
    Column("last_verified_at", BigInteger),
    Column("last_refused_at", BigInteger),
    Column("last_refusal", TEXT),
    Column("last_refusal_detail", TEXT),
)

# Receipts and orders outlive their connection: what was counted stays counted.
receipts = Table(
    "receipts",
    metadata,
    Column("connection", TEXT, primary_key=True),
    Column("delivery", TEXT, primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("outcome", TEXT, nullable=False),
    Column("body", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# What a shop signed and could not be read: encrypted, to be read again after an update.
unread_deliveries = Table(
    "unread_deliveries",
    metadata,
    Column("connection", TEXT, primary_key=True),
    Column("id", TEXT, primary_key=True),
    Column("received_at", BigInteger, nullable=False),
    Column("why", TEXT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

orders = Table(
    "orders",
    metadata,
    Column("connection", TEXT, primary_key=True),
    Column("purchase", TEXT, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("data", TEXT, nullable=False),
    sqlite_with_rowid=False,
)

# What a shop calls a product, and our SKU for it as soon as somebody has said so.
matches = Table(
    "matches",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("connection", TEXT, nullable=False),
    Column("ref", TEXT, nullable=False),
    Column("sku", TEXT),
    Column("title", TEXT),
    Column("shop_sku", TEXT),
    Column("seen_at", BigInteger),
    UniqueConstraint("connection", "ref"),
)

# How to ask a shop for what its deliveries missed. The key goes with the connection.
polls = Table(
    "polls",
    metadata,
    Column("connection", TEXT, ForeignKey("connections.id", ondelete="CASCADE"), primary_key=True),
    Column("address", TEXT, nullable=False),
    Column("key", TEXT, nullable=False),
    Column("secret", TEXT),
    Column("since", BigInteger, nullable=False),
    Column("reached", BigInteger, nullable=False),
    Column("page", TEXT),
    Column("last_poll_at", BigInteger),
    Column("last_success_at", BigInteger),
    Column("last_failed_at", BigInteger),
    Column("last_failure", TEXT),
    Column("found", Integer, nullable=False),
    Column("last_found_at", BigInteger),
)

# Facts about this installation itself, such as its salt.
installation = Table(
    "installation",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("value", LargeBinary, nullable=False),
)

# What one process does for all, and up to when.
leases = Table(
    "leases",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("holder", TEXT, nullable=False),
    Column("until", BigInteger, nullable=False),
)
