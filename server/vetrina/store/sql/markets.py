"""Market port in SQL."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, delete, insert, select

from vetrina.domain.markets.market import Market
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.shop_tables import markets as table

_MARKET: Final = TypeAdapter(Market)
_ALL: Final = select(table.c.data).order_by(table.c.place)


class SqlMarkets(Repository):
    """The port `MarketStore`."""

    async def markets(self) -> list[Market]:
        return [_MARKET.validate_json(row.data) for row in await self._rows(_ALL)]

    async def put_markets(self, markets: Sequence[Market]) -> None:
        await self._write_again(partial(_put, markets))


def _put(markets: Sequence[Market], connection: Connection) -> None:
    connection.execute(delete(table))
    rows = [
        {"place": place, "code": market.code, "data": orjson.dumps(market).decode()}
        for place, market in enumerate(markets)
    ]
    if rows:
        connection.execute(insert(table), rows)
