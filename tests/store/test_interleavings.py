"""Whatever the interleaving of whoever appends: no gaps, nothing twice, the order of commits.

Half of the appenders use another store over the same database, as another process would.
"""

import asyncio
import itertools
from collections import Counter
from dataclasses import dataclass, replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.properties import at_most
from tests.store.builders import idempotent, made_show, receipt, said
from vetrina.store.errors import Conflict, Taken
from vetrina.store.ports.shows import Append

SHOWS = 3
examples = itertools.count()


@dataclass(frozen=True)
class Step:
    """One append: `turns` later than the last one, of `events` events, perhaps a decision."""

    show: int
    turns: int
    events: int
    decided: bool
    delivery: int | None
    request: int | None


step = st.builds(
    Step,
    show=st.integers(0, SHOWS - 1),
    turns=st.integers(0, 6),
    events=st.integers(0, 3),
    decided=st.booleans(),
    delivery=st.none() | st.integers(0, 4),
    request=st.none() | st.integers(0, 4),
)
schedules = st.lists(st.lists(step, max_size=6), min_size=1, max_size=8)


@dataclass
class Course:
    """What the appenders were told."""

    prefix: str
    acknowledged: list
    conflicts: list


async def take(store, course, name, steps):
    for number, step in enumerate(steps):
        for _ in range(step.turns):
            await asyncio.sleep(0)
        await take_one(store, course, f"{name}-{number}", step)


async def take_one(store, course, name, step):
    slug = f"{course.prefix}-{step.show}"
    head = await store.head(slug)
    key = f"{course.prefix}-{step.request}"
    append = Append(
        show=slug,
        events=[said(f"{name}-{n}") for n in range(step.events)],
        after=head.seq if step.decided else None,
        receipts=[] if step.delivery is None else [receipt(str(step.delivery), course.prefix)],
        request=None if step.request is None else idempotent(key),
    )
    try:
        appended = await store.append(append)
    except Conflict:
        course.conflicts.append(step)
    else:
        course.acknowledged.append((slug, step, appended))


async def run(stores, schedule):
    course = Course(f"example{next(examples)}", [], [])
    for show in range(SHOWS):
        await made_show(stores[0], f"{course.prefix}-{show}")
    async with asyncio.TaskGroup() as group:
        for number, steps in enumerate(schedule):
            store = stores[number % len(stores)]
            group.create_task(take(store, course, f"task{number}", steps))
    return course


async def check_logs(store, course):
    for show in range(SHOWS):
        slug = f"{course.prefix}-{show}"
        log = await store.events(slug)
        told = [
            one for s, _, appended in course.acknowledged if s == slug for one in appended.events
        ]
        assert [one.seq for one in log] == list(range(1, len(log) + 1))
        assert sorted(told, key=lambda one: one.seq) == log
        assert (await store.head(slug)).seq == len(log)


def check_claims(course):
    """A delivery and a request are accepted once; who conflicted had a reason."""
    for name in ("delivery", "request"):
        accepted = Counter(getattr(step, name) for _, step, _ in course.acknowledged)
        del accepted[None]
        assert set(accepted.values()) <= {1}, name
    free = Step(show=0, turns=0, events=0, decided=False, delivery=None, request=None)
    for step in course.conflicts:
        assert replace(step, show=0, turns=0, events=0) != free


PATIENT = settings(
    max_examples=at_most(40),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@PATIENT
@given(schedule=schedules)
async def test_two_stores(stores, schedule):
    course = await run(stores, schedule)
    await check_logs(stores[0], course)
    check_claims(course)


@PATIENT
@given(schedule=schedules)
async def test_one_store_answers_in_the_order_of_its_commits(stores, schedule):
    course = await run(stores[:1], schedule)
    await check_logs(stores[1], course)
    check_claims(course)
    for show in range(SHOWS):
        slug = f"{course.prefix}-{show}"
        ends = [appended.position.seq for s, _, appended in course.acknowledged if s == slug]
        assert ends == sorted(ends)


@PATIENT
@given(slugs=st.lists(st.sampled_from("abc"), min_size=1, max_size=9))
async def test_a_slug_is_given_once_in_any_race(stores, slugs):
    prefix = f"race{next(examples)}"
    made = await asyncio.gather(
        *(made_show(stores[n % 2], f"{prefix}-{slug}") for n, slug in enumerate(slugs)),
        return_exceptions=True,
    )
    taken = [one for one in made if isinstance(one, Taken)]
    assert len(made) - len(taken) == len(set(slugs))
