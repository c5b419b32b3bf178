"""One import that a server does: what was asked for, how far it is, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from vetrina.domain.money import Money
from vetrina.shop.imports.comparing import ApplyOptions, Change, Verdict
from vetrina.shop.imports.findings import Found, RowProblem
from vetrina.shop.imports.importing import Report
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.reading import Format

# So many products of each verdict are told one by one; all are counted.
SHOWN: Final = 100
JobStatus = Literal["running", "done", "failed"]


@dataclass(frozen=True, slots=True)
class WantedImport:
    """What was asked for. A dry run writes nothing."""

    reading: ReadingOptions
    apply: ApplyOptions
    format: Format = "auto"
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A product of the file. `kept`: the fields in which an edit by hand goes before the file."""

    row: int
    sku: str
    title: str
    price: Money
    verdict: Verdict
    kept: tuple[str, ...]


@dataclass(slots=True)
class ImportJob:
    """How an import fares. `detail` says why it failed, `described` what the file was taken for."""

    id: str
    dry_run: bool
    status: JobStatus = "running"
    detail: str | None = None
    described: str = ""
    report: Report = field(default_factory=Report)
    ended_at: int | None = None
    over: asyncio.Event = field(default_factory=asyncio.Event)
    _shown: dict[Verdict, list[ShownChange]] = field(default_factory=dict)
    _rows: dict[str, int] = field(default_factory=dict)

    @property
    def changes(self) -> list[ShownChange]:
        """The first products of each verdict: new ones, changed ones, and the others."""
        verdicts: tuple[Verdict, ...] = ("created", "changed", "unchanged")
        return [one for verdict in verdicts for one in self._shown.get(verdict, ())]

    def expect(self, findings: Sequence[Found | RowProblem]) -> None:
        """What is compared next, so that changes are told with their rows."""
        self._rows = {one.entry.sku: one.row for one in findings if isinstance(one, Found)}

    def watch(self, changes: Sequence[Change]) -> None:
        """Keep the first of each verdict."""
        for change in changes:
            shown = self._shown.setdefault(change.verdict, [])
            if len(shown) < SHOWN:
                product = change.entry.product()
                row = self._rows.get(product.sku, 0)
                shown.append(
                    ShownChange(
                        row, product.sku, product.title, product.price, change.verdict, change.kept
                    )
                )

    def end(self, now_ms: int, failure: str | None = None) -> None:
        """It is over, and `over` may be set. What was written before a failure stays."""
        self.status = "done" if failure is None else "failed"
        self.detail = failure
        self.ended_at = now_ms
