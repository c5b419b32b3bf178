"""All that some claims are about, read and locked, and written back in sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, update

from vetrina.domain.selling.reservation import Available, Claim, DealId, VoucherLeft
from vetrina.store.sql.chunks import bound, slices
from vetrina.store.sql.deal_rows import lock_deals, save_deals
from vetrina.store.sql.selling_tables import reservations, voucher_uses, vouchers
from vetrina.store.sql.stock_rows import LockedStocks, lock_stocks
from vetrina.store.sql.voucher_tables import voucher_claims

_SKUS: Final[Any] = bindparam("skus", expanding=True)
_SHOWS: Final[Any] = bindparam("shows", expanding=True)
_DEALS: Final[Any] = bindparam("deals", expanding=True)
_CODES: Final[Any] = bindparam("codes", expanding=True)
_BUYERS: Final[Any] = bindparam("buyers", expanding=True)
_PAYERS: Final[Any] = bindparam("payers", expanding=True)

_VOUCHERS: Final = (
    select(vouchers)
    .where(vouchers.c.code.in_(_CODES), vouchers.c.removed_at.is_(None))
    .order_by(vouchers.c.code)
    .with_for_update(key_share=True)
)


def _pieces_by(who: ColumnElement[str], wanted: Any) -> Select[Any]:
    """Pieces of deals that each of some buyers, or payers, has."""
    of = (reservations.c.show, reservations.c.deal, who)
    return (
        select(*of, func.sum(reservations.c.quantity).label("pieces"))
        .where(reservations.c.show.in_(_SHOWS), reservations.c.deal.in_(_DEALS), who.in_(wanted))
        .group_by(*of)
    )


def _times_by(who: ColumnElement[str], wanted: Any) -> Select[Any]:
    """How often each of some buyers, or payers, has used vouchers."""
    of = (voucher_uses.c.code, who)
    return (
        select(*of, func.count().label("times"))
        .where(voucher_uses.c.code.in_(_CODES), who.in_(wanted))
        .group_by(*of)
    )


_BOUGHT: Final = _pieces_by(reservations.c.buyer, _BUYERS)
_USED: Final = _times_by(voucher_uses.c.buyer, _BUYERS)
_PAID: Final = _pieces_by(reservations.c.payer, _PAYERS)
_PAID_WITH: Final = _times_by(voucher_uses.c.payer, _PAYERS)
_GIVEN: Final = select(voucher_claims.c.code, voucher_claims.c.buyer, voucher_claims.c.test).where(
    voucher_claims.c.code.in_(_CODES), voucher_claims.c.buyer.in_(_BUYERS)
)
_VOUCHER_LEFT: Final = (
    update(vouchers).where(vouchers.c.code == bindparam("of")).values(left=bindparam("rest"))
)


@dataclass(slots=True)
class Locked:
    """What is left of all that some claims are about, and what it was when it was read."""

    available: Available
    _stocks: LockedStocks
    _deals: Mapping[DealId, int | None]
    _vouchers: Mapping[str, int | None]

    def save(self, connection: Connection) -> None:
        """Write what is another number now."""
        now = self.available
        self._stocks.save(connection)
        deals = {id: deal for id, deal in now.deals.items() if deal.left != self._deals[id]}
        save_deals(deals, connection)
        left = {code: one.left for code, one in now.vouchers.items()}
        changed = [{"of": code, "rest": n} for code, n in left.items() if n != self._vouchers[code]]
        if changed:
            connection.execute(_VOUCHER_LEFT, changed)


def lock(claims: Sequence[Claim], payers: Iterable[str], connection: Connection) -> Locked:
    """Read what claims are about, and what payers of some of them bought before. Nobody else
    changes it until the end of the transaction.

    Appends lock in the same order: stock, then deals.
    """
    counted = [part for claim in claims if claim.stocked for part in claim.parts]
    stocks = lock_stocks(
        {part.sku for part in counted}, {part.product for part in counted}, connection
    )
    parts = [part for claim in claims for part in claim.parts]
    deals = lock_deals({part.deal for part in parts if part.deal is not None}, connection)
    available = Available(stocks=stocks.stocks, deals=deals)
    codes = {claim.voucher for claim in claims if claim.voucher is not None}
    _lock_vouchers(codes, available, connection)
    _count(claims, available, connection)
    _count_paid(payers, available, connection)
    return Locked(
        available,
        stocks,
        {id: deal.left for id, deal in deals.items()},
        {code: one.left for code, one in available.vouchers.items()},
    )


def _lock_vouchers(codes: set[str], available: Available, connection: Connection) -> None:
    if not codes:
        return
    for row in connection.execute(_VOUCHERS, {"codes": _names(codes)}):
        available.vouchers[row.code] = VoucherLeft(
            row.left, row.per_buyer, row.starts_at, row.ends_at, bool(row.by_tap)
        )


def _count(claims: Sequence[Claim], available: Available, connection: Connection) -> None:
    """How much buyers took before, where that is limited."""
    limited = {id for id, deal in available.deals.items() if deal.per_viewer is not None}
    personal = {code for code, one in available.vouchers.items() if one.per_buyer is not None}
    by_tap = {code for code, one in available.vouchers.items() if one.by_tap}
    buyers = sorted({claim.buyer for claim in claims})
    for some in slices(buyers):
        if limited:
            shows, deals = _names(id.show for id in limited), _names(id.deal for id in limited)
            wanted = {"shows": shows, "deals": deals, "buyers": some}
            for row in connection.execute(_BOUGHT, wanted):
                available.bought[DealId(row.show, row.deal), row.buyer] = int(row.pieces)
        if personal:
            for row in connection.execute(_USED, {"codes": _names(personal), "buyers": some}):
                available.used[row.code, row.buyer] = row.times
        if by_tap:
            given = connection.execute(_GIVEN, {"codes": _names(by_tap), "buyers": some})
            available.given.update((one.code, one.buyer, one.test) for one in given)


def _count_paid(payers: Iterable[str], available: Available, connection: Connection) -> None:
    """How much payers bought before, where that is limited."""
    limited = {id for id, deal in available.deals.items() if deal.per_viewer is not None}
    personal = {code for code, one in available.vouchers.items() if one.per_buyer is not None}
    for some in slices(sorted(set(payers))):
        if limited:
            shows, deals = _names(id.show for id in limited), _names(id.deal for id in limited)
            for row in connection.execute(_PAID, {"shows": shows, "deals": deals, "payers": some}):
                available.paid[DealId(row.show, row.deal), row.payer] = int(row.pieces)
        if personal:
            wanted = {"codes": _names(personal), "payers": some}
            for row in connection.execute(_PAID_WITH, wanted):
                available.paid_with[row.code, row.payer] = row.times


def _names(names: Iterable[str]) -> list[str]:
    return bound(sorted(set(names)))
