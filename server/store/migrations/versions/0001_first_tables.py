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
    Text,
    UniqueConstraint,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "answers",
        Column("key", Text(), nullable=False),
        Column("fingerprint", Text(), nullable=False),
        Column("status", Integer(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        Column("created_at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("key", name="pk_answers"),
    )
    op.create_index("ix_answers_created_at", "answers", ["created_at"])
    op.create_table(
        "installation",
        Column("name", Text(), nullable=False),
        Column("value", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("name", name="pk_installation"),
    )
    op.create_table(
        "login_codes",
        Column("digest", Text(), nullable=False),
        Column("expires_at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("digest", name="pk_login_codes"),
    )
    op.create_table(
        "orders",
        Column("connection", Text(), nullable=False),
        Column("purchase", Text(), nullable=False),
        Column("version", Integer(), nullable=False),
        Column("data", Text(), nullable=False),
        PrimaryKeyConstraint("connection", "purchase", name="pk_orders"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "products",
        Column("place", Integer(), nullable=False),
        Column("sku", Text(), nullable=False),
        Column("title", Text(), nullable=False),
        Column("currency", Text(), nullable=False),
        Column("price", BigInteger(), nullable=False),
        Column("prior_price", BigInteger()),
        Column("image", Text()),
        Column("link", Text()),
        Column("stock", BigInteger()),
        PrimaryKeyConstraint("place", name="pk_products"),
        UniqueConstraint("sku", name="uq_products_sku"),
    )
    op.create_table(
        "receipts",
        Column("connection", Text(), nullable=False),
        Column("delivery", Text(), nullable=False),
        Column("received_at", BigInteger(), nullable=False),
        Column("outcome", Text(), nullable=False),
        Column("body", LargeBinary(), nullable=False),
        PrimaryKeyConstraint("connection", "delivery", name="pk_receipts"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "shows",
        Column("place", Integer(), nullable=False),
        Column("slug", Text(), nullable=False),
        Column("title", Text(), nullable=False),
        Column("currency", Text(), nullable=False),
        Column("epoch", Text(), nullable=False),
        Column("created_at", BigInteger(), nullable=False),
        Column("host_name", Text()),
        Column("host_url", Text()),
        Column("seq", Integer(), nullable=False),
        PrimaryKeyConstraint("place", name="pk_shows"),
        UniqueConstraint("slug", name="uq_shows_slug"),
    )
    op.create_table(
        "connections",
        Column("place", Integer(), nullable=False),
        Column("id", Text(), nullable=False),
        Column("kind", Text(), nullable=False),
        Column("show", Text()),
        Column("secrets", JSON(), nullable=False),
        Column("created_at", BigInteger(), nullable=False),
        Column("options", JSON(), nullable=False),
        Column("last_delivery_at", BigInteger()),
        Column("last_verified_at", BigInteger()),
        Column("last_refused_at", BigInteger()),
        Column("last_refusal", Text()),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_connections_show"),
        PrimaryKeyConstraint("place", name="pk_connections"),
        UniqueConstraint("id", name="uq_connections_id"),
    )
    op.create_table(
        "events",
        Column("show", Text(), nullable=False),
        Column("seq", Integer(), autoincrement=False, nullable=False),
        Column("type", Text(), nullable=False),
        Column("at", BigInteger(), nullable=False),
        Column("by", Text()),
        Column("data", Text(), nullable=False),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_events_show"),
        PrimaryKeyConstraint("show", "seq", name="pk_events"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "keys",
        Column("place", Integer(), nullable=False),
        Column("id", Text(), nullable=False),
        Column("digest", Text(), nullable=False),
        Column("role", Text(), nullable=False),
        Column("show", Text()),
        Column("label", Text(), nullable=False),
        Column("created_at", BigInteger(), nullable=False),
        Column("actions", JSON(), nullable=False),
        Column("revoked_at", BigInteger()),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_keys_show"),
        PrimaryKeyConstraint("place", name="pk_keys"),
        UniqueConstraint("digest", name="uq_keys_digest"),
        UniqueConstraint("id", name="uq_keys_id"),
    )
    op.create_index("ix_keys_show", "keys", ["show"])
