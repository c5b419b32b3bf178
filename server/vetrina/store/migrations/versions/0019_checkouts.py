"""Selling: checkouts, orders, what they reserve, and what is left of deals and vouchers."""

from alembic import op
from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKeyConstraint,
    Integer,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from vetrina.store.sql.column_types import TEXT

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    _checkouts()
    _facts_and_reservations()
    _deals_and_vouchers()


def _checkouts() -> None:
    op.create_table(
        "checkouts",
        Column("id", TEXT, nullable=False),
        Column("token", TEXT, nullable=False),
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
        Column("number", Integer),
        Column("session", TEXT),
        Column("payment", TEXT),
        Column("currency", TEXT, nullable=False),
        Column("total", BigInteger, nullable=False),
        Column("created_at", BigInteger, nullable=False),
        Column("expires_at", BigInteger),
        Column("placed_at", BigInteger),
        Column("search", TEXT, nullable=False),
        Column("data", TEXT, nullable=False),
        PrimaryKeyConstraint("id", name="pk_checkouts"),
        UniqueConstraint("token", name="uq_checkouts_token"),
        UniqueConstraint("number", name="uq_checkouts_number"),
        sqlite_with_rowid=False,
    )
    for columns in (
        ["session"],
        ["payment"],
        ["expires_at"],
        ["placed_at", "id"],
        ["show", "placed_at"],
        ["buyer", "order_axis"],
    ):
        op.create_index(f"ix_checkouts_{'_'.join(columns)}", "checkouts", columns)


def _facts_and_reservations() -> None:
    op.create_table(
        "order_facts",
        Column("order", TEXT, nullable=False),
        Column("place", Integer, nullable=False),
        Column("type", TEXT, nullable=False),
        Column("at", BigInteger, nullable=False),
        Column("data", TEXT, nullable=False),
        PrimaryKeyConstraint("order", "place", name="pk_order_facts"),
        ForeignKeyConstraint(["order"], ["checkouts.id"], name="fk_order_facts_order"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "reservations",
        Column("checkout", TEXT, nullable=False),
        Column("place", Integer, nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("product", TEXT, nullable=False),
        Column("quantity", BigInteger, nullable=False),
        Column("show", TEXT),
        Column("deal", TEXT),
        Column("buyer", TEXT, nullable=False),
        Column("payer", TEXT),
        Column("stocked", Boolean, nullable=False),
        Column("sold", Boolean, nullable=False),
        PrimaryKeyConstraint("checkout", "place", name="pk_reservations"),
        ForeignKeyConstraint(["checkout"], ["checkouts.id"], name="fk_reservations_checkout"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_reservations_sku", "reservations", ["sku"])
    op.create_index("ix_reservations_show_deal_buyer", "reservations", ["show", "deal", "buyer"])


def _deals_and_vouchers() -> None:
    op.create_table(
        "deal_stocks",
        Column("show", TEXT, nullable=False),
        Column("deal", TEXT, nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("left", BigInteger),
        Column("per_viewer", BigInteger),
        Column("ends_at", BigInteger, nullable=False),
        Column("open", Boolean, nullable=False),
        PrimaryKeyConstraint("show", "deal", name="pk_deal_stocks"),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_deal_stocks_show"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "vouchers",
        Column("code", TEXT, nullable=False),
        Column("show", TEXT),
        Column("left", BigInteger),
        Column("per_buyer", BigInteger),
        Column("starts_at", BigInteger),
        Column("ends_at", BigInteger),
        Column("created_at", BigInteger, nullable=False),
        Column("removed_at", BigInteger),
        Column("data", TEXT, nullable=False),
        PrimaryKeyConstraint("code", name="pk_vouchers"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_vouchers_created_at", "vouchers", ["created_at"])
    op.create_table(
        "voucher_uses",
        Column("checkout", TEXT, nullable=False),
        Column("code", TEXT, nullable=False),
        Column("buyer", TEXT, nullable=False),
        Column("payer", TEXT),
        Column("sold", Boolean, nullable=False),
        PrimaryKeyConstraint("checkout", name="pk_voucher_uses"),
        ForeignKeyConstraint(["checkout"], ["checkouts.id"], name="fk_voucher_uses_checkout"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_voucher_uses_code_buyer", "voucher_uses", ["code", "buyer"])
