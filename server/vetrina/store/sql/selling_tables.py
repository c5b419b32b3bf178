"""The tables of selling; `tables` holds the rules for all of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table, text

from vetrina.store.sql.column_types import TEXT
from vetrina.store.sql.metadata import metadata

# A checkout, and the order that comes of it. `token` and `buyer` are digests; `version` is the
# number of its facts, of which the four axes are what they come to. `expires_at` is there as long
# as stock is kept for it and its time can run out; `untold_since` as long as the show does not know
# of money that came or went, `unsent_since` as long as the provider does not know of a refund,
# `pending_since` as long as it has one that it did not pay yet.
checkouts = Table(
    "checkouts",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("token", TEXT, nullable=False, unique=True),
    Column("buyer", TEXT, nullable=False),
    Column("show", TEXT),
    Column("market", TEXT),
    Column("adapter", TEXT, nullable=False),
    Column("test", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
    Column("order_axis", TEXT, nullable=False),
    Column("money_axis", TEXT, nullable=False),
    Column("dispute_axis", TEXT, nullable=False),
    Column("fulfilment_axis", TEXT, nullable=False),
    Column("number", Integer, unique=True),
    Column("session", TEXT, index=True),
    Column("payment", TEXT, index=True),
    Column("currency", TEXT, nullable=False),
    Column("total", BigInteger, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("expires_at", BigInteger, index=True),
    Column("placed_at", BigInteger),
    Column("untold_since", BigInteger, index=True),
    Column("unsent_since", BigInteger, index=True),
    Column("pending_since", BigInteger, index=True),
    Column("search", TEXT, nullable=False),
    Column("data", TEXT, nullable=False),
    Index(None, "buyer", "order_axis"),
    sqlite_with_rowid=False,
)

# Those by which orders are listed hold only what was placed. A search reads one of them and no
# rows; `search` is short enough for PostgreSQL, whose index entries hold 2,700 bytes.
_placed = checkouts.c.placed_at.is_not(None)
for _columns in (
    ("placed_at", "id", "search"),
    *((name, "placed_at", "id") for name in ("show", "market")),
    *((f"{axis}_axis", "placed_at", "id") for axis in ("order", "money", "dispute", "fulfilment")),
):
    Index(
        None,
        *(checkouts.c[name] for name in _columns),
        sqlite_where=_placed,
        postgresql_where=_placed,
    )

order_facts = Table(
    "order_facts",
    metadata,
    Column("order", TEXT, ForeignKey("checkouts.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("type", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False, index=True),
    Column("data", TEXT, nullable=False),
    sqlite_with_rowid=False,
)

_PAYER_KNOWN = text("payer IS NOT NULL")
_UNPAID, _UNPAID_THERE = text("sold = 0"), text("NOT sold")
# What checkouts hold and what orders took. A row goes when its pieces come back.
reservations = Table(
    "reservations",
    metadata,
    Column("checkout", TEXT, ForeignKey("checkouts.id"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("sku", TEXT, nullable=False, index=True),
    Column("product", TEXT, nullable=False),
    Column("quantity", BigInteger, nullable=False),
    Column("show", TEXT),
    Column("deal", TEXT),
    Column("buyer", TEXT, nullable=False),
    Column("payer", TEXT),
    Column("stocked", Boolean, nullable=False),
    Column("sold", Boolean, nullable=False),
    Index(None, "show", "deal", "buyer"),
    Index(None, "show", "deal", "payer", sqlite_where=_PAYER_KNOWN, postgresql_where=_PAYER_KNOWN),
    Index("ix_reservations_unpaid", "sku", sqlite_where=_UNPAID, postgresql_where=_UNPAID_THERE),
    Index(
        "ix_reservations_unpaid_deal",
        "show",
        "deal",
        sqlite_where=_UNPAID,
        postgresql_where=_UNPAID_THERE,
    ),
    sqlite_with_rowid=False,
)

# What is left of the deals of all shows: what is reserved is out of `left` already.
deal_stocks = Table(
    "deal_stocks",
    metadata,
    Column("show", TEXT, ForeignKey("shows.slug"), primary_key=True),
    Column("deal", TEXT, primary_key=True),
    Column("sku", TEXT, nullable=False),
    Column("left", BigInteger),
    Column("per_viewer", BigInteger),
    Column("ends_at", BigInteger, nullable=False),
    Column("open", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# `left` counts uses, `claims_left` what can still be given by tap; each None for no limit. `alias`
# names it where its code must not be told.
vouchers = Table(
    "vouchers",
    metadata,
    Column("code", TEXT, primary_key=True),
    Column("show", TEXT),
    Column("left", BigInteger),
    Column("per_buyer", BigInteger),
    Column("starts_at", BigInteger),
    Column("ends_at", BigInteger),
    Column("created_at", BigInteger, nullable=False, index=True),
    Column("removed_at", BigInteger),
    Column("data", TEXT, nullable=False),
    Column("claims_left", BigInteger),
    Column("by_tap", Boolean),
    Column("alias", TEXT),
    Index(None, "alias", unique=True),
    sqlite_with_rowid=False,
)

# One voucher a checkout.
voucher_uses = Table(
    "voucher_uses",
    metadata,
    Column("checkout", TEXT, ForeignKey("checkouts.id"), primary_key=True),
    Column("code", TEXT, nullable=False),
    Column("buyer", TEXT, nullable=False),
    Column("payer", TEXT),
    Column("sold", Boolean, nullable=False),
    Index(None, "code", "buyer"),
    Index(None, "code", "payer", sqlite_where=_PAYER_KNOWN, postgresql_where=_PAYER_KNOWN),
    sqlite_with_rowid=False,
)

# The orders of connected shops as the seller's list finds them; what is known of one is in
# `orders`. `search` holds what was bought.
shop_orders = Table(
    "shop_orders",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("connection", TEXT, nullable=False),
    Column("purchase", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("show", TEXT),
    Column("money", TEXT, nullable=False),
    Column("search", TEXT, nullable=False),
    Index(None, "at", "id", "search"),
    Index(None, "show", "at", "id"),
    Index(None, "money", "at", "id"),
    sqlite_with_rowid=False,
)

# Who takes the money; one row is chosen. `key` is encrypted.
payments = Table(
    "payments",
    metadata,
    Column("adapter", TEXT, primary_key=True),
    Column("chosen", Boolean, nullable=False),
    Column("mode", TEXT, nullable=False),
    Column("key", TEXT),
    Column("publishable_key", TEXT),
    Column("address", TEXT),
    Column("connection", TEXT),
    Column("deal_code", TEXT),
    Column("changed_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
