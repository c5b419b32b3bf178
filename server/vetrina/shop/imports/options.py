"""What whoever imports decides, because the file does not say it."""

from __future__ import annotations

from dataclasses import dataclass

from vetrina.shop.imports.decimals import DecimalMark


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingOptions:
    """`currency` is of prices that name none. `decimal_mark` None: found out from all prices.

    Prices that hold for some days are read as of `now_ms`. `activate`: new products are offered at
    once where the file says so; else they are drafts.
    """

    currency: str
    now_ms: int
    decimal_mark: DecimalMark | None = None
    activate: bool = False
