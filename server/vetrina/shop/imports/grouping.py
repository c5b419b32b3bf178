"""Rows of a table, gathered by product: what belongs together is handed on when it is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import chain

from vetrina.shop.imports.findings import RowProblem
from vetrina.shop.imports.table import Row

Rows = Callable[[], Iterator[Row | RowProblem]]


def grouped(rows: Rows, key: Callable[[Row], str]) -> Iterator[list[Row] | RowProblem]:
    """The rows of one product after another, wherever in the file they stand.

    The table is read twice: once to learn where each product ends, once to hand it on, so that
    only products whose rows are scattered are kept.
    """
    last = {key(row): row.number for row in rows() if isinstance(row, Row)}
    waiting: dict[str, list[Row]] = {}
    for row in rows():
        if isinstance(row, RowProblem):
            yield row
            continue
        name = key(row)
        waiting.setdefault(name, []).append(row)
        if last[name] == row.number:
            yield waiting.pop(name)


def texts(rows: Rows, names: Iterable[str]) -> Iterator[str]:
    """All cells of some columns."""
    wanted = tuple(names)
    cells = (row.cells for row in rows() if isinstance(row, Row))
    return chain.from_iterable((cell[name] for name in wanted if name in cell) for cell in cells)
