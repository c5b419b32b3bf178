"""The tables of orders that are told to addresses of the seller; `tables` holds the rules."""

from __future__ import annotations

from sqlalchemy import JSON, BigInteger, Column, Index, Integer, Table, UniqueConstraint

from vetrina.store.sql.column_types import TEXT
from vetrina.store.sql.metadata import metadata

# `secret` is encrypted. `events` are those that the address is told.
hook_targets = Table(
    "hook_targets",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("url", TEXT, nullable=False),
    Column("secret", TEXT, nullable=False),
    Column("events", JSON, nullable=False),
    Column("created_at", BigInteger, nullable=False),
)

# One fact of an order for one address. `next_at` is there as long as it is to be tried.
hook_deliveries = Table(
    "hook_deliveries",
    metadata,
    Column("place", Integer, primary_key=True),
    Column("id", TEXT, nullable=False, unique=True),
    Column("target", TEXT, nullable=False),
    Column("order", TEXT, nullable=False),
    Column("fact", Integer, nullable=False),
    Column("event", TEXT, nullable=False),
    Column("created_at", BigInteger, nullable=False, index=True),
    Column("status", TEXT, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", BigInteger, index=True),
    Column("tried_at", BigInteger),
    Column("answered", Integer),
    Column("problem", TEXT),
    UniqueConstraint("target", "order", "fact"),
    Index(None, "target", "place"),
)
