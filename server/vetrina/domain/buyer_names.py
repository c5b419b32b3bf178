"""What may be shown of a buyer's name. Whatever is in doubt becomes nobody."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from vetrina.domain.graphemes import ATTACHED, graphemes, is_tag
from vetrina.domain.selling.order import Buyer, Order

NameMode = Literal["anonymous", "initial", "first_name", "nickname"]

NAME_GRAPHEMES = 20
# A letter that carries more marks than this is a prank that grows over other lines.
MARKS_AT_MOST = 4
_UNSEEN = "\u200c\u200d"
_LOOKALIKES = str.maketrans("013457$!|", "oieastsil")

# Endings of web addresses. Two letters are part of many names ("St.Jo", "J.De"), so those of a
# country count only after a word.
_ENDINGS = "com|net|org|info|biz|shop|store|app|dev|xyz|online|site|club|live|link|page|blog|news"
_COUNTRIES = (
    "ac|ae|ai|at|au|be|br|ca|cc|ch|cn|co|cz|de|dk|es|eu|fi|fm|fr|gg|gl|gr|hu|ie|in|io|is|it|jp|kr|"
    "li|lu|ly|me|mx|nl|no|nz|pl|pt|ro|ru|se|si|sk|sm|to|tr|tv|ua|uk|us|vn|ws|za"
)
# Addresses, and numbers long enough to call somebody.
_CONTACT = re.compile(
    rf"@|://|www\.|\w\.(?:{_ENDINGS})\b|\w{{3}}\.(?:{_COUNTRIES})\b|\w\.\w+/|\d{{5}}", re.IGNORECASE
)
# Abuse in the languages of the catalogue, and words that pretend to speak for the shop. They count
# as whole words, since names hold many of them: Ignazio, Ishita, Montenegro, Scunthorpe.
_WORDS = frozenset(
    (
        *("fuck", "fucker", "fucking", "shit", "shitty", "bullshit", "cunt", "cunts", "bitch"),
        *("bitches", "nigger", "niggers", "nigga", "faggot", "fag", "whore", "slut", "nazi"),
        *("nazis", "hitler", "rapist", "dick", "cock", "pussy", "asshole", "bastard", "wanker"),
        *("cazzo", "cazzi", "cazzone", "stronzo", "stronza", "stronzi", "puttana", "puttane"),
        *("troia", "troie", "merda", "merde", "frocio", "froci", "negro", "negri", "negra"),
        *("porcodio", "diocane", "vaffanculo", "vaffa", "coglione", "coglioni", "zoccola"),
        *("hure", "fotze", "scheisse", "arschloch", "wichser", "hurensohn", "schlampe"),
        *("puta", "puto", "mierda", "cabron", "gilipollas", "maricon", "pendejo", "verga"),
        *("putain", "pute", "salope", "connard", "connasse", "encule", "batard", "nique"),
        *("admin", "admins", "administrator", "moderator", "moderatore", "official", "ufficiale"),
        *("support", "assistenza", "offiziell", "oficial", "officiel", "kundendienst", "soporte"),
    )
)
# No name holds these, so nothing around them hides them.
_ANYWHERE = (
    *("fuck", "nigger", "motherfuck", "hitler", "porcodio", "vaffancul", "stronzo", "stronza"),
    *("hurensohn", "arschloch", "gilipollas", "whatsapp", "telegram"),
)
# Real names that a rule above would take for something else.
_NAMES = frozenset(("dick", "negri", "verga"))
_TITLES = frozenset(
    (
        *("dr", "drs", "doc", "prof", "professor", "mr", "mrs", "ms", "miss", "mx", "sir", "madam"),
        *("sig", "sigra", "signor", "signora", "dott", "dottssa", "ing", "avv", "arch", "geom"),
        *("herr", "frau", "dipl", "mag", "sr", "sra", "srta", "don", "dona", "senor", "senora"),
        *("m", "mme", "mlle", "monsieur", "madame", "me", "rev", "fr", "hr", "fru", "pan", "pani"),
    )
)


@dataclass(frozen=True, slots=True)
class NamePolicy:
    """The shop's settings: how buyers who agreed are named, and words that no name may hold."""

    mode: NameMode = "anonymous"
    blocked: tuple[str, ...] = ()


def named(order: Order, policy: NamePolicy) -> Order:
    """The order with the name that may be kept; nothing else of the buyer is left."""
    shown = order.name if order.buyer is None else _by_mode(order.buyer, policy.mode)
    return replace(order, name=decent_name(shown, policy.blocked), buyer=None)


def decent_name(name: str | None, blocked: Iterable[str] = ()) -> str | None:
    """A name of at most 20 graphemes without addresses and abuse; anything else is nobody."""
    text = " ".join((name or "").split())
    if not text or _CONTACT.search(text) or not _readable(text):
        return None
    if _is_abuse(text) or _holds_any(text, blocked):
        return None
    return "".join(list(graphemes(text))[:NAME_GRAPHEMES]).strip() or None


def initial_of(full_name: str | None) -> str | None:
    """How a whole name begins, without a title: "M." of "Dr. Marta Rossi"; None for no name."""
    words = [word for word in (full_name or "").split() if _letters(word) not in _TITLES]
    first = next(graphemes(words[0])) if words else ""
    return f"{first.upper()}." if first and first[0].isalpha() else None


def _by_mode(buyer: Buyer, mode: NameMode) -> str | None:
    """Where the whole name stands in one field: the name given for this, or an initial."""
    if mode == "nickname":
        return buyer.nickname
    if mode == "anonymous":
        return None
    if buyer.first_name is None:
        return (buyer.nickname if mode == "first_name" else None) or buyer.initial
    if mode == "initial":
        return next(graphemes(buyer.first_name)).upper() + "."
    return buyer.first_name


def _readable(text: str) -> bool:
    """Printable, apart from what only joins, and without heaps of marks."""
    seen = "".join(char for char in text if char not in _UNSEEN and not is_tag(char))
    if not seen.isprintable() or not any(char.isalnum() or _is_sign(char) for char in seen):
        return False
    marks = 0
    for char in seen:
        marks = marks + 1 if unicodedata.category(char) in ATTACHED[:2] else 0
        if marks > MARKS_AT_MOST:
            return False
    return True


def _is_sign(char: str) -> bool:
    return unicodedata.category(char) == "So"


def _is_abuse(text: str) -> bool:
    """By whole words, and by letters that were pulled apart; accents and digits hide nothing."""
    letters = _letters(text)
    if any(word in letters for word in _ANYWHERE):
        return True
    words = {_letters(word) for apart in (r"[^\w$!|]+", r"\W+") for word in re.split(apart, text)}
    pulled_apart = {letters} if _is_spelled_out(text) else set()
    # Marks between letters stand for nothing: "sh*t" is no word, "sh1t" is one.
    return bool((words | pulled_apart) & (_WORDS - _NAMES))


def _is_spelled_out(text: str) -> bool:
    """Short pieces, as nobody writes a name: "F.u c-k", "n a z i"."""
    pieces = [piece for piece in re.split(r"[\W_]+", text) if piece]
    return len(pieces) > 1 and all(len(piece) <= 2 for piece in pieces)


def _holds_any(text: str, words: Iterable[str]) -> bool:
    """The seller's own words, wherever they stand."""
    letters = _letters(text)
    found = (_letters(word) for word in words)
    return any(word and word in letters for word in found)


def _letters(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold().translate(_LOOKALIKES)
    return "".join(char for char in plain if char.isalpha())
