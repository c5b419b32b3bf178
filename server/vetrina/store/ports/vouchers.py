"""Vouchers port: what sellers made, and who was given one by tap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.selling.voucher import Voucher
from vetrina.store.ports.pages import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVoucher:
    """A voucher as it stands. `alias` names it where its code must not be told.

    `used` counts checkouts that have it, `claims` taps that were given one outside of rehearsals;
    `left` is what can still be used, or given by tap, None for no limit.
    """

    voucher: Voucher
    alias: str
    created_at: int
    left: int | None
    used: int = 0
    claims: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VoucherClaim:
    """A buyer's tap on the offer of a voucher in a show; `quantity` is what the offer began with.

    `test`: in a rehearsal. The voucher itself stays as it is then.
    """

    show: str
    offer: str
    alias: str
    quantity: int | None
    buyer: str
    at: int
    test: bool = False


@dataclass(frozen=True, slots=True)
class Claimed:
    """`code` of the voucher that was given, now or before; None: all are taken. `left`: what the
    offer still has, None for no limit."""

    code: str | None
    left: int | None


class VoucherStore(Protocol):
    """Vouchers; their uses are counted where checkouts reserve."""

    async def add_voucher(self, voucher: Voucher, at: int) -> KeptVoucher:
        """Write a new one. Raises Taken, also for the code of one that was removed."""
        ...

    async def voucher(self, code: str) -> KeptVoucher | None:
        """One that was not removed."""
        ...

    async def vouchers(self, after: int | None = None, limit: int = 100) -> Page[KeptVoucher]:
        """Those that were not removed, the newest first."""
        ...

    async def remove_voucher(self, code: str, at: int) -> bool:
        """It is good no more; what was reserved with it stays as it is. False when unknown."""
        ...

    async def claim_voucher(self, claim: VoucherClaim) -> Claimed:
        """Give it to the buyer, once: counted by one conditional write, in every process alike.

        From the first tap on the voucher is given by tap only, and its code alone opens nothing:
        what was left of its uses is what can be given.
        """
        ...

    async def was_given(self, code: str, buyer: str, *, test: bool = False) -> bool:
        """Whether the buyer was given this voucher by tap. `test`: in a rehearsal will do."""
        ...

    async def times_used(self, code: str, buyer: str) -> int:
        """How many orders of the buyer have it for good; a checkout that is open does not count."""
        ...

    async def offers_left(self, show: str) -> dict[str, int | None]:
        """What the offers of a show still have to give, by id; those without a tap are not here."""
        ...
