"""Entity tags (RFC 9110, section 13.1.2)."""

from __future__ import annotations


def matches(if_none_match: str | None, etag: str) -> bool:
    """Whether the caller has this version already; weak and strong tags compare alike."""
    if not if_none_match:
        return False
    given = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return "*" in given or etag.removeprefix("W/") in given
