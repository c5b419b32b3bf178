"""Taking all of a claim or nothing of it, and giving it back. Pure; the store saves what changed.

Pieces of one SKU are summed before anything is decided, so that the order of lines and their number
make no difference. To sell what is reserved changes none of these numbers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from vetrina.domain.errors import Refused
from vetrina.domain.selling.checkout import Checkout
from vetrina.domain.selling.reservation import Available, Claim, DealId, Part, VoucherLeft
from vetrina.domain.selling.voucher_rules import voucher_not_good


def claim_of(checkout: Checkout, buyer: str) -> Claim:
    """What a checkout takes, as its frozen lines say.

    A test takes no stock of the shop. Deals of rehearsals and of the demo count its tests; those
    on air do not count what is paid with a provider's test key.
    """
    counted = checkout.show if not checkout.test or checkout.adapter == "test" else None
    parts = tuple(
        Part(
            sku=line.sku,
            product=line.product,
            quantity=line.quantity,
            deal=DealId(counted, line.deal) if counted and line.deal else None,
        )
        for line in checkout.lines
    )
    return Claim(buyer, parts, checkout.voucher, stocked=not checkout.test)


def reserve(available: Available, claim: Claim, now: int) -> None:
    """Take the claim. Raises Refused and takes nothing: deal_over, sold_out, limit_reached,
    voucher_refused, unknown_sku."""
    _check_running(available, claim, now)
    if claim.voucher is not None:
        _check_window(available, claim.voucher, now)
    take_again(available, claim)


def take_again(available: Available, claim: Claim) -> None:
    """Take a claim whose price was promised before, whatever the clock says. Raises as above."""
    _check_left(available, claim)
    _check_limits(available, claim)
    if claim.voucher is not None:
        _check_uses(available, claim, claim.voucher)
    _move(available, claim, -1)


def sell_to(available: Available, claims: Iterable[Claim], payer: str) -> None:
    """Count what is sold by its payer, whatever the browser. Raises Refused limit_reached, and
    counts nothing then."""
    claims = tuple(claims)
    pieces = by_deal(part for claim in claims for part in claim.parts)
    codes = [claim.voucher for claim in claims if claim.voucher is not None]
    for id, more in pieces.items():
        deal = available.deals.get(id)
        if deal is None or deal.per_viewer is None:
            continue
        if available.paid.get((id, payer), 0) + more > deal.per_viewer:
            raise Refused(
                "limit_reached",
                f"This payer has {deal.per_viewer} pieces of this deal, which is the most.",
                {"deal": id.deal, "per_viewer": deal.per_viewer},
            )
    for code in codes:
        voucher = available.vouchers.get(code)
        if voucher is None or voucher.per_buyer is None:
            continue
        if available.paid_with.get((code, payer), 0) >= voucher.per_buyer:
            message = "This payer has used this voucher as often as one buyer may."
            raise Refused("limit_reached", message, {"per_buyer": voucher.per_buyer})
    for id, more in pieces.items():
        available.paid[id, payer] = available.paid.get((id, payer), 0) + more
    for code in codes:
        available.paid_with[code, payer] = available.paid_with.get((code, payer), 0) + 1


def release(available: Available, claim: Claim) -> None:
    """Give back what was taken. What is no longer known or no longer counted stays so."""
    _move(available, claim, 1)


def take_back(available: Available, claim: Claim) -> None:
    """Undo `release`."""
    _move(available, claim, -1)


def _move(available: Available, claim: Claim, sign: int) -> None:
    if claim.stocked:
        for sku, pieces in by_sku(claim.parts).items():
            stock = available.stocks.get(sku)
            if stock is not None:
                available.stocks[sku] = stock + sign * pieces
    for id, pieces in by_deal(claim.parts).items():
        deal = available.deals.get(id)
        if deal is not None and deal.left is not None:
            deal.left += sign * pieces
        taken = available.bought.get((id, claim.buyer), 0) - sign * pieces
        available.bought[id, claim.buyer] = max(0, taken)
    if claim.voucher is not None:
        voucher = available.vouchers.get(claim.voucher)
        if voucher is not None and voucher.left is not None:
            voucher.left += sign
        used = available.used.get((claim.voucher, claim.buyer), 0) - sign
        available.used[claim.voucher, claim.buyer] = max(0, used)


def by_sku(parts: Iterable[Part]) -> Counter[str]:
    """Pieces of each SKU."""
    pieces: Counter[str] = Counter()
    for part in parts:
        pieces[part.sku] += part.quantity
    return pieces


def by_deal(parts: Iterable[Part]) -> Counter[DealId]:
    """Pieces of each deal."""
    pieces: Counter[DealId] = Counter()
    for part in parts:
        if part.deal is not None:
            pieces[part.deal] += part.quantity
    return pieces


def _check_running(available: Available, claim: Claim, now: int) -> None:
    for part in claim.parts:
        if part.deal is None:
            continue
        deal = available.deals.get(part.deal)
        if deal is None or not deal.open or deal.ends_at <= now:
            raise Refused(
                "deal_over",
                f"The deal of {part.sku} is over. Look at what it costs now.",
                {"sku": part.sku, "deal": part.deal.deal},
            )


def _check_left(available: Available, claim: Claim) -> None:
    """Every SKU that is short is named, with what is left of it."""
    short = [
        (sku, left)
        for sku, wanted in by_sku(claim.parts).items()
        if (left := _left_of(available, claim, sku, wanted)) is not None
    ]
    if not short:
        return
    sku, left = short[0]
    message = f"Only {left} of {sku} are left." if left else f"{sku} is sold out."
    items = [{"sku": each, "left": pieces} for each, pieces in short]
    raise Refused("sold_out", message, {"sku": sku, "left": left, "items": items})


def _left_of(available: Available, claim: Claim, sku: str, wanted: int) -> int | None:
    """What is left where that is too little, else None."""
    short: list[int] = []
    if claim.stocked:
        if sku not in available.stocks:
            raise Refused("unknown_sku", f"There is no product {sku}.", {"sku": sku})
        stock = available.stocks[sku]
        if stock is not None and stock < wanted:
            short.append(stock)
    for id, pieces in by_deal(claim.parts).items():
        deal = available.deals.get(id)
        left = deal.left if deal is not None else None
        if left is not None and left < pieces and _in_deal(claim, sku, id):
            short.append(left)
    return max(0, min(short)) if short else None


def _in_deal(claim: Claim, sku: str, id: DealId) -> bool:
    return any(part.sku == sku and part.deal == id for part in claim.parts)


def _check_limits(available: Available, claim: Claim) -> None:
    for id, pieces in by_deal(claim.parts).items():
        deal = available.deals.get(id)
        if deal is None or deal.per_viewer is None:
            continue
        more = max(0, deal.per_viewer - available.bought.get((id, claim.buyer), 0))
        if pieces > more:
            sku = next(part.sku for part in claim.parts if part.deal == id)
            raise Refused(
                "limit_reached",
                f"A buyer gets {deal.per_viewer} of {sku} at most in this deal.",
                {"sku": sku, "per_viewer": deal.per_viewer, "left": more},
            )


def _check_window(available: Available, code: str, now: int) -> None:
    voucher = _known_voucher(available, code)
    early = voucher.starts_at is not None and now < voucher.starts_at
    if early or (voucher.ends_at is not None and voucher.ends_at <= now):
        raise voucher_not_good()


def _check_uses(available: Available, claim: Claim, code: str) -> None:
    voucher = _known_voucher(available, code)
    kinds = (False,) if claim.stocked else (False, True)
    given = any((code, claim.buyer, test) in available.given for test in kinds)
    if voucher.by_tap and not given:
        raise voucher_not_good()
    if voucher.left is not None and voucher.left < 1:
        raise voucher_not_good()
    used = available.used.get((code, claim.buyer), 0)
    if voucher.per_buyer is not None and used >= voucher.per_buyer:
        raise voucher_not_good()


def _known_voucher(available: Available, code: str) -> VoucherLeft:
    voucher = available.vouchers.get(code)
    if voucher is None:
        raise voucher_not_good()
    return voucher
