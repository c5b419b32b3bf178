"""A show is read from its log in pieces, so that a long one holds nobody up."""

from __future__ import annotations

import pytest

from tests.live.conftest import SLUG
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.events import Announced
from vetrina.live.show_loader import PAGE, advanced, initial_state, load
from vetrina.store.ports.shows import Append
from vetrina.store.sql.append import AGAIN_MOST


@pytest.mark.parametrize("length", [0, 1, PAGE, PAGE + 1, 2 * PAGE])
async def test_a_log_of_any_length_is_read_whole_and_in_pieces(stage, length):
    """The log has `length` events in all; five of them are the show's beginning."""
    await stage.make_show()
    beginning = len(await stage.store.events(SLUG))
    texts = [Announced(1, f"Text {n}", None) for n in range(max(0, length - beginning))]
    await stage.store.append(Append(show=SLUG, events=texts))
    whole, read, sizes = await stage.store.events(SLUG), stage.store.events, []

    async def noted(slug, after=0, limit=None):
        page = await read(slug, after, limit)
        sizes.append(len(page))
        return page

    stage.store.events = noted
    loaded = await load(stage.store, SLUG)
    assert loaded.state == advanced(initial_state(loaded.show), whole)
    assert loaded.position.seq == len(whole) == max(length, beginning)
    assert max(sizes) <= PAGE
    assert sum(sizes) == len(whole)


async def test_a_room_that_missed_much_is_filled_in_pieces(stage):
    await stage.make_show()
    room = await stage.feed.room(SLUG)
    texts = [Announced(1, f"Text {n}", None) for n in range(AGAIN_MOST + PAGE + 1)]
    await stage.store.append(Append(show=SLUG, events=texts))
    read, sizes = stage.store.events, []

    async def noted(slug, after=0, limit=None):
        page = await read(slug, after, limit)
        sizes.append(len(page))
        return page

    stage.store.events = noted
    await stage.shows.handle(SLUG, [cmd.PinNext()])
    assert room.position == (await stage.shows.state(SLUG))[0]
    assert max(sizes) <= PAGE
