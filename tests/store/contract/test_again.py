"""What every store promises of decisions that are made again where others wrote first."""

import asyncio

import pytest

from tests.store.builders import SLUG, idempotent, made_show, receipt, said, texts
from vetrina.store.errors import Conflict
from vetrina.store.ports.shows import Append
from vetrina.store.sql.append import AGAIN_MOST


class Decision:
    """Says what it was shown, and that it was asked."""

    def __init__(self, *, refuses=None, **more):
        self.shown = []
        self._refuses = refuses
        self._more = more

    def append(self, text, after):
        return Append(show=SLUG, events=[said(text)], after=after, again=self.again, **self._more)

    def again(self, missed):
        self.shown.append(texts(missed))
        if self._refuses is not None:
            raise self._refuses
        return self.append(f"after {missed[-1].event.text}", missed[-1].seq)


async def test_who_comes_first_is_not_asked_again(store):
    await made_show(store)
    decision = Decision()
    await store.append(decision.append("first", 0))
    assert (decision.shown, texts(await store.events(SLUG))) == ([], ["first"])


async def test_what_others_wrote_is_shown_and_the_new_decision_is_written(stores):
    one, other = stores
    await made_show(one)
    await one.append(Append(show=SLUG, events=[said("a"), said("b")]))
    decision = Decision()
    appended = await other.append(decision.append("stale", 0))
    assert decision.shown[-1] == ["a", "b"]
    assert appended.position.seq == 3
    assert texts(appended.events) == ["after b"]
    assert texts(await one.events(SLUG)) == ["a", "b", "after b"]


async def test_what_a_decision_raises_is_raised_and_nothing_is_written(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("a")]))
    decision = Decision(refuses=ValueError("sold out"), receipts=[receipt("d1")])
    wanted = [decision.append("stale", 0), Append(show=SLUG, events=[said("beside")])]
    made = await asyncio.gather(*map(store.append, wanted), return_exceptions=True)
    assert isinstance(made[0], ValueError)
    assert texts(await store.events(SLUG)) == ["a", "beside"]
    assert await store.seen_deliveries("c1", ["d1"]) == set()


async def test_the_rest_of_a_new_decision_is_held_against_the_store_as_ever(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("a")], receipts=[receipt("d1")]))
    with pytest.raises(Conflict, match="receipt"):
        await store.append(Decision(receipts=[receipt("d1")]).append("stale", 0))
    assert texts(await store.events(SLUG)) == ["a"]


async def test_a_key_that_was_answered_is_one_for_a_new_decision_too(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("a")], request=idempotent("once")))
    with pytest.raises(Conflict, match="answered"):
        await store.append(Decision(request=idempotent("once")).append("stale", 0))
    assert texts(await store.events(SLUG)) == ["a"]


async def test_who_missed_too_much_for_one_transaction_has_to_read_first(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("a")] * (AGAIN_MOST + 1)))
    decision = Decision()
    with pytest.raises(Conflict, match="stands at"):
        await store.append(decision.append("stale", 0))
    assert decision.shown == []
    await store.append(decision.append("stale", 1))
    assert len(decision.shown[-1]) == AGAIN_MOST
