"""Content negotiation of languages: which one a page is asked for in."""

from __future__ import annotations

import re

from starlette.requests import Request

LANGUAGES = ("en", "it", "de", "es", "fr")
DEFAULT = "en"
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


def language_of(request: Request) -> str:
    """A BCP 47 tag of one of our languages, with its region: the parameter `lang`, else what the
    browser likes best of them, else English."""
    asked = request.query_params.get("lang", "")
    if _is_ours(asked):
        return asked
    accepted = request.headers.get("accept-language", "")[:200].split(",")
    ranked = sorted((_ranked(part) for part in accepted), key=lambda item: -item[0])
    return next((tag for weight, tag in ranked if weight > 0 and _is_ours(tag)), DEFAULT)


def _is_ours(tag: str) -> bool:
    return _TAG.fullmatch(tag) is not None and tag.lower().split("-")[0] in LANGUAGES


def _ranked(part: str) -> tuple[float, str]:
    """`it;q=0.8` → (0.8, "it"); what cannot be read counts for nothing."""
    tag, _, weight = part.strip().partition(";")
    number = re.fullmatch(r"\s*q=([01](?:\.\d{0,3})?)\s*", weight)
    if not weight:
        return 1.0, tag.strip()
    return (float(number[1]) if number else 0.0), tag.strip()
