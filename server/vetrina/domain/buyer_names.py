"""What may be shown of a buyer's name. Whatever is in doubt becomes nobody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from vetrina.domain.selling.order import Buyer, Order

NameMode = Literal["anonymous", "initial", "first_name", "nickname"]

NAME_GRAPHEMES = 20
# A letter that carries more marks than this is a prank that grows over other lines.
MARKS_AT_MOST = 4
_JOINER = "\u200d"
_UNSEEN = "\u200c\u200d"
_ATTACHED = ("Mn", "Me", "Mc")
# Addresses, and numbers long enough to call somebody.
_CONTACT = re.compile(r"@|://|www\.|\w\.[^\W\d_]{2}|\d{5}")
_LOOKALIKES = str.maketrans("013457$!|", "oieastsil")
# Abuse in the languages of the catalogue, and words that pretend to speak for the shop.
_WORDS = (
    *("fuck", "shit", "cunt", "bitch", "nigg", "fagg", "whore", "nazi", "hitler", "rapist"),
    *("cazz", "stronz", "puttan", "troia", "merda", "froci", "negro", "porcodio", "vaffan"),
    *("admin", "moderator", "moderatore", "official", "ufficiale", "support", "assistenza"),
)


@dataclass(frozen=True, slots=True)
class NamePolicy:
    """The shop's settings: how buyers who agreed are named, and words that no name may hold."""

    mode: NameMode = "anonymous"
    blocked: tuple[str, ...] = ()


def named(order: Order, policy: NamePolicy) -> Order:
    """The order with the name that may be kept; nothing else of the buyer is left."""
    wished = order.name if order.buyer is None else _by_mode(order.buyer, policy.mode)
    return replace(order, name=decent_name(wished, policy.blocked), buyer=None)


def decent_name(name: str | None, blocked: Iterable[str] = ()) -> str | None:
    """A name of at most 20 graphemes without addresses and abuse; anything else is nobody."""
    text = " ".join((name or "").split())
    if not text or _CONTACT.search(text) or not _readable(text):
        return None
    if _holds_word(text, (*_WORDS, *blocked)):
        return None
    return "".join(list(graphemes(text))[:NAME_GRAPHEMES]).strip() or None


def graphemes(text: str) -> Iterator[str]:
    """What a reader takes for one character: marks, joined emoji and flags stay together."""
    cluster = ""
    for char in text:
        if cluster and not _continues(cluster, char):
            yield cluster
            cluster = ""
        cluster += char
    if cluster:
        yield cluster


def _continues(cluster: str, char: str) -> bool:
    if char == _JOINER or char == "\u200c" or unicodedata.category(char) in _ATTACHED:
        return True
    if cluster[-1] == _JOINER:
        return unicodedata.category(cluster[0]) == "So"
    if _is_flag_half(char):
        return _is_flag_half(cluster) and len(cluster) == 1
    # Skin tones, the letters of tag flags, and the later parts of a Hangul syllable.
    return "\U0001f3fb" <= char <= "\U0001f3ff" or _is_tag(char) or "\u1160" <= char <= "\u11ff"


def _is_flag_half(text: str) -> bool:
    return len(text) == 1 and "\U0001f1e6" <= text <= "\U0001f1ff"


def _is_tag(char: str) -> bool:
    return "\U000e0020" <= char <= "\U000e007f"


def _readable(text: str) -> bool:
    """Printable, apart from what only joins, and without heaps of marks."""
    seen = "".join(char for char in text if char not in _UNSEEN and not _is_tag(char))
    if not seen.isprintable() or not any(char.isalnum() or _is_sign(char) for char in seen):
        return False
    marks = 0
    for char in seen:
        marks = marks + 1 if unicodedata.category(char) in ("Mn", "Me") else 0
        if marks > MARKS_AT_MOST:
            return False
    return True


def _is_sign(char: str) -> bool:
    return unicodedata.category(char) == "So"


def _holds_word(text: str, words: Iterable[str]) -> bool:
    """Compare letters only, so that accents, digits for letters and gaps hide nothing."""
    letters = _letters(text)
    found = (_letters(word) for word in words)
    return any(word and word in letters for word in found)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LOOKALIKES)
    return "".join(char for char in plain if char.isalpha())


def _by_mode(buyer: Buyer, mode: NameMode) -> str | None:
    if mode == "nickname":
        return buyer.nickname
    if mode == "anonymous" or not buyer.first_name:
        return None
    if mode == "initial":
        return next(graphemes(buyer.first_name)).upper() + "."
    return buyer.first_name
