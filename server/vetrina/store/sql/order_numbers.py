"""Order numbers: 1, 2, 3 in the order of placing, whoever places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection, bindparam, insert, select, update

from vetrina.store.sql.order_rows import KeptOrder
from vetrina.store.sql.tables import installation

_NAME: Final = "order_number"
_LAST: Final = (
    select(installation.c.value).where(installation.c.name == _NAME).with_for_update(key_share=True)
)
_GIVEN: Final = (
    update(installation).where(installation.c.name == _NAME).values(value=bindparam("last"))
)


def give_numbers(placed: Sequence[KeptOrder], connection: Connection) -> None:
    """Number these orders. The last number is locked until the end of the transaction; of two who
    give the very first one at once, the second meets a conflict."""
    if not placed:
        return
    row = connection.execute(_LAST).first()
    last = int.from_bytes(row.value) if row is not None else 0
    for number, kept in enumerate(placed, last + 1):
        kept.order = replace(kept.order, number=number)
    value = (last + len(placed)).to_bytes(8)
    if row is None:
        connection.execute(insert(installation), {"name": _NAME, "value": value})
    else:
        connection.execute(_GIVEN, {"last": value})
