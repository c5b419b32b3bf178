"""An import, some products at a time: compare, write, remember what was written."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, Protocol

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.selling.publishing import DRAFT_INSTEAD, as_allowed
from vetrina.shop.imports.comparing import ApplyOptions, Change, Counts, compared
from vetrina.shop.imports.findings import Found, RowProblem
from vetrina.store.ports.catalogue import CatalogueStore
from vetrina.store.ports.imports import ImportStore
from vetrina.store.ports.shop import ShopStore

# A write of so many holds up a purchase for a few milliseconds.
AT_ONCE: Final = 200
PROBLEMS_KEPT: Final = 1000

PutEntries = Callable[[Sequence[CatalogueEntry]], Awaitable[None]]
Watch = Callable[[Sequence[Change]], None]
"""Is told of changes before they are written."""


class ImportingStore(CatalogueStore, ImportStore, ShopStore, Protocol):
    """What an import needs of the store."""


@dataclass(slots=True)
class Report:
    """What came of an import. `failed` holds the first thousand problems, `problems` counts all."""

    rows: int = 0
    counts: Counts = field(default_factory=Counts)
    problems: int = 0
    failed: list[RowProblem] = field(default_factory=list)

    def add_problem(self, problem: RowProblem) -> None:
        """One more."""
        self.problems += 1
        if len(self.failed) < PROBLEMS_KEPT:
            self.failed.append(problem)


class Import:
    """One import. `put` writes products; None is a dry run, which writes nothing at all."""

    def __init__(
        self,
        store: ImportingStore,
        options: ApplyOptions,
        put: PutEntries | None,
        watch: Watch | None = None,
    ) -> None:
        self._store = store
        self._options = options
        self._put = put
        self._watch = watch
        self._rows_of: dict[str, int] = {}
        self.report = Report()

    async def run(self, findings: Iterator[Found | RowProblem]) -> AsyncIterator[Report]:
        """The report so far, after every some products. Raises UnreadableFile, StoreError.

        A product whose SKU another product of the file has already is a problem of its row: of the
        two nobody could say which was meant. What was written before an error stays, and the same
        file again goes on from there.
        """
        while some := list(islice(findings, AT_ONCE)):
            wanted = []
            for one in some:
                if isinstance(one, RowProblem):
                    self.report.add_problem(one)
                elif self._is_unique(one):
                    wanted.append(one)
            await self._take_in(wanted)
            self.report.rows = max(self.report.rows, *(one.row for one in some))
            yield self.report

    def _is_unique(self, found: Found) -> bool:
        skus = list(found.entry.product().skus())
        for sku in skus:
            row = self._rows_of.get(sku)
            if row is not None:
                message = f"{sku} is the SKU of the product in row {row} too"
                self.report.add_problem(RowProblem(found.row, "sku", message))
                return False
        self._rows_of.update((sku, found.row) for sku in skus)
        return True

    async def _take_in(self, wanted: Sequence[Found]) -> None:
        free = await self._free(wanted)
        if not free:
            return
        skus = [found.entry.sku for found in free]
        known = {entry.sku: entry for entry in await self._store.entries(skus)}
        entries = await self._as_allowed(free, known)
        imported = await self._store.imported(skus)
        changes = compared(entries, known, imported, self._options)
        self.report.counts.add(changes)
        if self._watch is not None:
            self._watch(changes)
        if self._put is None:
            return
        new = [change.entry for change in changes if change.verdict != "unchanged"]
        if new:
            await self._put(new)
        await self._store.remember_imported(entries)

    async def _as_allowed(
        self, free: Sequence[Found], known: Mapping[str, CatalogueEntry]
    ) -> list[CatalogueEntry]:
        """New ones that may not be offered are drafts, each told as a problem of its row."""
        shop, entries = await self._store.shop(), []
        for found in free:
            new = found.entry.sku not in known
            entry = as_allowed(found.entry, None, shop) if new else found.entry
            if entry is not found.entry:
                self.report.add_problem(RowProblem(found.row, "safety", DRAFT_INSTEAD))
            entries.append(entry)
        return entries

    async def _free(self, wanted: Sequence[Found]) -> list[Found]:
        """Those whose SKUs are not another product's in the catalogue; the others are problems."""
        skus = [sku for found in wanted for sku in found.entry.product().skus()]
        owners = await self._store.owners(skus) if skus else {}
        free = []
        for found in wanted:
            own = found.entry.sku
            taken = [sku for sku in found.entry.product().skus() if owners.get(sku, own) != own]
            if taken:
                message = f"{taken[0]} is a SKU of the product {owners[taken[0]]} in the catalogue"
                self.report.add_problem(RowProblem(found.row, "sku", message))
            else:
                free.append(found)
        return free
