"""From bytes to text: the encoding is found out once a file."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from vetrina.shop.imports.findings import UnreadableFile

# Looked at to tell text from a picture or an archive.
SNIFFED_BYTES = 4096
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN_FILES = {b"PK\x03\x04": "an Excel or ZIP file", b"\xd0\xcf\x11\xe0": "an Excel file"}


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a file, and the encoding it was in as people know it."""

    text: str
    encoding: str


def decoded(raw: bytes) -> Text:
    """UTF-8 or UTF-16 by their marks, then UTF-8, then what Excel writes: Windows-1252.

    Windows-1252 reads almost any bytes, so it comes last. Raises UnreadableFile for no text.
    """
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return Text(_whole(raw, codec), "UTF-8" if codec == "utf-8-sig" else "UTF-16")
    _check_text(raw)
    bare = _bare_utf16(raw)
    if bare is not None:
        return Text(_whole(raw, bare), "UTF-16")
    try:
        return Text(raw.decode("utf-8"), "UTF-8")
    except UnicodeDecodeError:
        return Text(raw.decode("cp1252", "replace"), "Windows-1252")


def _whole(raw: bytes, codec: str) -> str:
    try:
        return raw.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"The file says that it is {codec[:6].upper()}, but byte {error.start} is not. Export"
            " it again, as UTF-8."
        ) from error


def _bare_utf16(raw: bytes) -> str | None:
    """UTF-16 without its mark: every second byte of a table's ASCII is zero."""
    head = raw[:SNIFFED_BYTES]
    odd, even = head[1::2].count(0), head[::2].count(0)
    if odd > len(head) // 8 and even == 0:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 8 and odd == 0 else None


def _check_text(raw: bytes) -> None:
    for start, name in _KNOWN_FILES.items():
        if raw.startswith(start):
            raise UnreadableFile(
                f"This is {name}. Save the table as CSV, in UTF-8, and import that."
            )
    if not raw.strip():
        raise UnreadableFile("The file is empty.")
    head = raw[:SNIFFED_BYTES]
    if b"\0" in head and _bare_utf16(raw) is None:
        raise UnreadableFile("Expected a text file (CSV, TSV, XML or JSON), and this is none.")
