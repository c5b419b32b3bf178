"""From bytes to text: the encoding is found out once a file."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO, TextIOWrapper

from vetrina.shop.imports.findings import UnreadableFile

# Looked at to tell text from a picture or an archive.
SNIFFED_BYTES = 4096
CHECKED_BYTES = 1024 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN_FILES = {b"PK\x03\x04": "an Excel or ZIP file", b"\xd0\xcf\x11\xe0": "an Excel file"}


@dataclass(frozen=True, slots=True)
class Text:
    """A file that is decoded while it is read, and its encoding as people know it.

    One emoji makes each character of a text take four bytes, so the whole text is never there.
    """

    raw: bytes = field(repr=False)
    codec: str
    encoding: str
    errors: str = "strict"

    def lines(self) -> Iterator[str]:
        """From the first one, each with its end, whichever of the three it has."""
        return TextIOWrapper(BytesIO(self.raw), self.codec, self.errors, newline="")


def decoded(raw: bytes) -> Text:
    """UTF-8 or UTF-16 by their marks, then UTF-8, then what Excel writes: Windows-1252.

    Windows-1252 reads almost any bytes, so it comes last. Raises UnreadableFile for no text.
    """
    for mark, codec in _MARKS:
        if raw.startswith(mark):
            return _whole(raw, codec)
    _check_text(raw)
    bare = _bare_utf16(raw)
    if bare is not None:
        return _whole(raw, bare)
    if _broken_at(raw, "utf-8") is None:
        return Text(raw, "utf-8", "UTF-8")
    return Text(raw, "cp1252", "Windows-1252", "replace")


def _whole(raw: bytes, codec: str) -> Text:
    encoding = "UTF-8" if codec.startswith("utf-8") else "UTF-16"
    broken = _broken_at(raw, codec)
    if broken is not None:
        raise UnreadableFile(
            f"The file says that it is {encoding}, but byte {broken} is not. Export it again, as"
            " UTF-8."
        )
    return Text(raw, codec, encoding)


def _broken_at(raw: bytes, codec: str) -> int | None:
    """The first byte that is not in this encoding; None where all are."""
    decoder = codecs.getincrementaldecoder(codec)()
    for start in range(0, len(raw), CHECKED_BYTES):
        end = min(len(raw), start + CHECKED_BYTES)
        try:
            decoder.decode(raw[start:end], final=end == len(raw))
        except UnicodeDecodeError as error:
            # What it was given may begin with what was left of the piece before.
            return end - len(error.object) + error.start
    return None


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
