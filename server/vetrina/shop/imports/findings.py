"""What an import finds in a file: products, and rows that cannot be used."""

from __future__ import annotations

from dataclasses import dataclass

from vetrina.domain.catalogue.entry import CatalogueEntry

SHOWN_CHARS = 60


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row was left out, or what was dropped from it.

    `row` counts lines of the table as a spreadsheet does, the header being 1; 0 is the file itself.
    `field` is the header as the file spells it, or empty.
    """

    row: int
    field: str
    message: str


@dataclass(frozen=True, slots=True)
class Found:
    """A product that can be used, and the row it starts at."""

    row: int
    entry: CatalogueEntry


class UnreadableFile(ValueError):
    """Nothing in the file can be used; the message says what was expected and what came."""


class UnusableRow(ValueError):
    """A row, and with it its product, cannot be used."""

    def __init__(self, row: int, field: str, message: str) -> None:
        super().__init__(message)
        self.problem = RowProblem(row, field, message)


def shown(text: str) -> str:
    """A cell as a message quotes it: on one line, and not whole where it is long."""
    flat = " ".join(text.split())
    return f"“{flat[:SHOWN_CHARS]}…”" if len(flat) > SHOWN_CHARS else f"“{flat}”"
