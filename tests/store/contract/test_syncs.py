"""What every store promises of products that are read from a connected shop."""

from dataclasses import replace

import pytest

from tests.store.builders import NOW, connection
from vetrina.store.ports.syncs import Sync, SyncedProduct

SYNC = Sync(
    connection="c1",
    keep=True,
    status="running",
    round=3,
    page="abc",
    currency="EUR",
    total=70,
    products=25,
    problems=(("Socks", "price: expected a price, got none"),),
    started_at=NOW,
    moved_at=NOW,
)
MUG = SyncedProduct(id="7", skus=("MUG-1",), changed_at=NOW, round=3)
TEE = SyncedProduct(id="8", skus=("TEE-M", "TEE-S"), changed_at=NOW, round=2, held=True)


@pytest.fixture
async def shops(store):
    for connection_id in ("c1", "c2"):
        await store.add_connection(connection(connection_id))
    return store


async def test_a_sync_is_read_as_it_was_written(shops):
    await shops.put_sync(replace(SYNC, connection="c2", keep=False, page=None))
    await shops.put_sync(SYNC)
    await shops.put_sync(SYNC)
    assert await shops.sync("c1") == SYNC
    assert [sync.connection for sync in await shops.syncs()] == ["c1", "c2"]
    assert await shops.sync("c3") is None


async def test_where_a_sync_stands_is_noted_and_not_whether_it_is_kept(shops):
    await shops.put_sync(SYNC)
    now = replace(SYNC, keep=False, status="done", page=None, products=60)
    assert await shops.note_sync(now) is True
    assert await shops.sync("c1") == replace(now, keep=True)
    assert await shops.note_sync(replace(SYNC, round=2)) is False
    assert await shops.note_sync(replace(SYNC, connection="c2")) is False


async def test_products_are_known_by_number_and_by_sku(shops):
    await shops.put_synced("c1", [MUG, TEE])
    await shops.put_synced("c2", [replace(MUG, id="9")])
    assert await shops.synced("c1", ["7", "8", "9"]) == {"7": MUG, "8": TEE}
    assert await shops.synced_owners("c1", ["TEE-S", "MUG-1", "x"]) == {"TEE-S": "8", "MUG-1": "7"}
    await shops.put_synced("c1", [replace(TEE, skus=("TEE-L",), held=False)])
    assert await shops.synced_owners("c1", ["TEE-S", "TEE-L"]) == {"TEE-L": "8"}
    await shops.forget_synced("c1", ["8"])
    assert await shops.synced("c1", ["7", "8"]) == {"7": MUG}
    assert await shops.synced("c1", []) == {}


async def test_what_a_reading_has_not_met_and_what_waits(shops):
    await shops.put_synced("c1", [MUG, TEE, replace(MUG, id="6", skus=("A",), round=1)])
    assert await shops.not_in_round("c1", 3, 10) == ["6", "8"]
    assert await shops.not_in_round("c1", 3, 1) == ["6"]
    assert await shops.held("c1", 10) == ["8"]


async def test_a_sync_goes_by_itself_and_with_its_connection(shops):
    for _ in range(2):
        await shops.put_sync(SYNC)
        await shops.put_synced("c1", [MUG])
        assert await shops.remove_sync("c1") is True
        assert await shops.synced("c1", ["7"]) == {}
        assert await shops.remove_sync("c1") is False
    await shops.put_sync(SYNC)
    await shops.put_synced("c1", [MUG])
    await shops.remove_connection("c1")
    assert (await shops.syncs(), await shops.synced("c1", ["7"])) == ([], {})
