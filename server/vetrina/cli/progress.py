"""Progress bars of a database copy, on the console."""

from __future__ import annotations

from types import TracebackType

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn


class RowsProgress:
    """One bar for each table."""

    def __init__(self, console: Console) -> None:
        columns = (TextColumn("{task.description:<14}"), BarColumn(), MofNCompleteColumn())
        self._progress = Progress(*columns, console=console)
        self._bars: dict[str, TaskID] = {}

    def show(self, table: str, copied: int, of: int) -> None:
        """`copied` rows of a table are there, out of `of`."""
        if table not in self._bars:
            self._bars[table] = self._progress.add_task(table, total=of)
        self._progress.update(self._bars[table], completed=copied, total=of)

    def __enter__(self) -> RowsProgress:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()
