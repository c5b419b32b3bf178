"""The words of a page in its language, read from the files that the browser reads too.

`static/js/i18n/viewer/de.js` is `export default { key: "text", … };`: an object of texts, or of
plural forms by CLDR category. Nothing else may stand there, so that both sides read it alike.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal, format_percent, get_currency_name

from vetrina.domain.money import Money, exponent
from vetrina.web.assets.registry import Assets

Entry = str | Mapping[str, str]
FALLBACK: Final = "en"
_COMMENT = re.compile(r"/\*.*?\*/|^\s*//[^\n]*", re.DOTALL | re.MULTILINE)
_KEY = re.compile(r"([{,]\s*)(\w+)(\s*:)")


def read_words(source: str) -> dict[str, Entry]:
    """The entries of one language file. Raises ValueError for anything but plain texts."""
    text = _COMMENT.sub("", source).strip()
    if not text.startswith("export default") or not text.endswith("};"):
        raise ValueError("expected `export default { … };` and nothing else")
    literal = _KEY.sub(r'\1"\2"\3', text.removeprefix("export default").strip().rstrip(";"))
    try:
        words = ast.literal_eval(literal)
    except (SyntaxError, ValueError) as error:
        raise ValueError(f"expected texts in double quotes: {error}") from error
    return dict(words)


class Words:
    """One language: its texts, its plurals, its numbers. `lang` is a BCP 47 tag with its region."""

    def __init__(self, lang: str, entries: Mapping[str, Entry]) -> None:
        self.lang = lang
        self.entries = entries
        self._locale = _locale(lang)

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key, with `{n}` and other names filled in. Raises KeyError."""
        entry = self.entries[key]
        text = entry if isinstance(entry, str) else self._plural(entry, values.get("n", 0))
        for name, value in values.items():
            told = self.number(value) if isinstance(value, int) else str(value)
            text = text.replace(f"{{{name}}}", told)
        return text

    def money(self, money: Money) -> str:
        """`18,90 €`: as many decimals as ISO 4217 gives the currency, whatever CLDR says."""
        return _currency(money, self._locale)

    def spoken_money(self, money: Money) -> str:
        """`18,90 Euro`, for screen readers."""
        digits = _decimals(exponent(money.currency))
        number = format_decimal(money.decimal(), f"#,##0{digits}", self._locale)
        name = get_currency_name(money.currency, money.decimal(), self._locale)
        return f"{number} {name}"

    def moment(self, ms: int) -> str:
        """`Freitag, 21. November 2025, 19:00 UTC`: where the reader is is not known here."""
        at = datetime.fromtimestamp(ms // 1000, UTC)
        day = format_date(at, "full", self._locale)
        time = format_time(at, "short", locale=self._locale)
        return f"{day}, {time} UTC"

    def listed(self, things: Sequence[str]) -> str:
        """`A and B`."""
        return str(format_list(list(things), locale=self._locale))

    def region(self, code: str | None) -> str | None:
        """`Italien` for `IT`; None for what is not a region."""
        return self._locale.territories.get(code) if code else None

    def number(self, value: int) -> str:
        """A whole number with the language's separators."""
        return str(format_decimal(value, locale=self._locale))

    def percent_off(self, percent: int) -> str:
        """`−24 %`, with a true minus sign."""
        return str(format_percent(-percent / 100, locale=self._locale)).replace("-", "−")

    def _plural(self, forms: Mapping[str, str], n: object) -> str:
        if n == 0 and "zero" in forms:
            return forms["zero"]
        category = self._locale.plural_form(n) if isinstance(n, int) else "other"
        return forms.get(category) or forms["other"]


class SurfaceWords:
    """The words of one surface in every language, each read when it is first asked for."""

    def __init__(self, assets: Assets, folder: str) -> None:
        self._assets = assets
        self._folder = folder
        self._entries: dict[str, dict[str, Entry]] = {}

    def of(self, lang: str) -> Words:
        """Those of one of our languages, by a tag that may name a region."""
        language = lang.split("-")[0].lower()
        if language not in self._entries:
            source = self._assets.text(f"{self._folder}/{language}.js")
            self._entries[language] = read_words(source)
        return Words(lang, self._entries[language])


@lru_cache(maxsize=64)
def _locale(lang: str) -> Locale:
    """The nearest locale that CLDR knows: `de-XX` is `de`."""
    for tag in (lang, lang.split("-")[0], FALLBACK):
        try:
            return Locale.parse(tag, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise AssertionError("CLDR knows English")


def _currency(money: Money, locale: Locale) -> str:
    pattern = _with_digits(locale, exponent(money.currency))
    told = format_currency(money.decimal(), money.currency, pattern, locale, currency_digits=False)
    # CLDR's currencySpacing, which browsers follow: letters do not touch digits.
    return re.sub(r"(?<=[A-Za-z])(?=\d)", "\u00a0", told)


@lru_cache(maxsize=256)
def _with_digits(locale: Locale, digits: int) -> str:
    """The locale's pattern for money with another number of decimals: `#,##0.00 ¤` → `#,##0 ¤`."""
    return re.sub(r"\.0+", _decimals(digits), locale.currency_formats["standard"].pattern)


def _decimals(digits: int) -> str:
    return f".{'0' * digits}" if digits else ""
