"""Port of imports under way in SQL: one row for each import."""

from __future__ import annotations

from functools import partial

from sqlalchemy import Connection, bindparam, delete, insert, or_, select

from vetrina.store.ports.import_jobs import ToldImport
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.shop_tables import import_jobs as table

_ONE = select(table).where(table.c.id == bindparam("job"))
_FORGET = delete(table).where(
    or_(table.c.id == bindparam("job"), table.c.told_at < bindparam("before"))
)


class SqlImportJobs(Repository):
    """The port `ImportJobStore`."""

    async def tell_import(self, told: ToldImport, forget_before: int) -> None:
        await self._write_alone(partial(_tell, told, forget_before))

    async def told_import(self, job_id: str) -> ToldImport | None:
        row = await self._row(_ONE, job=job_id)
        return ToldImport(row.id, row.told_at, row.told) if row else None


def _tell(told: ToldImport, forget_before: int, connection: Connection) -> None:
    connection.execute(_FORGET, {"job": told.id, "before": forget_before})
    connection.execute(
        insert(table), {"id": told.id, "told_at": told.told_at, "told": told.told}
    )  # fmt: skip
