"""Names that go on air are text: decoded once, without tags, in one line that can be shown."""

from __future__ import annotations

import html
import re

# A tag begins with a letter or a slash, so that "1 < 2 > 0" stays what it is.
_BREAKS = re.compile(r"</?(?:br|p|div|li|td|tr)\b[^<>]*>", re.IGNORECASE)
_TAGS = re.compile(r"</?[A-Za-z!][^<>]*>")
_JOINER = "\u200d"


def display_text(text: str | None, most: int) -> str | None:
    """What a shop wrote as HTML, as the text that it means; at most so many characters."""
    decoded = html.unescape(text or "")
    return clean(_TAGS.sub("", _BREAKS.sub(" ", decoded)), most)


def clean(text: str | None, most: int) -> str | None:
    """One line that can be shown, or None."""
    spaced = " ".join((text or "").split())
    shown = "".join(char for char in spaced if char.isprintable() or char == _JOINER)
    return shown[:most].strip() or None
