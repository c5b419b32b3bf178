"""Vouchers that are given by tap: what of them is offered in shows, and to whom they were given."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, ForeignKeyConstraint, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    for column in (
        Column("claims_left", BigInteger),
        Column("by_tap", Boolean),
        Column("alias", TEXT),
    ):
        op.add_column("vouchers", column)
    op.create_index("ix_vouchers_alias", "vouchers", ["alias"], unique=True)
    op.create_table(
        "voucher_offers",
        Column("show", TEXT, nullable=False),
        Column("offer", TEXT, nullable=False),
        Column("code", TEXT, nullable=False),
        Column("left", BigInteger),
        PrimaryKeyConstraint("show", "offer", name="pk_voucher_offers"),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_voucher_offers_show"),
        ForeignKeyConstraint(["code"], ["vouchers.code"], name="fk_voucher_offers_code"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "voucher_claims",
        Column("code", TEXT, nullable=False),
        Column("buyer", TEXT, nullable=False),
        Column("test", Boolean, nullable=False),
        Column("show", TEXT, nullable=False),
        Column("offer", TEXT, nullable=False),
        Column("claimed_at", BigInteger, nullable=False),
        PrimaryKeyConstraint("code", "buyer", "test", name="pk_voucher_claims"),
        ForeignKeyConstraint(["code"], ["vouchers.code"], name="fk_voucher_claims_code"),
        sqlite_with_rowid=False,
    )
