"""`vetrina catalogue export`: the file is whole or not there."""

from __future__ import annotations

import asyncio
import sys
from contextlib import suppress
from pathlib import Path

from vetrina.cli.exits import UsedWrongly
from vetrina.cli.installation import opened_store
from vetrina.settings import Settings
from vetrina.shop.imports.exporting import exported
from vetrina.store.ports.store import Store


async def write_catalogue(settings: Settings, target: str) -> int:
    """Write it, `-` being the output; how many products it has. Raises UsedWrongly, StoreError."""
    async with opened_store(settings) as store:
        if target == "-":
            return await _to_output(store)
        return await _to_file(store, Path(target))


async def _to_output(store: Store) -> int:
    parts = 0
    async for part in exported(store):
        sys.stdout.buffer.write(part)
        parts += 1
    sys.stdout.buffer.flush()
    return parts - 2


async def _to_file(store: Store, path: Path) -> int:
    """Beside the target first, so that an end half way leaves what was there."""
    beside = path.with_name(f"{path.name}.part")
    parts = 0
    try:
        with await asyncio.to_thread(beside.open, "wb") as file:
            async for part in exported(store):
                file.write(part)
                parts += 1
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink()
        raise UsedWrongly(f"{path} cannot be written: {error.strerror}.") from error
    return parts - 2
