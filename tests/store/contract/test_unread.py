"""What every store promises of deliveries that wait to be read again."""

from __future__ import annotations

from vetrina.store.ports.connections import Connection
from vetrina.store.ports.unread import UnreadDelivery

NOW = 1_763_690_000_000


def unread(n: int, connection: str = "c1") -> UnreadDelivery:
    return UnreadDelivery(
        connection=connection, id=f"u{n}", received_at=NOW + n, why="id", sealed=bytes([n])
    )


async def test_each_is_kept_once_and_let_go_of_when_it_was_read(store):
    for one in (unread(1), unread(2), unread(1), unread(3, "c2")):
        await store.keep_unread(one, since=0, at_most=9)
    assert await store.unread("c1") == [unread(1), unread(2)]
    assert await store.unread() == [unread(1), unread(2), unread(3, "c2")]
    assert await store.unread_counts() == {"c1": 2, "c2": 1}
    assert await store.forget_unread("c1", "u1") is True
    assert await store.forget_unread("c1", "u1") is False
    assert await store.unread_counts() == {"c1": 1, "c2": 1}


async def test_old_ones_and_too_many_go_the_oldest_first(store):
    for n in range(5):
        await store.keep_unread(unread(n), since=NOW + 1, at_most=3)
    assert [one.id for one in await store.unread()] == ["u2", "u3", "u4"]


async def test_they_go_with_their_connection(store):
    made = Connection(id="c1", kind="generic", show=None, secrets=(), created_at=NOW)
    await store.add_connection(made)
    await store.keep_unread(unread(1), since=0, at_most=9)
    await store.remove_connection("c1")
    assert await store.unread() == []
