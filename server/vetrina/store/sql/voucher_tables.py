"""The tables of vouchers that are given by tap; `tables` holds the rules for all of them."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Table

from vetrina.store.sql.column_types import TEXT
from vetrina.store.sql.metadata import metadata

# A voucher on the screens of a show. The row comes with the first tap.
voucher_offers = Table(
    "voucher_offers",
    metadata,
    Column("show", TEXT, ForeignKey("shows.slug"), primary_key=True),
    Column("offer", TEXT, primary_key=True),
    Column("code", TEXT, ForeignKey("vouchers.code"), nullable=False),
    Column("left", BigInteger),
    sqlite_with_rowid=False,
)

# Who was given a voucher: at most once each. `test`: in a rehearsal, good for nothing else.
voucher_claims = Table(
    "voucher_claims",
    metadata,
    Column("code", TEXT, ForeignKey("vouchers.code"), primary_key=True),
    Column("buyer", TEXT, primary_key=True),
    Column("test", Boolean, primary_key=True),
    Column("show", TEXT, nullable=False),
    Column("offer", TEXT, nullable=False),
    Column("claimed_at", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
