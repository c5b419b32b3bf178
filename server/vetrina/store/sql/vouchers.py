"""Vouchers port in SQL."""

from __future__ import annotations

import secrets
from functools import partial
from typing import Any, Final

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from vetrina.domain.selling.voucher import Voucher
from vetrina.store.errors import Conflict, Taken
from vetrina.store.ports.pages import Page
from vetrina.store.ports.vouchers import Claimed, KeptVoucher, VoucherClaim
from vetrina.store.sql.repository import Repository
from vetrina.store.sql.selling_tables import voucher_uses, vouchers
from vetrina.store.sql.voucher_claims import claim_together
from vetrina.store.sql.voucher_tables import voucher_claims, voucher_offers

ALIAS_BYTES: Final = 8
_VOUCHER: Final = TypeAdapter(Voucher)
_USED = (
    select(func.count())
    .select_from(voucher_uses)
    .where(voucher_uses.c.code == vouchers.c.code)
    .scalar_subquery()
)
_CLAIMS = (
    select(func.count())
    .select_from(voucher_claims)
    .where(voucher_claims.c.code == vouchers.c.code, ~voucher_claims.c.test)
    .scalar_subquery()
)
_KEPT = select(vouchers, _USED.label("used"), _CLAIMS.label("claims")).where(
    vouchers.c.removed_at.is_(None)
)
_ONE = _KEPT.where(vouchers.c.code == bindparam("of"))
_NEWEST_FIRST = _KEPT.order_by(vouchers.c.created_at.desc()).limit(bindparam("many"))
_OLDER = _NEWEST_FIRST.where(vouchers.c.created_at < bindparam("after"))
_GIVEN = select(voucher_claims.c.code).where(
    voucher_claims.c.code == bindparam("of"),
    voucher_claims.c.buyer == bindparam("by"),
    voucher_claims.c.test <= bindparam("rehearsed"),
)
_TIMES_USED = (
    select(func.count().label("times"))
    .select_from(voucher_uses)
    .where(
        voucher_uses.c.code == bindparam("of"),
        voucher_uses.c.buyer == bindparam("by"),
        voucher_uses.c.sold,
    )
)
_OFFERS = select(voucher_offers.c.offer, voucher_offers.c.left).where(
    voucher_offers.c.show == bindparam("of")
)


class SqlVouchers(Repository):
    """The port `VoucherStore`."""

    async def add_voucher(self, voucher: Voucher, at: int) -> KeptVoucher:
        try:
            return await self._write_again(partial(_add, voucher, at))
        except Conflict:
            raise Taken(voucher.code) from None

    async def voucher(self, code: str) -> KeptVoucher | None:
        row = await self._row(_ONE, of=code)
        return _kept(row) if row else None

    async def vouchers(self, after: int | None = None, limit: int = 100) -> Page[KeptVoucher]:
        if after is None:
            rows = await self._rows(_NEWEST_FIRST, many=limit + 1)
        else:
            rows = await self._rows(_OLDER, many=limit + 1, after=after)
        page = rows[:limit]
        more = len(rows) > limit
        return Page([_kept(row) for row in page], page[-1].created_at if more else None)

    async def remove_voucher(self, code: str, at: int) -> bool:
        known = (vouchers.c.code == code) & vouchers.c.removed_at.is_(None)
        # Whoever reserves looks at the window alone.
        over = update(vouchers).where(known).values(removed_at=at, ends_at=at)
        return await self._write_alone(lambda sql: sql.execute(over).rowcount > 0)

    async def claim_voucher(self, claim: VoucherClaim) -> Claimed:
        return await self._write(claim_together, claim)

    async def was_given(self, code: str, buyer: str, *, test: bool = False) -> bool:
        return await self._row(_GIVEN, of=code, by=buyer, rehearsed=test) is not None

    async def times_used(self, code: str, buyer: str) -> int:
        row = await self._row(_TIMES_USED, of=code, by=buyer)
        return int(row.times) if row else 0

    async def offers_left(self, show: str) -> dict[str, int | None]:
        return {row.offer: row.left for row in await self._rows(_OFFERS, of=show)}


def _add(voucher: Voucher, at: int, sql: Connection) -> KeptVoucher:
    """No two have the same time: it is what the list goes on after."""
    newest = sql.execute(select(func.max(vouchers.c.created_at))).scalar()
    created_at = at if newest is None else max(at, newest + 1)
    row: dict[str, Any] = {
        "code": voucher.code,
        "show": voucher.show,
        "left": None if voucher.claimed else voucher.quantity,
        "claims_left": voucher.quantity if voucher.claimed else None,
        "per_buyer": voucher.per_buyer or (1 if voucher.claimed else None),
        "starts_at": voucher.starts_at,
        "ends_at": voucher.ends_at,
        "created_at": created_at,
        "data": orjson.dumps(voucher).decode(),
        "by_tap": voucher.claimed,
        "alias": secrets.token_hex(ALIAS_BYTES),
    }
    sql.execute(insert(vouchers), row)
    return KeptVoucher(
        voucher=voucher, alias=row["alias"], created_at=created_at, left=voucher.quantity
    )


def _kept(row: Row[Any]) -> KeptVoucher:
    voucher = _VOUCHER.validate_json(row.data)
    return KeptVoucher(
        voucher=voucher,
        alias=row.alias,
        created_at=row.created_at,
        left=row.claims_left if voucher.claimed else row.left,
        used=row.used,
        claims=row.claims,
    )
