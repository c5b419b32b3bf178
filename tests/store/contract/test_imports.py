"""What every store promises of products as the last import had them."""

from __future__ import annotations

from dataclasses import replace

from tests.store.builders import product
from vetrina.domain.catalogue.entry import entry_of


async def test_they_are_kept_apart_from_the_catalogue_and_replaced(store):
    a, b = entry_of(product("A")), entry_of(product("B"))
    await store.remember_imported([a, b])
    assert await store.imported(["A", "B", "C"]) == {"A": a, "B": b}
    assert await store.products() == []
    newer = replace(a, title="Newer")
    await store.remember_imported([newer])
    assert await store.imported(["A"]) == {"A": newer}
    await store.remember_imported([])


async def test_more_than_a_statement_can_name(store):
    many = [entry_of(product(f"P{n}")) for n in range(1200)]
    await store.remember_imported(many)
    assert len(await store.imported([one.sku for one in many])) == 1200
