"""Order hooks port in SQL."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from dataclasses import asdict, fields
from functools import partial
from typing import Any, Final

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, insert, select, update

from vetrina.store.ports.order_hooks import HookDelivery, HookHealth, HookTarget
from vetrina.store.ports.pages import Page
from vetrina.store.sql.hook_tables import hook_deliveries as deliveries
from vetrina.store.sql.hook_tables import hook_targets as targets
from vetrina.store.sql.secrets import SqlSecrets
from vetrina.store.sql.selling_tables import order_facts

ID_BYTES: Final = 12
PREFIX: Final = "order."
"""An event is called like the fact that it tells: `order.paid` like `paid`."""
_FIELDS: Final = tuple(field.name for field in fields(HookDelivery))
_TARGETS: Final = select(targets).order_by(targets.c.place)
_QUEUED: Final = select(deliveries.c.place).where(
    deliveries.c.target == bindparam("to"),
    deliveries.c.order == order_facts.c.order,
    deliveries.c.fact == order_facts.c.place,
)
_UNQUEUED: Final = (
    select(order_facts.c.order, order_facts.c.place, order_facts.c.type)
    .where(
        order_facts.c.at >= bindparam("since"),
        order_facts.c.type.in_(bindparam("types", expanding=True)),
        ~_QUEUED.exists(),
    )
    .order_by(order_facts.c.at)
    .limit(bindparam("many"))
)
_DUE: Final = (
    select(deliveries)
    .where(
        deliveries.c.next_at <= bindparam("now"),
        deliveries.c.target.not_in(bindparam("but", expanding=True)),
    )
    .order_by(deliveries.c.next_at, deliveries.c.place)
    .limit(bindparam("many"))
)
_NEWEST_FIRST: Final = (
    select(deliveries)
    .where(deliveries.c.target == bindparam("to"), deliveries.c.place < bindparam("after"))
    .order_by(deliveries.c.place.desc())
    .limit(bindparam("many"))
)
_HEALTH: Final = select(
    deliveries.c.target,
    deliveries.c.status,
    func.count().label("many"),
    func.max(deliveries.c.tried_at).label("tried_at"),
).group_by(deliveries.c.target, deliveries.c.status)
_LAST_PLACE: Final = 2**31 - 1


class SqlOrderHooks(SqlSecrets):
    """The port `OrderHookStore`."""

    async def add_hook_target(self, target: HookTarget) -> None:
        [secret] = await self._encrypted(target.secret)
        row = {**asdict(target), "events": list(target.events), "secret": secret}
        await self._write_alone(lambda sql: sql.execute(insert(targets), row))

    async def hook_targets(self) -> list[HookTarget]:
        return [self._target(row) for row in await self._rows(_TARGETS)]

    async def remove_hook_target(self, target: str) -> bool:
        return await self._write_alone(partial(_forget_target, target))

    async def hook_health(self) -> Mapping[str, HookHealth]:
        found: dict[str, dict[str, Row[Any]]] = {}
        for row in await self._rows(_HEALTH):
            found.setdefault(row.target, {})[row.status] = row
        return {target: _health(rows) for target, rows in found.items()}

    async def queue_deliveries(self, since: int, now: int, limit: int = 500) -> int:
        return await self._write_again(partial(_queue, since, now, limit))

    async def due_deliveries(
        self, now: int, limit: int = 200, but: Collection[str] = ()
    ) -> list[HookDelivery]:
        rows = await self._rows(_DUE, now=now, many=limit, but=sorted(but))
        return [_delivery(row) for row in rows]

    async def put_attempt(self, delivery: HookDelivery) -> None:
        change = update(deliveries).where(deliveries.c.id == delivery.id).values(asdict(delivery))
        await self._write_alone(lambda sql: sql.execute(change))

    async def hook_deliveries(
        self, target: str, after: int | None = None, limit: int = 100
    ) -> Page[HookDelivery]:
        start = _LAST_PLACE if after is None else min(after, _LAST_PLACE)
        rows = await self._rows(_NEWEST_FIRST, to=target, after=start, many=limit + 1)
        page = rows[:limit]
        more = len(rows) > limit
        return Page([_delivery(row) for row in page], page[-1].place if more else None)

    async def send_again(self, target: str, delivery: str, now: int) -> bool:
        known = and_(deliveries.c.target == target, deliveries.c.id == delivery)
        again = update(deliveries).where(known).values(status="waiting", attempts=0, next_at=now)
        return await self._write_alone(lambda sql: sql.execute(again).rowcount > 0)

    async def forget_deliveries(self, before: int) -> None:
        over = and_(deliveries.c.created_at < before, deliveries.c.next_at.is_(None))
        await self._write_alone(lambda sql: sql.execute(delete(deliveries).where(over)))

    def _target(self, row: Row[Any]) -> HookTarget:
        [secret] = self._decrypted(row.secret)
        return HookTarget(
            id=row.id,
            url=row.url,
            secret=secret,
            events=tuple(row.events),
            created_at=row.created_at,
        )


def _queue(since: int, now: int, limit: int, sql: Connection) -> int:
    """What happened before an address was made is not told to it."""
    rows = []
    for target in sql.execute(_TARGETS).all():
        wanted = {
            "to": target.id,
            "since": max(since, target.created_at),
            "types": [event.removeprefix(PREFIX) for event in target.events],
            "many": limit,
        }
        rows += [_new_row(target.id, fact, now) for fact in sql.execute(_UNQUEUED, wanted).all()]
    if rows:
        sql.execute(insert(deliveries), rows)
    return len(rows)


def _new_row(target: str, fact: Row[Any, Any, Any], now: int) -> dict[str, Any]:
    return {
        "id": f"dlv_{secrets.token_hex(ID_BYTES)}",
        "target": target,
        "order": fact.order,
        "fact": fact.place,
        "event": PREFIX + fact.type,
        "created_at": now,
        "status": "waiting",
        "attempts": 0,
        "next_at": now,
    }


def _forget_target(target: str, sql: Connection) -> bool:
    sql.execute(delete(deliveries).where(deliveries.c.target == target))
    return sql.execute(delete(targets).where(targets.c.id == target)).rowcount > 0


def _delivery(row: Row[Any]) -> HookDelivery:
    return HookDelivery(**{name: getattr(row, name) for name in _FIELDS})


def _health(rows: Mapping[str, Row[Any]]) -> HookHealth:
    def many(status: str) -> int:
        return rows[status].many if status in rows else 0

    delivered = rows.get("delivered")
    return HookHealth(
        waiting=many("waiting"),
        given_up=many("given_up"),
        delivered_at=delivered.tried_at if delivered else None,
    )
