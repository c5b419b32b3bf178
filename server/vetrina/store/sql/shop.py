"""Shop port in SQL: the profile, and pages of products by key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any, Final

import orjson
from pydantic import TypeAdapter
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    select,
    tuple_,
)

from vetrina.domain.selling.shop import ShopProfile
from vetrina.store.ports.shop import Category, Place, ShopPage, ShopShows, SitePart, Wanted
from vetrina.store.sql.catalogue import with_variants
from vetrina.store.sql.chunks import bound
from vetrina.store.sql.product_rows import entry_of
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.shop_tables import listing_words, listings, products, shop
from vetrina.store.sql.shows import to_show
from vetrina.store.sql.tables import shows

RARE: Final = 5_000
"""So many products with a word are sorted at once; where there are more, any page has some."""
_LAST_CHARACTER: Final = "\U0010ffff"
_PROFILE: Final = TypeAdapter(ShopProfile)
_SHOP: Final = select(shop.c.profile)
_CATEGORIES: Final = (
    select(listings.c.category, func.count().label("many"))
    .where(listings.c.category != "")
    .group_by(listings.c.category)
    .order_by(func.count().desc(), listings.c.category)
    .limit(bindparam("most"))
)
_WITH_WORD: Final = (
    select(listing_words.c.product)
    .where(listing_words.c.word >= bindparam("word"), listing_words.c.word < bindparam("beyond"))
    .distinct()
    .limit(RARE + 1)
)
_UPCOMING: Final = (
    select(shows)
    .where(shows.c.status == "draft", shows.c.archived_at.is_(None))
    .where(shows.c.starts_at > bindparam("now"))
    .order_by(shows.c.starts_at, shows.c.place)
    .limit(bindparam("most"))
)
_PAST: Final = (
    select(shows)
    .where(shows.c.status == "ended", shows.c.archived_at.is_(None))
    .order_by(shows.c.place.desc())
    .limit(bindparam("most"))
)
_SITE_PART: Final = (
    select(products.c.sku)
    .where(products.c.place > bindparam("after"), products.c.place <= bindparam("until"))
    .where(products.c.status == "active")
    .order_by(products.c.place)
)
# A quotation mark in a text is escaped, so that this can only be the field itself.
_UNSAFE: Final = (
    select(func.count().label("many"))
    .where(products.c.status == "active")
    .where(func.coalesce(products.c.details, "").not_like('%"safety":{%'))
)
_LAST: Final = select(func.max(products.c.place))


class SqlShop(Repository):
    """The port `ShopStore`."""

    async def shop(self) -> ShopProfile | None:
        row = await self._row(_SHOP)
        return _PROFILE.validate_json(row.profile) if row else None

    async def put_shop(self, shop: ShopProfile) -> None:
        await self._write_again(partial(_put, shop))

    async def active_without_safety(self) -> int:
        return await self._database.read(_unsafe)

    async def shop_page(
        self, wanted: Wanted, after: Place | None = None, limit: int = 24
    ) -> ShopPage:
        return await self._database.read(partial(_page, wanted, after, limit))

    async def categories(self, most: int = 24) -> list[Category]:
        rows = await self._rows(_CATEGORIES, most=most)
        return [Category(row.category, row.many) for row in rows]

    async def shop_shows(self, now: int, most: int = 3) -> ShopShows:
        upcoming = await self._rows(_UPCOMING, now=now, most=most)
        past = await self._rows(_PAST, most=most)
        return ShopShows([to_show(row) for row in upcoming], [to_show(row) for row in past])

    async def site_part(self, after: int, most: int) -> SitePart:
        return await self._database.read(partial(_site_part, after, most))


def _put(profile: ShopProfile, connection: Connection) -> None:
    connection.execute(delete(shop))
    row = {"handle": profile.handle, "profile": orjson.dumps(profile).decode()}
    connection.execute(insert(shop), row)


def _page(wanted: Wanted, after: Place | None, limit: int, connection: Connection) -> ShopPage:
    having = _having(wanted.words, connection)
    if having is None:
        return ShopPage((), None)
    found: list[Row[Any]] = []
    for statement in _parts(wanted, after):
        room = limit + 1 - len(found)
        found += connection.execute(statement.where(*having).limit(room)).all()
        if len(found) > limit:
            break
    rows = found[:limit]
    told = with_variants(rows, connection)
    last = rows[-1] if len(found) > limit else None
    return ShopPage(
        [entry_of(row, its) for row, its in told],
        Place(bool(last.sold_out), last.listed_price, last.place) if last else None,
    )


def _parts(wanted: Wanted, after: Place | None) -> Iterator[Select[Any]]:
    """What there is, then what is sold out: each is read along one index."""
    for sold_out in (False, True):
        if after is None or after.sold_out <= sold_out:
            beyond = after if after is not None and after.sold_out == sold_out else None
            yield _sorted(wanted, sold_out, beyond)


def _sorted(wanted: Wanted, sold_out: bool, beyond: Place | None) -> Select[Any]:
    statement = (
        select(products, listings.c.sold_out, listings.c.price.label("listed_price"))
        .join_from(listings, products, products.c.place == listings.c.product)
        .where(listings.c.category == wanted.category, listings.c.sold_out == int(sold_out))
    )
    price, product = listings.c.price, listings.c.product
    if wanted.sort == "newest":
        statement = statement.order_by(product.desc())
        return statement if beyond is None else statement.where(product < beyond.product)
    key = tuple_(price, product)
    if wanted.sort == "price":
        statement = statement.order_by(price, product)
        return statement if beyond is None else statement.where(key > _place(beyond))
    statement = statement.order_by(price.desc(), product.desc())
    return statement if beyond is None else statement.where(key < _place(beyond))


def _place(beyond: Place) -> Any:
    return tuple_(beyond.price, beyond.product)


def _having(words: Sequence[str], connection: Connection) -> list[ColumnElement[bool]] | None:
    """What holds of products that have all these words; None where there are none.

    A rare word is looked up; what many products have is looked for in each.
    """
    rare: set[int] | None = None
    held: list[ColumnElement[bool]] = []
    for word in words:
        of = {"word": word, "beyond": word + _LAST_CHARACTER}
        places = set(connection.execute(_WITH_WORD, of).scalars())
        if len(places) <= RARE:
            rare = places if rare is None else rare & places
        else:
            held.append(_holds(word))
    if rare is None:
        return held
    return [listings.c.product.in_(bound(sorted(rare))), *held] if rare else None


def _holds(word: str) -> ColumnElement[bool]:
    return exists().where(
        listing_words.c.product == listings.c.product,
        listing_words.c.word >= word,
        listing_words.c.word < word + _LAST_CHARACTER,
    )


def _unsafe(connection: Connection) -> int:
    return connection.execute(_UNSAFE).scalar_one()


def _site_part(after: int, most: int, connection: Connection) -> SitePart:
    skus = connection.execute(_SITE_PART, {"after": after, "until": after + most}).scalars().all()
    return SitePart(skus, connection.execute(_LAST).scalar() or 0)
