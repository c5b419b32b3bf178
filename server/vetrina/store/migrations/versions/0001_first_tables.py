"""The first tables."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
)

from vetrina.store.sql.column_types import TEXT

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "answers",
        Column("key", TEXT, nullable=False),
        Column("fingerprint", TEXT, nullable=False),
        Column("status", Integer(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        Column("created_at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("key", name="pk_answers"),
    )
    op.create_index("ix_answers_created_at", "answers", ["created_at"])
    op.create_table(
        "installation",
        Column("name", TEXT, nullable=False),
        Column("value", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("name", name="pk_installation"),
    )
    op.create_table(
        "login_codes",
        Column("digest", TEXT, nullable=False),
        Column("expires_at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("digest", name="pk_login_codes"),
    )
    op.create_table(
        "orders",
        Column("connection", TEXT, nullable=False),
        Column("purchase", TEXT, nullable=False),
        Column("version", Integer(), nullable=False),
        Column("data", TEXT, nullable=False),
        PrimaryKeyConstraint("connection", "purchase", name="pk_orders"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "products",
        Column("place", Integer(), nullable=False),
        Column("sku", TEXT, nullable=False),
        Column("title", TEXT, nullable=False),
        Column("currency", TEXT, nullable=False),
        Column("price", BigInteger(), nullable=False),
        Column("prior_price", BigInteger()),
        Column("image", TEXT),
        Column("link", TEXT),
        Column("stock", BigInteger()),
        PrimaryKeyConstraint("place", name="pk_products"),
        UniqueConstraint("sku", name="uq_products_sku"),
    )
    op.create_table(
        "receipts",
        Column("connection", TEXT, nullable=False),
        Column("delivery", TEXT, nullable=False),
        Column("received_at", BigInteger(), nullable=False),
        Column("outcome", TEXT, nullable=False),
        Column("body", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("connection", "delivery", name="pk_receipts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shows",
        Column("place", Integer(), nullable=False),
        Column("slug", TEXT, nullable=False),
        Column("title", TEXT, nullable=False),
        Column("currency", TEXT, nullable=False),
        Column("epoch", TEXT, nullable=False),
        Column("created_at", BigInteger(), nullable=False),
        Column("host_name", TEXT),
        Column("host_url", TEXT),
        Column("seq", Integer(), nullable=False),
        PrimaryKeyConstraint("place", name="pk_shows"),
        UniqueConstraint("slug", name="uq_shows_slug"),
    )
    op.create_table(
        "connections",
        Column("place", Integer(), nullable=False),
        Column("id", TEXT, nullable=False),
        Column("kind", TEXT, nullable=False),
        Column("show", TEXT),
        Column("secrets", JSON(), nullable=False),
        Column("created_at", BigInteger(), nullable=False),
        Column("options", JSON(), nullable=False),
        Column("last_delivery_at", BigInteger()),
        Column("last_verified_at", BigInteger()),
        Column("last_refused_at", BigInteger()),
        Column("last_refusal", TEXT),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_connections_show"),
        PrimaryKeyConstraint("place", name="pk_connections"),
        UniqueConstraint("id", name="uq_connections_id"),
    )
    op.create_table(
        "events",
        Column("show", TEXT, nullable=False),
        Column("seq", Integer(), autoincrement=False, nullable=False),
        Column("type", TEXT, nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("by", TEXT),
        Column("data", TEXT, nullable=False),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_events_show"),
        PrimaryKeyConstraint("show", "seq", name="pk_events"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keys",
        Column("place", Integer(), nullable=False),
        Column("id", TEXT, nullable=False),
        Column("digest", TEXT, nullable=False),
        Column("role", TEXT, nullable=False),
        Column("show", TEXT),
        Column("label", TEXT, nullable=False),
        Column("created_at", BigInteger(), nullable=False),
        Column("actions", JSON(), nullable=False),
        Column("revoked_at", BigInteger()),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_keys_show"),
        PrimaryKeyConstraint("place", name="pk_keys"),
        UniqueConstraint("digest", name="uq_keys_digest"),
        UniqueConstraint("id", name="uq_keys_id"),
    )
    op.create_index("ix_keys_show", "keys", ["show"])
