"""What every store promises of requests that were answered."""

import asyncio

import pytest

from tests.store.builders import DAY_MS, NOW, SLUG, answer, idempotent, made_show, said, texts
from vetrina.store.errors import Conflict
from vetrina.store.ports.answers import AppendedRequest
from vetrina.store.ports.shows import Append


async def test_an_answer_is_read_as_it_was_written(store):
    await store.put_answer(answer(body=bytes(range(256))))
    assert await store.answer("k1", NOW - DAY_MS) == answer(body=bytes(range(256)))
    assert await store.answer("k2", NOW - DAY_MS) is None


async def test_the_first_answer_stays(store):
    await store.put_answer(answer(body=b"first"))
    await store.put_answer(answer(body=b"second", received_at=NOW + DAY_MS))
    assert (await store.answer("k1", NOW)).body == b"first"


async def test_of_answers_at_once_one_stays(stores):
    answers = [answer(body=str(n).encode()) for n in range(8)]
    await asyncio.gather(*(stores[n % 2].put_answer(one) for n, one in enumerate(answers)))
    kept = await stores[0].answer("k1", NOW)
    assert kept in answers
    assert await stores[1].answer("k1", NOW) == kept


async def test_an_answer_counts_from_a_time_on(store):
    await store.put_answer(answer())
    assert await store.answer("k1", NOW) == answer()
    assert await store.answer("k1", NOW + 1) is None


@pytest.mark.parametrize(("age_ms", "left"), [(DAY_MS, True), (DAY_MS + 1, False)])
async def test_answers_are_swept_out_after_a_day(store, age_ms, left):
    await store.put_answer(answer("old"))
    await store.put_answer(answer("new", received_at=NOW + age_ms))
    assert (await store.answer("old", 0) is not None) is left
    assert await store.answer("new", 0) is not None


async def test_a_swept_answer_frees_its_key(store):
    await store.put_answer(answer(body=b"first"))
    again = answer(body=b"second", received_at=NOW + DAY_MS + 1)
    await store.put_answer(again)
    assert await store.answer("k1", 0) == again


async def test_an_append_is_answered_with_the_events_that_it_led_to(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("before")]))
    ask = Append(show=SLUG, events=[said("x"), said("y")], request=idempotent())
    appended = await store.append(ask)
    answered = await store.answer("k1", NOW)
    assert answered == AppendedRequest(idempotent(), SLUG, appended.position, first_seq=2)
    assert texts(await store.events(SLUG, answered.first_seq - 1)) == ["x", "y"]


async def test_an_append_without_events_is_answered_too(store):
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("before")]))
    appended = await store.append(Append(show=SLUG, events=[], request=idempotent()))
    assert await store.answer("k1", NOW) == AppendedRequest(
        idempotent(), SLUG, appended.position, 2
    )


async def test_a_decision_made_again_is_answered_with_its_last_numbers(store):
    """What is decided again in the transaction gets other numbers than it was asked with."""
    await made_show(store)
    await store.append(Append(show=SLUG, events=[said("other")]))

    def again(missed):
        return Append(show=SLUG, events=[said("new")], after=missed[-1].seq, request=idempotent())

    stale = Append(show=SLUG, events=[said("old")], after=0, again=again, request=idempotent())
    appended = await store.append(stale)
    assert await store.answer("k1", NOW) == AppendedRequest(
        idempotent(), SLUG, appended.position, 2
    )
    assert texts(appended.events) == ["new"]


async def test_of_equal_requests_at_once_one_is_answered(stores):
    await made_show(stores[0])
    ask = Append(show=SLUG, events=[said("x")], request=idempotent())
    other = Append(show=SLUG, events=[said("y")], request=idempotent("k2"))
    made = await asyncio.gather(
        *(stores[n % 2].append(ask) for n in range(6)),
        stores[0].append(other),
        return_exceptions=True,
    )
    assert [isinstance(one, Conflict) for one in made].count(True) == 5
    assert sorted(texts(await stores[0].events(SLUG))) == ["x", "y"]


async def test_a_known_answer_takes_no_number_from_others(store):
    await made_show(store)
    await store.put_answer(answer("k1"))
    ask = Append(show=SLUG, events=[said("x")], request=idempotent("k1"))
    made = await asyncio.gather(
        store.append(Append(show=SLUG, events=[said("a")])),
        store.append(ask),
        store.append(Append(show=SLUG, events=[said("b")])),
        return_exceptions=True,
    )
    assert isinstance(made[1], Conflict)
    assert [(one.seq, one.event.text) for one in await store.events(SLUG)] == [(1, "a"), (2, "b")]
    assert [one.position.seq for one in (made[0], made[2])] == [1, 2]
