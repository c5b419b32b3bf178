"""Graphemes: what a reader takes for one character, as far as names and emoji need it (UAX 29)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

ATTACHED = ("Mn", "Me", "Mc")
_JOINER = "\u200d"


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
    if char == _JOINER or char == "\u200c" or unicodedata.category(char) in ATTACHED:
        return True
    if cluster[-1] == _JOINER:
        return unicodedata.category(cluster[0]) == "So"
    if _is_flag_half(char):
        return _is_flag_half(cluster) and len(cluster) == 1
    # Skin tones, the letters of tag flags, and the later parts of a Hangul syllable.
    return "\U0001f3fb" <= char <= "\U0001f3ff" or is_tag(char) or "\u1160" <= char <= "\u11ff"


def _is_flag_half(text: str) -> bool:
    return len(text) == 1 and "\U0001f1e6" <= text <= "\U0001f1ff"


def is_tag(char: str) -> bool:
    """A letter of a tag flag, as that of Scotland."""
    return "\U000e0020" <= char <= "\U000e007f"
