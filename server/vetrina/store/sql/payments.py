"""Payment settings port in SQL."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, insert, select, update

from vetrina.domain.selling.checkout import Adapter
from vetrina.store.ports.payments import PaymentSettings
from vetrina.store.sql.secrets import SqlSecrets
from vetrina.store.sql.selling_tables import payments

_CHOSEN = select(payments).where(payments.c.chosen).order_by(payments.c.changed_at.desc()).limit(1)
_ONE = select(payments).where(payments.c.adapter == bindparam("of"))


class SqlPayments(SqlSecrets):
    """The port `PaymentStore`."""

    async def chosen_payments(self) -> PaymentSettings | None:
        return self._payments_of(await self._row(_CHOSEN))

    async def payments_of(self, adapter: Adapter) -> PaymentSettings | None:
        return self._payments_of(await self._row(_ONE, of=adapter))

    async def choose_payments(self, settings: PaymentSettings) -> None:
        row = {**asdict(settings), "chosen": True}
        if settings.key is not None:
            [row["key"]] = await self._encrypted(settings.key)
        await self._write_again(partial(_choose, row))

    def _payments_of(self, row: Row[Any] | None) -> PaymentSettings | None:
        if row is None:
            return None
        values = {name: value for name, value in row._mapping.items() if name != "chosen"}
        if row.key is not None:
            [values["key"]] = self._decrypted(row.key)
        return PaymentSettings(**values)


def _choose(row: dict[str, Any], sql: Connection) -> None:
    sql.execute(delete(payments).where(payments.c.adapter == row["adapter"]))
    sql.execute(update(payments).values(chosen=False))
    sql.execute(insert(payments), row)
