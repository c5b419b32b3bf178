"""What every store promises of the words that shops have for our products."""

import asyncio

from tests.store.builders import NOW, connection
from vetrina.store.ports.matches import Match

CUP = Match(ref="variant:7", sku=None, title="Cup", shop_sku="C-7", seen_at=NOW)


async def test_references_are_noted_once_and_in_order(store):
    await store.note_references("c1", [CUP, Match(ref="product:9", sku=None)])
    await store.note_references("c1", [Match(ref="variant:7", sku=None, title="Other")])
    assert await store.matches("c1") == [CUP, Match(ref="product:9", sku=None)]
    assert await store.matches("c2") == []


async def test_a_match_is_said_changed_and_taken_back(store):
    await store.note_references("c1", [CUP])
    await store.put_matches("c1", {"variant:7": "MUG-1", "sku:new": "APR-3", "sku:no": None})
    known = {match.ref: match for match in await store.matches("c1")}
    assert {ref: match.sku for ref, match in known.items()} == {
        "variant:7": "MUG-1",
        "sku:new": "APR-3",
    }
    assert known["variant:7"].title == "Cup"
    await store.put_matches("c1", {"variant:7": None})
    assert (await store.matches("c1"))[0] == CUP


async def test_what_several_note_at_once_is_there_once(stores):
    await asyncio.gather(*(store.note_references("c1", [CUP]) for store in stores * 3))
    assert await stores[0].matches("c1") == [CUP]


async def test_matches_go_with_their_connection(store):
    await store.add_connection(connection())
    await store.put_matches("c1", {"a": "MUG-1"})
    await store.put_matches("c2", {"a": "APR-3"})
    await store.remove_connection("c1")
    assert await store.matches("c1") == []
    assert len(await store.matches("c2")) == 1


async def test_secrets_are_replaced(store):
    await store.add_connection(connection())
    assert await store.set_secrets("c1", ["new", "old"]) is True
    assert await store.set_secrets("c9", ["new"]) is False
    known = await store.connection("c1")
    assert known.secrets == ("new", "old")
