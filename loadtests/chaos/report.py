"""What the faults cost, as a table for people and as a page to keep."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from rich import box
from rich.table import Table

from loadtests.chaos.runner import Row
from loadtests.machine import commit, today
from loadtests.results_file import RESULTS

HEAD: Final = (
    "fault", "viewers", "events", "came back", "lost", "doubled", "latest event", "healed after",
)  # fmt: skip


def cells(row: Row) -> tuple[str, ...]:
    """A row in words."""
    healed = f"{row.healed_s:.1f} s" if row.healed_s is not None else "not"
    counts = (row.viewers, row.events, row.came_back, row.lost, row.doubled)
    return (row.fault, *(f"{count:,}" for count in counts), f"{row.latest_s:.1f} s", healed)


def table(rows: Sequence[Row]) -> Table:
    """For the terminal."""
    made = Table(*HEAD[:1], box=box.SIMPLE_HEAD)
    for name in HEAD[1:]:
        made.add_column(name, justify="right")
    for row in rows:
        made.add_row(*cells(row), style="" if row.kept else "bold red")
    return made


def page(rows: Sequence[Row], machine: str, afterwards: Sequence[str]) -> str:
    """For the file."""
    return "\n".join(_lines(rows, machine, afterwards)) + "\n"


def file_of_today() -> Path:
    """Where the page of this commit is kept."""
    return RESULTS / f"chaos-{today()}-{commit().removesuffix('-dirty')}.md"


def _lines(rows: Sequence[Row], machine: str, afterwards: Sequence[str]) -> Iterator[str]:
    yield from ("# Faults", "", f"Measured on {machine}.", "")
    yield "| " + " | ".join(HEAD) + " |"
    yield "|---" + "|---:" * (len(HEAD) - 1) + "|"
    for row in rows:
        yield "| " + " | ".join(cells(row)) + " |"
    yield ""
    yield (
        "events: deliveries to all viewers. came back: viewers who changed to another process. "
        "latest event: the longest time from a command until a viewer had it, for those who got it "
        "as an event. healed after: from the end of the fault until every process was ready and "
        "every viewer knew everything."
    )
    yield from ("", *(f"- {line}" for line in afterwards))
