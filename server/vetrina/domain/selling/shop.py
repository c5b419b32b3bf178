"""The shop as its visitors see it: its name, what it says of itself, and its colour. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from vetrina.domain.catalogue.fields import FIELD_CHECKS
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.errors import InvalidValue
from vetrina.domain.selling.seller import Seller

HANDLE_PATTERN: Final = r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?"
COLOUR_PATTERN: Final = r"#[0-9a-f]{6}"
NAME_CHARS: Final = 80
ABOUT_CHARS: Final = 600
LINE_CHARS: Final = 200
LINKS: Final = 8
LABEL_CHARS: Final = 40
TERMS_CHARS: Final = 2_000
TEXTS: Final = (
    ("about", ABOUT_CHARS),
    ("delivery", LINE_CHARS),
    ("returns", LINE_CHARS),
    ("withdrawal", TERMS_CHARS),
)
WITHDRAWAL_DAYS: Final = (0, 365)
RESERVE_MINUTES: Final = (2, 60)


@dataclass(frozen=True, slots=True)
class ShopLink:
    """Where else the shop is found: its own site, an imprint, a profile."""

    label: str
    url: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.label.strip()) <= LABEL_CHARS:
            raise InvalidValue("links", f"expected labels of 1 to {LABEL_CHARS} characters")
        try:
            FIELD_CHECKS["link"](self.url)
        except InvalidValue as error:
            raise InvalidValue("links", error.message) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopProfile:
    """The one shop of an installation. `handle` is its name in addresses.

    `accent` is a colour such as `#1f6b3a`, None for ours. `delivery` and `returns` are the lines
    that stand on every product's page. `eu`: it sells to people in the EU. `safety` counts for
    products without their own.

    `seller` is whom a buyer has the contract with. For `withdrawal_days` after everything arrived a
    buyer may withdraw from it, on the terms of `withdrawal`; with 0 there is no such right.
    `privacy` is the address of the privacy notice. `reserve_minutes`: how long stock is kept for
    somebody who pays.
    """

    handle: str
    name: str
    about: str = ""
    logo: str | None = None
    accent: str | None = None
    links: tuple[ShopLink, ...] = ()
    delivery: str = ""
    returns: str = ""
    eu: bool = False
    safety: Safety | None = None
    seller: Seller | None = None
    withdrawal_days: int = 14
    withdrawal: str = ""
    privacy: str | None = None
    reserve_minutes: int = 10

    def __post_init__(self) -> None:
        if re.fullmatch(HANDLE_PATTERN, self.handle) is None:
            raise InvalidValue("handle", "expected small letters, digits and hyphens between them")
        if not 1 <= len(self.name.strip()) <= NAME_CHARS:
            raise InvalidValue("name", f"expected 1 to {NAME_CHARS} characters")
        if self.accent is not None and re.fullmatch(COLOUR_PATTERN, self.accent) is None:
            raise InvalidValue("accent", "expected a colour such as #1f6b3a, or null")
        if self.logo is not None:
            _check_logo(self.logo)
        if len(self.links) > LINKS:
            raise InvalidValue("links", f"expected at most {LINKS}, got {len(self.links)}")
        for field, most in TEXTS:
            if len(getattr(self, field)) > most:
                raise InvalidValue(field, f"expected at most {most} characters")
        if self.privacy is not None:
            _check_privacy(self.privacy)
        _check_range("withdrawal_days", self.withdrawal_days, WITHDRAWAL_DAYS)
        _check_range("reserve_minutes", self.reserve_minutes, RESERVE_MINUTES)


def _check_range(field: str, value: int, allowed: tuple[int, int]) -> None:
    least, most = allowed
    if not least <= value <= most:
        raise InvalidValue(field, f"expected {least} to {most}")


def _check_privacy(address: str) -> None:
    try:
        FIELD_CHECKS["link"](address)
    except InvalidValue as error:
        raise InvalidValue("privacy", error.message) from error


def _check_logo(logo: str) -> None:
    try:
        FIELD_CHECKS["image"](logo)
    except InvalidValue as error:
        raise InvalidValue("logo", error.message) from error
