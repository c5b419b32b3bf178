"""The words by which visitors of the shop find a product. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

WORDS: Final = 40
WORD_CHARS: Final = 40
_BREAKS: Final = re.compile(r"[\W_]+")


def words_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Each word once, without case and accents: `Café Crème` is `cafe` and `creme`."""
    found: dict[str, None] = {}
    for text in texts:
        for word in _BREAKS.split(_plain(text)):
            if word:
                found[word[:WORD_CHARS]] = None
    return tuple(found)[:WORDS]


def _plain(text: str) -> str:
    """Letters of other alphabets of mathematics are plain ones only after the first step."""
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in apart if not unicodedata.combining(c))
