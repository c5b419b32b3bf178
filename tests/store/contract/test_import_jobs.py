"""What every store promises of imports that are under way."""

from __future__ import annotations

from vetrina.store.ports.import_jobs import ToldImport


async def test_the_newest_that_was_told_is_read_by_everybody(store):
    assert await store.told_import("a") is None
    await store.tell_import(ToldImport("a", 1_000, b"{}"), 0)
    newer = ToldImport("a", 2_000, b'{"status":"done"}')
    await store.tell_import(newer, 0)
    assert await store.told_import("a") == newer


async def test_old_ones_are_forgotten(store):
    await store.tell_import(ToldImport("old", 1_000, b"{}"), 0)
    await store.tell_import(ToldImport("new", 9_000, b"{}"), 5_000)
    assert await store.told_import("old") is None
    assert await store.told_import("new") is not None
