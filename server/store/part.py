"""What every port's implementation works with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Executable, Row

from server.store.database import Database
from server.store.writer import Writer


class Part:
    """Reads go to the database at once, writes wait for their group."""

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database = database
        self._writer = writer

    async def _rows(self, statement: Executable, **values: Any) -> Sequence[Row[Any]]:
        def fetch(connection: Connection) -> Sequence[Row[Any]]:
            return connection.execute(statement, values).all()

        return await self._database.read(fetch)
