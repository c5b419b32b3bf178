"""Prices as files write them: one decimal mark for a whole file.

To guess cell by cell is wrong by a factor of a thousand sooner or later: `1,234` is one and a bit
in Milan and more than a thousand in Dublin. So all prices of a file are looked at first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money, exponent
from vetrina.shop.imports.findings import UnreadableFile, shown

DecimalMark = Literal[".", ","]
NAMES: dict[DecimalMark, str] = {".": "point", ",": "comma"}
# Blanks and apostrophes only ever group digits; \u2019 and \u02bc are Swiss ones.
_GROUPING = str.maketrans("", "", " \u00a0\u2007\u2009\u202f'\u2019\u02bc")
_AMOUNT = re.compile(r"(?P<sign>[-+]?)(?P<digits>\d[\d.,]*)")
_WORDS = re.compile(r"\w+|[^\w\s]+")
_SYMBOLS = {"€": "EUR", "£": "GBP", "zł": "PLN", "Kč": "CZK", "₹": "INR", "₺": "TRY"}
# These stand for several currencies, so they contradict none of those.
_SHARED_SYMBOLS = {"$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"), "¥": ("JPY", "CNY")}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A price that can be read in one way only."""

    mark: DecimalMark
    text: str


def decimal_mark(texts: Iterable[str]) -> DecimalMark | None:
    """The mark that every price of a file agrees with; None when no price has one.

    Raises UnreadableFile, with examples, when prices contradict each other, and when each of them
    could be read in two ways.
    """
    first: dict[DecimalMark, str] = {}
    doubtful = None
    for text in texts:
        told = _told_by(text)
        if told == "both":
            doubtful = doubtful or text
            continue
        if told is not None:
            first.setdefault(told, text)
    if len(first) == 2:
        point, comma = shown(first["."]), shown(first[","])
        raise UnreadableFile(
            f"Prices contradict each other: {point} has a decimal point, {comma} a decimal comma."
            " Say which one the file uses, and the other prices are refused row by row."
        )
    if doubtful and not first:
        raise UnreadableFile(
            f"{shown(doubtful)} can be read in two ways. Say whether the file uses a decimal point"
            " or a decimal comma."
        )
    return next(iter(first), None)


def read_price(text: str, mark: DecimalMark, currency: str) -> Money:
    """Exact minor units. Raises InvalidValue("price", …) that names what came.

    A currency in the text must be `currency`: nothing is converted.
    """
    number, words = _parts(text)
    _check_currency(text, words, currency)
    grouping = "," if mark == "." else "."
    whole, _, rest = number.rpartition(mark) if mark in number else (number, "", "")
    if mark in whole or grouping in rest or not _grouped_well(whole, grouping):
        raise InvalidValue(
            "price", f"expected a price with a decimal {NAMES[mark]}, got {shown(text)}"
        )
    amount = Decimal(f"{whole.replace(grouping, '')}.{rest or '0'}").scaleb(exponent(currency))
    if amount != amount.to_integral_value():
        places = exponent(currency)
        raise InvalidValue(
            "price", f"expected at most {places} decimals for {currency}, got {shown(text)}"
        )
    return Money(int(amount), currency)


def currency_in(text: str) -> str | None:
    """The currency that a price names, such as `EUR` in `19.90 EUR`; None when it names none."""
    said = _WORDS.findall(_parts(text)[1])
    codes = [_SYMBOLS.get(word, word.upper()) for word in said if word not in _SHARED_SYMBOLS]
    return codes[0] if codes else None


def _parts(text: str) -> tuple[str, str]:
    """The digits with their marks, and what stands beside them."""
    plain = text.strip().translate(_GROUPING)
    found = _AMOUNT.search(plain)
    if found is None:
        raise InvalidValue("price", f"expected a price such as 19.90, got {shown(text)}")
    if found["sign"] == "-":
        raise InvalidValue("price", f"expected zero or more, got {shown(text)}")
    return found["digits"].rstrip(".,"), plain[: found.start()] + plain[found.end() :]


def _told_by(text: str) -> DecimalMark | Literal["both"] | None:
    """The decimal mark that a price gives away; `both`: it can be read either way."""
    try:
        number, _ = _parts(text)
    except InvalidValue:
        return None
    marks = [mark for mark in number if mark in ".,"]
    if not marks:
        return None
    last: DecimalMark = "." if marks[-1] == "." else ","
    other: DecimalMark = "," if last == "." else "."
    if len(set(marks)) == 2:
        return last if marks.count(last) == 1 else None
    if len(marks) > 1:
        return other
    before, _, after = number.partition(last)
    return "both" if len(after) == 3 and len(before) <= 3 and before != "0" else last


def _grouped_well(whole: str, grouping: str) -> bool:
    """Digits in groups of three, or of two as in India; the last one has three."""
    head, *groups = whole.split(grouping)
    if not groups:
        return bool(head)
    return 1 <= len(head) <= 3 and len(groups[-1]) == 3 and all(2 <= len(g) <= 3 for g in groups)


def _check_currency(text: str, words: str, currency: str) -> None:
    for said in _WORDS.findall(words):
        known = _SYMBOLS.get(said, said.upper())
        if known != currency and currency not in _SHARED_SYMBOLS.get(said, ()):
            raise InvalidValue("price", f"expected a price in {currency}, got {shown(text)}")
