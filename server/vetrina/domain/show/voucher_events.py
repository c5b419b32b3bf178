"""Facts about vouchers that a show offers; `events` is where all facts are found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vetrina.domain.show.values import OfferedVoucher

VoucherCloseReason = Literal["time", "taken", "cancelled", "show_ended"]


@dataclass(frozen=True, slots=True)
class VoucherOffered:
    """The voucher can be taken by tap."""

    at: int
    voucher: OfferedVoucher


@dataclass(frozen=True, slots=True)
class VoucherLeftChanged:
    """So many can still be taken."""

    at: int
    voucher: str
    left: int


@dataclass(frozen=True, slots=True)
class VoucherClosed:
    """It can be taken no more. Who has one keeps it."""

    at: int
    voucher: str
    reason: VoucherCloseReason
