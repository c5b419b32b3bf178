"""Tables in text: the delimiter is the one that makes the header known; rows keep their numbers."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from vetrina.shop.imports.findings import RowProblem, UnreadableFile, shown
from vetrina.shop.imports.text import Text

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
# The reader's own bound for a cell is 128 KiB; descriptions with pictures inside are longer.
CELL_CHARS = 10_000_000
_NO_FORMULA = tuple(f"'{sign}" for sign in "=+-@")
_SPACES = re.compile(r"[\s\-_]+")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: the cells that hold something, by canonical name."""

    number: int
    cells: Mapping[str, str]

    def get(self, name: str) -> str:
        """The cell without outer spaces; empty where there is none."""
        return self.cells.get(name, "")


@dataclass(frozen=True, slots=True)
class Header:
    """Which column holds what: canonical name by position, and the file's own spelling of it."""

    names: tuple[str | None, ...]
    spellings: Mapping[str, str]
    delimiter: str

    def spelling(self, name: str) -> str:
        """How the file itself calls a column."""
        return self.spellings.get(name, name)


def folded(header: str) -> str:
    """A header as it is compared: without case, and with one space for spaces and hyphens."""
    return _SPACES.sub(" ", header.strip().strip("\ufeff")).casefold()


def find_header(text: Text, known: Mapping[str, str], needed: frozenset[str]) -> Header | None:
    """The header by the delimiter that makes most of it known; None without the `needed` names.

    `known` is canonical name by folded header.
    """
    best = max((_header(text, delimiter, known) for delimiter in DELIMITERS), key=_how_much)
    return best if needed <= set(best.spellings) else None


def rows(text: Text, header: Header) -> Iterator[Row | RowProblem]:
    """Every row with something in it. A row that is wider than the header is not shifted about:
    it is a problem, since nobody knows which of its commas should not be there.
    """
    csv.field_size_limit(CELL_CHARS)
    reader = csv.reader(text.lines(), delimiter=header.delimiter)
    width = len(header.names)
    number = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise UnreadableFile(f"Row {number + 1} cannot be read: {error}.") from error
        number += 1
        if number == 1 or not any(cell.strip() for cell in cells):
            continue
        if len(cells) > width and any(cell.strip() for cell in cells[width:]):
            extra = shown(header.delimiter.join(cells[width:]))
            message = (
                f"expected {width} cells, got {len(cells)}: {extra} is too much. A"
                f" {DELIMITERS[header.delimiter]} inside a cell needs quotes around the cell"
            )
            yield RowProblem(number, "", message)
        else:
            yield Row(number, _named(cells, header))


def _named(cells: list[str], header: Header) -> dict[str, str]:
    pairs = zip(header.names, map(_bare, cells), strict=False)
    return {name: cell for name, cell in pairs if name is not None and cell}


def _bare(cell: str) -> str:
    """Without outer spaces, and without the apostrophe that keeps a cell from being a formula."""
    cell = cell.strip()
    return cell[1:] if cell.startswith(_NO_FORMULA) else cell


def _header(text: Text, delimiter: str, known: Mapping[str, str]) -> Header:
    try:
        spelled = next(csv.reader(text.lines(), delimiter=delimiter), [])
    except csv.Error:
        spelled = []
    names: list[str | None] = []
    spellings: dict[str, str] = {}
    for spelling in spelled:
        name = known.get(folded(spelling))
        names.append(None if name in spellings else name)
        if name is not None:
            spellings.setdefault(name, spelling.strip().strip("\ufeff"))
    return Header(tuple(names), spellings, delimiter)


def _how_much(header: Header) -> int:
    return len(header.spellings)
