"""A COMMIT whose answer is lost: the write is there once, and whoever made it is told so."""

import asyncio
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.encryption import CIPHER
from tests.store.builders import SLUG, made_show, product, purchase, said, texts
from tests.store.cut_line import CutLine
from vetrina.store.errors import StoreAway
from vetrina.store.ports.shows import Append
from vetrina.store.postgresql import connection as link
from vetrina.store.postgresql import database as module
from vetrina.store.postgresql.transaction import RetriableTransaction
from vetrina.store.sql.store import postgres_store

MOMENTS = ["before", "after", "late"]


@pytest.fixture
async def store(postgres):
    made = postgres_store(postgres, CIPHER)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
def place():
    """For a socket, whose path must be short."""
    with tempfile.TemporaryDirectory(prefix="line-") as folder:
        yield Path(folder)


@pytest.fixture
async def line(postgres_server, place):
    made = CutLine(postgres_server.home, place)
    await made.open()
    yield made
    await made.close()


@pytest.fixture
async def distant(postgres, line, place):
    """A store at the far end of the line, with a show."""
    made = postgres_store(f"postgresql://postgres@{urlsplit(postgres).path}?host={place}", CIPHER)
    await made.open()
    await made_show(made)
    yield made
    await made.close()


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_decision_whose_commit_was_not_answered_happens_once(distant, store, line, moment):
    line.cut = moment
    appended = await distant.append(Append(show=SLUG, events=[said("x")], after=0))
    assert line.cuts == 1
    assert appended.position.seq == 1
    assert await store.events(SLUG) == list(appended.events)


async def test_without_its_mark_the_same_write_would_happen_twice(
    distant, store, line, monkeypatch
):
    monkeypatch.setattr(RetriableTransaction, "_last", lambda self, connection: b"")
    line.cut = "after"
    await distant.append(Append(show=SLUG, events=[said("x")]))
    assert texts(await store.events(SLUG)) == ["x", "x"]


@pytest.mark.parametrize("moment", MOMENTS)
async def test_a_group_whose_commit_was_not_answered_happens_once(distant, store, line, moment):
    await distant.append(purchase(0))
    line.cut = moment
    made = await asyncio.gather(
        *(distant.append(purchase(number)) for number in range(1, 40)),
        distant.put_products([product()]),
        distant.append(purchase(0)),
        return_exceptions=True,
    )
    assert line.cuts == 1
    assert [one.position.seq for one in made[:39]] == list(range(2, 41))
    assert [type(one).__name__ for one in made[39:]] == ["NoneType", "Conflict"]
    assert [one.seq for one in await store.events(SLUG)] == list(range(1, 41))
    assert await store.products() == [product()]


async def test_a_commit_that_is_long_under_way_is_not_run_again(distant, store, line, monkeypatch):
    """It holds its mark, and the next connection does not get to see what became of it."""
    monkeypatch.setitem(link._HURRIED, "lock_timeout", "50")
    line.cut = "held"
    writes = await asyncio.gather(
        *(distant.append(Append(show=SLUG, events=[said(str(n))])) for n in range(3)),
        return_exceptions=True,
    )
    # The first went alone, the others waited for it and were its company in vain.
    assert isinstance(writes[0], StoreAway)
    assert "shows when it is sent again" in str(writes[0])
    line.let_go.set()
    monkeypatch.undo()
    # Waits until that is through, as anybody does who writes to the show.
    await store.append(Append(show=SLUG, events=[said("after")]))
    assert [text for text in texts(await store.events(SLUG)) if text in ("0", "after")] == [
        "0",
        "after",
    ]


async def test_an_unanswered_write_that_was_lost_leaves_room_for_others(distant, store, line):
    """Another process writes before this one finds out; its own event comes after that."""
    await store.append(Append(show=SLUG, events=[said("theirs")]))
    line.cut = "before"
    appended = await distant.append(Append(show=SLUG, events=[said("ours")]))
    assert appended.position.seq == 2
    assert texts(await store.events(SLUG)) == ["theirs", "ours"]


@pytest.mark.parametrize("moment", ["before", "after"])
async def test_who_never_finds_out_says_so(distant, store, line, moment, monkeypatch):
    monkeypatch.setattr(module, "PAUSES_S", ())
    line.cut = moment
    with pytest.raises(StoreAway, match="shows when it is sent again"):
        await distant.append(purchase(1))
    # What a shop does then: it delivers again, and the receipt tells.
    again = (await asyncio.gather(distant.append(purchase(1)), return_exceptions=True))[0]
    assert type(again).__name__ == ("Conflict" if moment == "after" else "Appended")
    assert len(await store.events(SLUG)) == 1
