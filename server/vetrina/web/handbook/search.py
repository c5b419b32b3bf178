"""Full-text search over the sections of the handbook: all words of a query, headings first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup, escape

from vetrina.web.handbook.book import Page
from vetrina.web.handbook.markdown import Section

MOST_CHARS: Final = 100
"""What is asked beyond this is not looked at."""
_MOST_WORDS: Final = 8
_MOST_HITS: Final = 30
_BEFORE: Final = 60
_EXCERPT: Final = 200


@dataclass(frozen=True, slots=True)
class Hit:
    """A section in which all words stand."""

    page: str
    title: str
    url: str
    excerpt: Markup


def search(pages: Iterable[Page], query: str) -> list[Hit]:
    """The best sections, at most 30. Nothing for a query without a word."""
    words = query[:MOST_CHARS].casefold().split()[:_MOST_WORDS]
    if not words:
        return []
    found = [
        (score, page, section)
        for page in pages
        for section in page.sections
        if (score := _score(page, section, words)) > 0
    ]
    found.sort(key=lambda each: -each[0])
    return [_hit(page, section, words) for _, page, section in found[:_MOST_HITS]]


def _score(page: Page, section: Section, words: Sequence[str]) -> int:
    """A word counts more in a heading than in the page's title, and there more than in the text."""
    heading, title = section.title.casefold(), page.title.casefold()
    text = section.text.casefold()
    total = 0
    for word in words:
        told = 20 * (word in heading) + 10 * (word in title) + min(text.count(word), 5)
        # A page's title alone would bring all of its sections.
        if word not in heading and word not in text:
            return 0
        total += told
    # Who runs a show comes before who builds the project.
    return (total + 1) // 2 if "/" in page.path else total


def _hit(page: Page, section: Section, words: Sequence[str]) -> Hit:
    url = page.address if section.level == 1 else f"{page.address}#{section.anchor}"
    return Hit(page.title, section.title, url, excerpt(section.text, words))


def excerpt(text: str, words: Sequence[str]) -> Markup:
    """The text around the first of the words, with each of them marked."""
    any_word = re.compile("|".join(re.escape(word) for word in words), re.IGNORECASE)
    first = any_word.search(text)
    start = max(0, (first.start() if first else 0) - _BEFORE)
    start = text.rfind(" ", 0, start) + 1
    shown = text[start : start + _EXCERPT]
    parts: list[str] = [escape("…" if start else "")]
    at = 0
    for match in any_word.finditer(shown):
        parts += [escape(shown[at : match.start()]), Markup("<mark>{}</mark>").format(match[0])]
        at = match.end()
    more = "…" if start + _EXCERPT < len(text) else ""
    return Markup("").join([*parts, escape(shown[at:] + more)])
