"""Port of imports: what the last import wrote, so that an edit by hand is known as one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from vetrina.domain.catalogue.entry import CatalogueEntry


class ImportStore(Protocol):
    """Products as the file of the last import had them."""

    async def imported(self, skus: Sequence[str]) -> dict[str, CatalogueEntry]:
        """Those that an import ever brought, by SKU."""
        ...

    async def remember_imported(self, entries: Sequence[CatalogueEntry]) -> None:
        """Insert or replace by SKU."""
        ...
