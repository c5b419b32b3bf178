"""Descriptions: HTML of a few harmless elements, whatever shops export."""

from __future__ import annotations

import html
import re
from typing import Final

import nh3

# Headings of a description stand below the page's own h1 and h2.
ELEMENTS: Final = {"p", "br", "b", "strong", "i", "em", "ul", "ol", "li", "h3", "h4", "a"}
_MARKUP = re.compile(r"<[a-zA-Z!/]")
_PARAGRAPHS = re.compile(r"\n\s*\n")


def clean_html(text: str) -> str:
    """The description with nothing in it that runs, loads or looks like the page itself.

    Text without any markup, or without any that is left, becomes paragraphs; what is clean stays
    as it is.
    """
    if _MARKUP.search(text):
        text = _harmless(text)
    return text if _MARKUP.search(text) else _harmless(_in_paragraphs(text))


def _in_paragraphs(text: str) -> str:
    parts = (html.escape(html.unescape(part.strip())) for part in _PARAGRAPHS.split(text))
    return "".join(f"<p>{part.replace(chr(10), '<br>')}</p>" for part in parts if part)


def _harmless(text: str) -> str:
    return nh3.clean(
        text,
        tags=ELEMENTS,
        attributes={"a": {"href"}},
        url_schemes={"https", "mailto"},
        link_rel="nofollow noopener",
        clean_content_tags={"script", "style", "iframe", "object", "template"},
    ).strip()


def plain_text(description: str) -> str:
    """The words of a description in one line, for screens and machines."""
    apart = re.sub(r"<(?:br|/p|/li|/h\d)[^>]*>", " ", description)
    return " ".join(html.unescape(nh3.clean(apart, tags=set())).split())
