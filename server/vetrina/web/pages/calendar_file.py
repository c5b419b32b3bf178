"""The calendar entry of a show: one event in one file (iCalendar, RFC 5545)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

MEDIA_TYPE: Final = "text/calendar"
LINE_BYTES: Final = 75
"""A longer line is folded (section 3.1)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEntry:
    """When and where a show is. Times are in ms; `sequence` rises with every change of it.

    How long it takes is not known: an hour is set aside.
    """

    uid: str
    made_at: int
    starts_at: int
    summary: str
    url: str
    sequence: int


def calendar_file(entry: CalendarEntry) -> bytes:
    """The file as a calendar program reads it."""
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Vetrina//Vetrina//EN",
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"DTSTAMP:{_time(entry.made_at)}",
        f"DTSTART:{_time(entry.starts_at)}",
        "DURATION:PT1H",
        f"SEQUENCE:{entry.sequence}",
        f"SUMMARY:{_text(entry.summary)}",
        f"DESCRIPTION:{_text(entry.url)}",
        f"URL:{entry.url}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(map(_folded, lines))


def _time(ms: int) -> str:
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(text: str) -> str:
    """Escaped as a TEXT value (section 3.3.11); other control characters have no place in it."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def _folded(line: str) -> bytes:
    """With CRLF, and folded between characters, never within one."""
    parts, room = [b""], LINE_BYTES
    for character in line:
        encoded = character.encode()
        if len(parts[-1]) + len(encoded) > room:
            parts.append(b"")
            room = LINE_BYTES - 1  # the space in front counts
        parts[-1] += encoded
    return b"\r\n ".join(parts) + b"\r\n"
