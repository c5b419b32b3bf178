"""The tables of places that goods are sent from; `tables` holds the rules for all of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Integer, Table

from vetrina.store.sql.column_types import TEXT
from vetrina.store.sql.metadata import metadata

# `main` is true for one of them and NULL for the others, so that no two can be it.
places = Table(
    "places",
    metadata,
    Column("code", TEXT, primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("priority", Integer, nullable=False),
    Column("main", Boolean, unique=True),
    sqlite_with_rowid=False,
)

# Pieces that are free to be sold at a place other than the main one, which holds the rest of what
# products and variants say.
place_stocks = Table(
    "place_stocks",
    metadata,
    Column("code", TEXT, ForeignKey("places.code"), primary_key=True),
    Column("sku", TEXT, primary_key=True),
    Column("pieces", BigInteger, nullable=False),
    Index(None, "sku"),
    sqlite_with_rowid=False,
)

# What was moved and corrected, each once by its id. Without a source it came in, without a target
# it is gone.
stock_moves = Table(
    "stock_moves",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("at", BigInteger, nullable=False),
    Column("sku", TEXT, nullable=False),
    Column("source", TEXT),
    Column("target", TEXT),
    Column("pieces", BigInteger, nullable=False),
    Column("reason", TEXT, nullable=False),
    Column("by", TEXT),
    Index(None, "sku", "place"),
)

# What places are to send of orders. The code of a place outlives it here.
allocations = Table(
    "allocations",
    metadata,
    Column("order", TEXT, ForeignKey("checkouts.id"), primary_key=True),
    Column("code", TEXT, primary_key=True),
    Column("sku", TEXT, primary_key=True),
    Column("pieces", BigInteger, nullable=False),
    Column("restocked", BigInteger, nullable=False),
    Column("picked_at", BigInteger),
    sqlite_with_rowid=False,
)
