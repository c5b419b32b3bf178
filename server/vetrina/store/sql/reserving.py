"""What is left, read and locked for some claims, and written back in sums."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Connection, and_, bindparam, func, select, update

from vetrina.domain.selling.reservation import Available, Claim, DealId, DealLeft, VoucherLeft
from vetrina.store.sql.chunks import bound, slices
from vetrina.store.sql.listings import list_stocks
from vetrina.store.sql.selling_tables import deal_stocks, reservations, voucher_uses, vouchers
from vetrina.store.sql.shop_tables import products, variants
from vetrina.store.sql.voucher_tables import voucher_claims

_SKUS: Final[Any] = bindparam("skus", expanding=True)
_SHOWS: Final[Any] = bindparam("shows", expanding=True)
_DEALS: Final[Any] = bindparam("deals", expanding=True)
_CODES: Final[Any] = bindparam("codes", expanding=True)
_BUYERS: Final[Any] = bindparam("buyers", expanding=True)

# Locked in this order, each by name: appends lock in the same, so that nobody waits in a circle.
_PRODUCTS: Final = (
    select(products.c.sku, products.c.stock, products.c.options)
    .where(products.c.sku.in_(_SKUS))
    .order_by(products.c.sku)
    .with_for_update(key_share=True)
)
_VARIANTS: Final = (
    select(variants.c.sku, variants.c.stock, variants.c.product)
    .where(variants.c.sku.in_(_SKUS))
    .order_by(variants.c.sku)
    .with_for_update(key_share=True)
)
_DEAL_STOCKS: Final = (
    select(deal_stocks)
    .where(deal_stocks.c.show.in_(_SHOWS), deal_stocks.c.deal.in_(_DEALS))
    .order_by(deal_stocks.c.show, deal_stocks.c.deal)
    .with_for_update(key_share=True)
)
_VOUCHERS: Final = (
    select(vouchers)
    .where(vouchers.c.code.in_(_CODES), vouchers.c.removed_at.is_(None))
    .order_by(vouchers.c.code)
    .with_for_update(key_share=True)
)
_BOUGHT: Final = (
    select(
        reservations.c.show,
        reservations.c.deal,
        reservations.c.buyer,
        func.sum(reservations.c.quantity).label("pieces"),
    )
    .where(
        reservations.c.show.in_(_SHOWS),
        reservations.c.deal.in_(_DEALS),
        reservations.c.buyer.in_(_BUYERS),
    )
    .group_by(reservations.c.show, reservations.c.deal, reservations.c.buyer)
)
_USED: Final = (
    select(voucher_uses.c.code, voucher_uses.c.buyer, func.count().label("times"))
    .where(voucher_uses.c.code.in_(_CODES), voucher_uses.c.buyer.in_(_BUYERS))
    .group_by(voucher_uses.c.code, voucher_uses.c.buyer)
)
_GIVEN: Final = select(voucher_claims.c.code, voucher_claims.c.buyer, voucher_claims.c.test).where(
    voucher_claims.c.code.in_(_CODES), voucher_claims.c.buyer.in_(_BUYERS)
)
_STOCK: Final = (
    update(products).where(products.c.sku == bindparam("of")).values(stock=bindparam("quantity"))
)
_VARIANT_STOCK: Final = (
    update(variants).where(variants.c.sku == bindparam("of")).values(stock=bindparam("quantity"))
)
_DEAL_LEFT: Final = (
    update(deal_stocks)
    .where(and_(deal_stocks.c.show == bindparam("of"), deal_stocks.c.deal == bindparam("id")))
    .values(left=bindparam("rest"))
)
_VOUCHER_LEFT: Final = (
    update(vouchers).where(vouchers.c.code == bindparam("of")).values(left=bindparam("rest"))
)
_SUMMED: Final = select(variants.c.product, variants.c.stock).where(variants.c.product.in_(_SKUS))


@dataclass(slots=True)
class Locked:
    """What is left of all that some claims are about, and what it was when it was read."""

    available: Available = field(default_factory=Available)
    parents: dict[str, str] = field(default_factory=dict)
    _stocks: Mapping[str, int | None] = field(default_factory=dict)
    _deals: Mapping[DealId, int | None] = field(default_factory=dict)
    _vouchers: Mapping[str, int | None] = field(default_factory=dict)

    def remember(self) -> None:
        """What stands now is what the database holds."""
        now = self.available
        self._stocks = dict(now.stocks)
        self._deals = {id: deal.left for id, deal in now.deals.items()}
        self._vouchers = {code: one.left for code, one in now.vouchers.items()}

    def save(self, connection: Connection) -> None:
        """Write what is another number now."""
        now = self.available
        stocks = {sku: n for sku, n in now.stocks.items() if n != self._stocks[sku]}
        own = {sku: n for sku, n in stocks.items() if sku not in self.parents}
        chosen = {sku: n for sku, n in stocks.items() if sku in self.parents}
        if chosen:
            _set(connection, _VARIANT_STOCK, chosen)
            own.update(summed({self.parents[sku] for sku in chosen}, connection))
        _set(connection, _STOCK, own)
        list_stocks(own, connection)
        deals = [
            {"of": id.show, "id": id.deal, "rest": deal.left}
            for id, deal in now.deals.items()
            if deal.left != self._deals[id]
        ]
        if deals:
            connection.execute(_DEAL_LEFT, deals)
        left = {code: one.left for code, one in now.vouchers.items()}
        changed = [{"of": code, "rest": n} for code, n in left.items() if n != self._vouchers[code]]
        if changed:
            connection.execute(_VOUCHER_LEFT, changed)


def lock(claims: Sequence[Claim], connection: Connection) -> Locked:
    """Read what claims are about. Nobody else changes it until the end of the transaction."""
    locked = Locked()
    available = locked.available
    parts = [part for claim in claims for part in claim.parts]
    counted = [part for claim in claims if claim.stocked for part in claim.parts]
    _lock_stocks(
        {part.sku for part in counted}, {part.product for part in counted}, locked, connection
    )
    deals = {part.deal for part in parts if part.deal is not None}
    codes = {claim.voucher for claim in claims if claim.voucher is not None}
    _lock_deals(deals, available, connection)
    _lock_vouchers(codes, available, connection)
    _count(claims, available, connection)
    locked.remember()
    return locked


def _lock_stocks(skus: set[str], parents: set[str], locked: Locked, connection: Connection) -> None:
    stocks = locked.available.stocks
    for some in slices(sorted(skus | parents)):
        for row in connection.execute(_PRODUCTS, {"skus": some}):
            if row.options is None and row.sku in skus:
                stocks[row.sku] = row.stock
    chosen = sorted(skus - stocks.keys())
    for some in slices(chosen):
        for row in connection.execute(_VARIANTS, {"skus": some}):
            stocks[row.sku] = row.stock
            locked.parents[row.sku] = row.product


def _lock_deals(ids: set[DealId], available: Available, connection: Connection) -> None:
    """Two lists search the index where a list of pairs would read the whole table."""
    if not ids:
        return
    wanted = {"shows": _names(id.show for id in ids), "deals": _names(id.deal for id in ids)}
    for row in connection.execute(_DEAL_STOCKS, wanted):
        available.deals[DealId(row.show, row.deal)] = DealLeft(
            row.left, row.per_viewer, row.ends_at, row.open
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


def summed(parents: Iterable[str], connection: Connection) -> dict[str, int | None]:
    """The stock of products that is that of their variants in sum, as products tell it."""
    sums: dict[str, int | None] = {}
    for some in slices(sorted(parents)):
        for row in connection.execute(_SUMMED, {"skus": some}):
            before = sums.get(row.product, 0)
            whole = None if before is None or row.stock is None else before + row.stock
            sums[row.product] = whole
    return sums


def _set(connection: Connection, statement: Any, stocks: Mapping[str, int | None]) -> None:
    if stocks:
        rows = [{"of": sku, "quantity": stocks[sku]} for sku in sorted(stocks)]
        connection.execute(statement, rows)


def _names(names: Iterable[str]) -> list[str]:
    return bound(sorted(set(names)))
