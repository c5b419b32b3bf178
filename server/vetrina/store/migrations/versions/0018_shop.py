"""The shop tab: its profile, and its products as it lists and finds them."""

import re
import unicodedata
from collections.abc import Iterable

import orjson
import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, Integer, PrimaryKeyConstraint

from vetrina.store.sql.column_types import TEXT

revision = "0018"
down_revision = "0017"
BATCH = 1_000


def upgrade() -> None:
    op.create_table(
        "listings",
        Column("product", Integer, nullable=False),
        Column("category", TEXT, nullable=False),
        Column("sold_out", Integer, nullable=False),
        Column("price", BigInteger, nullable=False),
        PrimaryKeyConstraint("product", "category", name="pk_listings"),
        ForeignKeyConstraint(["product"], ["products.place"], name="fk_listings_product"),
        sqlite_with_rowid=False,
    )
    op.create_index(
        "ix_listings_category_sold_out_product", "listings", ["category", "sold_out", "product"]
    )
    op.create_index(
        "ix_listings_category_sold_out_price_product",
        "listings",
        ["category", "sold_out", "price", "product"],
    )
    op.create_table(
        "listing_words",
        Column("word", TEXT, nullable=False),
        Column("product", Integer, nullable=False),
        PrimaryKeyConstraint("word", "product", name="pk_listing_words"),
        ForeignKeyConstraint(["product"], ["products.place"], name="fk_listing_words_product"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_listing_words_product", "listing_words", ["product"])
    op.create_table(
        "shop",
        Column("handle", TEXT, nullable=False),
        Column("profile", TEXT, nullable=False),
        PrimaryKeyConstraint("handle", name="pk_shop"),
        sqlite_with_rowid=False,
    )
    _fill()


def _fill() -> None:
    columns = ("place", "status", "price", "stock", "search", "details")
    products = sa.table("products", *(sa.column(name) for name in columns))
    listings = sa.table(
        "listings", *(sa.column(n) for n in ("product", "category", "sold_out", "price"))
    )
    words = sa.table("listing_words", sa.column("word"), sa.column("product"))
    page = sa.select(products).order_by(products.c.place)
    after = 0
    while rows := op.get_bind().execute(page.where(products.c.place > after).limit(BATCH)).all():
        listed, found = [], []
        for row in rows:
            if row.status == "active":
                told = orjson.loads(row.details) if row.details else {}
                categories = told.get("categories") or []
                listed += [
                    {
                        "product": row.place,
                        "category": category,
                        "sold_out": int(row.stock == 0),
                        "price": row.price,
                    }
                    for category in dict.fromkeys(("", *categories))
                ]
                texts = (row.search or "", told.get("brand") or "", *categories)
                found += [{"word": word, "product": row.place} for word in _words(texts)]
        if listed:
            op.get_bind().execute(sa.insert(listings), listed)
        if found:
            op.get_bind().execute(sa.insert(words), found)
        after = rows[-1].place


def _words(texts: Iterable[str]) -> list[str]:
    """As `domain.catalogue.searching.words_of` was when this was written."""
    found: dict[str, None] = {}
    for text in texts:
        apart = unicodedata.normalize("NFKD", text.casefold())
        plain = "".join(c for c in apart if not unicodedata.combining(c))
        found.update((word[:40], None) for word in re.split(r"[\W_]+", plain) if word)
    return list(found)[:40]
