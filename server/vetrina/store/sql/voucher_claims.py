"""Claims of vouchers by tap, many in one transaction: rows are read once, decided on, written once.

The rows of vouchers are locked first, in the order of their codes, then those of offers, so that
processes wait for each other and never in a circle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import orjson
from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from vetrina.store.ports.vouchers import Claimed, VoucherClaim
from vetrina.store.sql.batching import Outcome
from vetrina.store.sql.chunks import bound
from vetrina.store.sql.selling_tables import vouchers
from vetrina.store.sql.voucher_tables import voucher_claims, voucher_offers

OfferKey: TypeAlias = tuple[str, str]
ClaimKey: TypeAlias = tuple[str, str, bool]

_SET_OFFER = (
    update(voucher_offers)
    .where(voucher_offers.c.show == bindparam("in"), voucher_offers.c.offer == bindparam("of"))
    .values(left=bindparam("rest"))
)
_SET_VOUCHER = (
    update(vouchers).where(vouchers.c.code == bindparam("of")).values(claims_left=bindparam("rest"))
)


@dataclass(slots=True)
class _Left:
    """What the transaction found, and what it comes to. None: no limit."""

    codes: Mapping[str, str]
    vouchers: dict[str, int | None]
    offers: dict[OfferKey, int | None] = field(default_factory=dict)
    known: set[ClaimKey] = field(default_factory=set)
    given: dict[ClaimKey, VoucherClaim] = field(default_factory=dict)
    fewer_offers: set[OfferKey] = field(default_factory=set)
    fewer_vouchers: set[str] = field(default_factory=set)

    def claim(self, claim: VoucherClaim) -> Claimed:
        """One after the other, as they came."""
        code, offer = self.codes.get(claim.alias), (claim.show, claim.offer)
        if code is None:
            return Claimed(None, 0)
        lefts = [self.offers[offer], *([] if claim.test else [self.vouchers[code]])]
        key = (code, claim.buyer, claim.test)
        if key in self.known or key in self.given:
            return Claimed(code, _least(lefts))
        if 0 in lefts:
            return Claimed(None, 0)
        self.given[key] = claim
        self.offers[offer] = _less(self.offers[offer])
        self.fewer_offers.add(offer)
        if not claim.test:
            self.vouchers[code] = _less(self.vouchers[code])
            self.fewer_vouchers.add(code)
        return Claimed(code, _least(_less(left) for left in lefts))


def claim_together(sql: Connection, claims: Sequence[VoucherClaim]) -> list[Outcome[Claimed]]:
    """All claims that wait together, in one transaction."""
    left = _vouchers(sql, claims)
    here = [claim for claim in claims if claim.alias in left.codes]
    left.offers = _offers(sql, here, left.codes)
    left.known = _known(sql, {(left.codes[claim.alias], claim.buyer) for claim in here})
    outcomes: list[Outcome[Claimed]] = [left.claim(claim) for claim in claims]
    _write(sql, left)
    return outcomes


def give_by_tap(sql: Connection, code: str) -> int | None:
    """From now on it is given by tap, and its code alone opens nothing; how many can be given.

    What was left of its uses is what can be given; each is good for one checkout, unless it says
    another number.
    """
    row = sql.execute(
        select(vouchers).where(vouchers.c.code == code).with_for_update(key_share=True)
    ).one()
    changed = {
        "left": None,
        "claims_left": row.left,
        "per_buyer": row.per_buyer or 1,
        "by_tap": True,
        "data": orjson.dumps({**orjson.loads(row.data), "claimed": True}).decode(),
    }
    sql.execute(update(vouchers).where(vouchers.c.code == code).values(changed))
    left: int | None = row.left
    return left


def _vouchers(sql: Connection, claims: Sequence[VoucherClaim]) -> _Left:
    """Those that were not removed. The first tap makes one that is given by tap of any."""
    rows = sql.execute(
        select(vouchers.c.code, vouchers.c.alias, vouchers.c.claims_left, vouchers.c.by_tap)
        .where(
            vouchers.c.alias.in_(bound(sorted({claim.alias for claim in claims}))),
            vouchers.c.removed_at.is_(None),
        )
        .order_by(vouchers.c.code)
        .with_for_update(key_share=True)
    ).all()
    real = {claim.alias for claim in claims if not claim.test}
    lefts = {
        row.code: row.claims_left
        if row.by_tap or row.alias not in real
        else give_by_tap(sql, row.code)
        for row in rows
    }
    return _Left(codes={row.alias: row.code for row in rows}, vouchers=lefts)


def _offers(
    sql: Connection, claims: Sequence[VoucherClaim], codes: Mapping[str, str]
) -> dict[OfferKey, int | None]:
    """The offers that are claimed; the first tap on one writes its row."""
    began = {(claim.show, claim.offer): claim for claim in claims}
    found: dict[OfferKey, int | None] = {}
    for show, offer in sorted(began):
        row = sql.execute(
            select(voucher_offers.c.left)
            .where(voucher_offers.c.show == show, voucher_offers.c.offer == offer)
            .with_for_update(key_share=True)
        ).first()
        if row is None:
            claim = began[show, offer]
            new = {"show": show, "offer": offer, "left": claim.quantity}
            sql.execute(insert(voucher_offers), {**new, "code": codes[claim.alias]})
        found[show, offer] = began[show, offer].quantity if row is None else row.left
    return found


def _known(sql: Connection, wanted: set[tuple[str, str]]) -> set[ClaimKey]:
    if not wanted:
        return set()
    table = voucher_claims
    rows = sql.execute(
        select(table.c.code, table.c.buyer, table.c.test).where(
            tuple_(table.c.code, table.c.buyer).in_(bound(sorted(wanted)))
        )
    )
    return {(row.code, row.buyer, row.test) for row in rows}


def _write(sql: Connection, left: _Left) -> None:
    if left.fewer_offers:
        offers = sorted(left.fewer_offers)
        rests = [{"in": of[0], "of": of[1], "rest": left.offers[of]} for of in offers]
        sql.execute(_SET_OFFER, rests)
    if left.fewer_vouchers:
        codes = sorted(left.fewer_vouchers)
        sql.execute(_SET_VOUCHER, [{"of": of, "rest": left.vouchers[of]} for of in codes])
    if left.given:
        sql.execute(insert(voucher_claims), [_row(*given) for given in left.given.items()])


def _row(key: ClaimKey, claim: VoucherClaim) -> dict[str, object]:
    code, buyer, test = key
    return {
        "code": code,
        "buyer": buyer,
        "test": test,
        "show": claim.show,
        "offer": claim.offer,
        "claimed_at": claim.at,
    }


def _less(left: int | None) -> int | None:
    return None if left is None else left - 1


def _least(lefts: Iterable[int | None]) -> int | None:
    return min((left for left in lefts if left is not None), default=None)
