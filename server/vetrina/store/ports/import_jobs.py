"""Port of imports under way: what the process that does one tells of it, for all others."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ToldImport:
    """What was told of an import at `told_at` (ms): the JSON of the API's answer."""

    id: str
    told_at: int
    told: bytes = field(repr=False)


class ImportJobStore(Protocol):
    """The newest that was told of each import."""

    async def tell_import(self, told: ToldImport, forget_before: int) -> None:
        """Insert or replace by id; those that were told of before this time are forgotten."""
        ...

    async def told_import(self, job_id: str) -> ToldImport | None:
        """What was told of an import, or None."""
        ...
