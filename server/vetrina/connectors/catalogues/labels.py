"""Short texts of products, as every source of a catalogue keeps them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from vetrina.connectors.display_text import display_text
from vetrina.domain.catalogue.entry import LABEL_CHARS
from vetrina.domain.catalogue.fields import SKU_CHARS

_NO_SKU = re.compile(r"[^\w.\-]+")


def label(text: str | None) -> str:
    """A short text for people: an option, a value, a brand."""
    return display_text(text, LABEL_CHARS) or ""


def labels(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Several, each once, without the empty ones."""
    return tuple(dict.fromkeys(filter(None, map(label, texts))))


def made_sku(key: str, values: Sequence[str]) -> str:
    """A SKU for a variant that has none: from its product and its choice, always the same."""
    words = (_NO_SKU.sub("-", word).strip("-") for word in (key, *values))
    return "-".join(filter(None, words))[:SKU_CHARS].strip("-")


def https(url: str) -> str:
    """An address as it stands in files: with no scheme, or the one that was usual once."""
    url = url.strip()
    if url.startswith("//"):
        return f"https:{url}"
    return f"https{url[4:]}" if url.startswith("http://") else url
