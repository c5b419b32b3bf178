"""User-Agent parsing: what a device that logs in is called in the list of keys."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

# By what their User-Agent holds; the first that fits, since most claim to be Chrome or Safari too.
_BROWSERS: Final = (
    ("OBS/", "OBS"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
_MONTHS: Final = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def login_label(user_agent: str, now_ms: int) -> str:
    """Like "Login link, Chrome on Windows, 21 Nov"; versions and addresses stay out of it."""
    browser = _first(_BROWSERS, user_agent) or "browser"
    system = _first(_SYSTEMS, user_agent)
    day = datetime.fromtimestamp(now_ms / 1000, UTC)
    device = f"{browser} on {system}" if system else browser
    return f"Login link, {device}, {day.day} {_MONTHS[day.month - 1]}"


def _first(names: tuple[tuple[str, str], ...], user_agent: str) -> str | None:
    return next((name for mark, name in names if mark in user_agent), None)
