"""Vouchers: made by the seller, looked up for a checkout, given by tap in a show."""

from __future__ import annotations

import secrets
from typing import Final

from vetrina.clock import Clock
from vetrina.domain.errors import Refused
from vetrina.domain.selling.voucher import Voucher, normal_code
from vetrina.domain.selling.voucher_rules import is_good, voucher_not_good
from vetrina.domain.show.state import ShowState
from vetrina.store.ports.pages import Page
from vetrina.store.ports.vouchers import Claimed, KeptVoucher, VoucherClaim, VoucherStore

CODE_CHARS: Final = 10
"""Of 32 characters: 50 bits, which cannot be found by trying at the rate that is allowed."""
CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_CODE: Final = 100
NO_CODE: Final = "-"
"""No voucher has it: what is no code costs the same look-up as one that is unknown."""


def new_code() -> str:
    """A code that cannot be guessed, of letters and digits that are not mistaken for others."""
    return "".join(secrets.choice(CROCKFORD) for _ in range(CODE_CHARS))


class Vouchers:
    """The vouchers of the shop."""

    def __init__(self, store: VoucherStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    async def add(self, voucher: Voucher) -> KeptVoucher:
        """Raises Taken."""
        return await self._store.add_voucher(voucher, self._clock.now_ms())

    async def page(self, after: int | None, limit: int) -> Page[KeptVoucher]:
        """The newest first."""
        return await self._store.vouchers(after, limit)

    async def remove(self, code: str) -> bool:
        """It is good no more. False when unknown."""
        return await self._store.remove_voucher(normal_code(code), self._clock.now_ms())

    async def good_for(
        self, code: str, buyer: str, *, show: str | None = None, test: bool = False
    ) -> Voucher:
        """The voucher that a buyer's checkout may have; the same questions for every code.

        How many are left is counted where the checkout reserves. Raises Refused.
        """
        code = normal_code(code) if len(code) <= LONGEST_CODE else NO_CODE
        kept = await self._store.voucher(code)
        given = await self._store.was_given(code, buyer, test=test)
        used = await self._store.times_used(code, buyer)
        if kept is None or not is_good(kept.voucher, show, self._clock.now_ms()):
            raise voucher_not_good()
        most = kept.voucher.per_buyer or (1 if kept.voucher.claimed else None)
        if (kept.voucher.claimed and not given) or (most is not None and used >= most):
            raise voucher_not_good()
        return kept.voucher

    async def claim(self, state: ShowState, offer: str, buyer: str) -> tuple[Claimed, str]:
        """Give what a show offers to a buyer, once; the code comes with it.

        Raises Refused: `voucher_refused` for an offer that is over or was never there, `sold_out`
        when all were taken.
        """
        now = self._clock.now_ms()
        offered = state.vouchers.get(offer)
        if offered is None or (offered.ends_at is not None and offered.ends_at <= now):
            raise voucher_not_good()
        claim = VoucherClaim(
            show=state.slug,
            offer=offer,
            alias=offered.alias,
            quantity=offered.quantity,
            buyer=buyer,
            at=now,
            test=state.status == "rehearsal",
        )
        claimed = await self._store.claim_voucher(claim)
        if claimed.code is None:
            raise Refused("sold_out", "All of these vouchers are taken.", {"left": 0})
        return claimed, claimed.code
