"""Stored states, so that a start reads only the end of a log; and products that can be found."""

import unicodedata

import sqlalchemy as sa
from alembic import op
from sqlalchemy import Column, ForeignKeyConstraint, Integer, LargeBinary, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0013"
down_revision = "0012"
BATCH = 1_000


def upgrade() -> None:
    op.create_table(
        "states",
        Column("show", TEXT, nullable=False),
        Column("seq", Integer, nullable=False),
        Column("version", TEXT, nullable=False),
        Column("checksum", LargeBinary, nullable=False),
        Column("data", LargeBinary, nullable=False),
        PrimaryKeyConstraint("show", name="pk_states"),
        ForeignKeyConstraint(["show"], ["shows.slug"], name="fk_states_show"),
    )
    op.add_column("products", Column("search", TEXT))
    _fill()


def _fill() -> None:
    products = sa.table(
        "products",
        sa.column("place", Integer),
        sa.column("sku", TEXT),
        sa.column("title", TEXT),
        sa.column("search", TEXT),
    )
    change = (
        sa.update(products)
        .where(products.c.place == sa.bindparam("of"))
        .values(search=sa.bindparam("text"))
    )
    page = sa.select(products.c.place, products.c.title, products.c.sku).order_by(products.c.place)
    after = 0
    while rows := op.get_bind().execute(page.where(products.c.place > after).limit(BATCH)).all():
        texts = [{"of": row.place, "text": _folded(f"{row.title} {row.sku}")} for row in rows]
        op.get_bind().execute(change, texts)
        after = rows[-1].place


def _folded(text: str) -> str:
    """As `domain.catalogue.matching.folded` was when this was written."""
    composed = unicodedata.normalize("NFC", text).strip().casefold()
    return unicodedata.normalize("NFC", composed)
