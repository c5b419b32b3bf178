"""A process that appends until it is killed, and tells of every acknowledged event.

Prints `slug seq text` once an append has returned. `text` is in no other event.
"""

import asyncio
from pathlib import Path

from tests.encryption import CIPHER
from tests.store.builders import made_show, receipt, record, said
from vetrina.store.errors import Conflict, StoreAway
from vetrina.store.ports.shows import Append
from vetrina.store.ports.states import StoredState
from vetrina.store.sql.store import SqlStore, postgres_store, sqlite_store

SLUGS = ("spring-drop", "summer-drop")


def tell(line: str) -> None:
    print(line, flush=True)


async def append_for_ever(store: SqlStore, slug: str, name: str) -> None:
    """Every other append is a decision on the state just read, and stores the one that follows."""
    number = 0
    while True:
        number += 1
        text = f"{name}-{number}"
        try:
            head = await store.head(slug)
        except StoreAway:
            continue
        assert head is not None
        decided = number % 2 == 1
        append = Append(
            show=slug,
            events=[said(text), said(f"{text}-more")],
            after=head.seq if decided else None,
            state=StoredState(head.seq + 2, "v1", b"", text.encode()) if decided else None,
            receipts=[receipt(text, slug)],
            records=[record(text, connection=slug)],
        )
        try:
            appended = await store.append(append)
        except (Conflict, StoreAway):
            continue
        for one in appended.events:
            tell(f"{slug} {one.seq} {one.event.text}")  # type: ignore[union-attr]


def store_at(place: str) -> SqlStore:
    if place.startswith("postgresql://"):
        return postgres_store(place, CIPHER)
    return sqlite_store(Path(place), serve=True)


def append(place: str, run: str) -> None:
    """What the process does."""
    asyncio.run(_append(place, run))


async def _append(place: str, run: str) -> None:
    tell("opening")
    store = store_at(place)
    await store.open()
    for slug in SLUGS:
        if await store.show(slug) is None:
            await made_show(store, slug, epoch=f"epoch-of-{slug}")
    async with asyncio.TaskGroup() as group:
        for slug in SLUGS:
            for task in range(6):
                group.create_task(append_for_ever(store, slug, f"{run}-{task}"))
