"""The items of a list in a JSON file, found without making all of them at once.

A file of 50,000 products is some 30 MB, and as Python objects ten times that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

import orjson

from vetrina.shop.imports.findings import UnreadableFile

_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{},:]', re.DOTALL)
_OPENS: Final = (b"{", b"[")
_CLOSES: Final = {b"}": b"{", b"]": b"["}
_EXPECTED: Final = 'Expected {"products": […]} or a list of products.'


def items(raw: bytes, name: str) -> Iterator[Any]:
    """Each item of the list that the file is, or that it holds under `name`.

    Raises UnreadableFile: for brackets that do not match before the first item, for what is wrong
    inside an item where that comes.
    """
    for number, (start, end) in enumerate(_spans(raw, name), start=1):
        try:
            yield orjson.loads(raw[start:end])
        except orjson.JSONDecodeError as error:
            raise UnreadableFile(
                f"The file is no JSON: product {number} cannot be read: {error}."
            ) from error


def _spans(raw: bytes, name: str) -> list[tuple[int, int]]:
    """Where the items begin and end."""
    scan = _Scan(raw, orjson.dumps(name))
    end = 0
    for token in _TOKEN.finditer(raw):
        mark, end = token.group(), token.end()
        if mark in _OPENS:
            scan.opened(mark, end)
        elif mark in _CLOSES:
            scan.closed(mark, token.start())
            if not scan.brackets:
                break
        else:
            scan.passed(mark, token.start())
    if scan.brackets or raw[end:].strip():
        raise UnreadableFile("The file is no JSON: it ends too early, or goes on after its end.")
    if scan.found is None:
        raise UnreadableFile(_EXPECTED)
    return scan.found


class _Scan:
    """A walk over brackets, commas and texts that notes where the items of one list are."""

    def __init__(self, raw: bytes, name: bytes) -> None:
        self._raw = raw
        self._name = name
        self.brackets: list[bytes] = []
        self.found: list[tuple[int, int]] | None = None
        self._depth = 0
        """Of the list's items while it is open, else 0."""
        self._start = 0
        self._last = self._key = b""

    def opened(self, mark: bytes, end: int) -> None:
        """Perhaps it is the list."""
        self.brackets.append(mark)
        depth = len(self.brackets)
        named = depth == 2 and self._key == self._name
        if self.found is None and mark == b"[" and (depth == 1 or named):
            self.found, self._depth, self._start = [], depth, end

    def closed(self, mark: bytes, at: int) -> None:
        """Perhaps it was the list. Raises UnreadableFile."""
        if not self.brackets or self.brackets.pop() != _CLOSES[mark]:
            raise UnreadableFile(
                f"The file is no JSON: {mark.decode()} at byte {at} closes nothing."
            )
        if self.found is not None and len(self.brackets) < self._depth:
            self._depth = 0
            # An empty list has no last item.
            if self.found or self._raw[self._start : at].strip():
                self.found.append((self._start, at))

    def passed(self, mark: bytes, at: int) -> None:
        """A text, a comma or a colon."""
        if mark == b"," and self.found is not None and self._depth == len(self.brackets):
            self.found.append((self._start, at))
            self._start = at + 1
        elif mark == b":" and len(self.brackets) == 1:
            self._key = self._last
        self._last = mark
