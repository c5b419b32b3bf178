"""Rate limits that hold over all processes, and fall back to each alone."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.bus.two import End, ends, well
from tests.fakes import FakeClock
from tests.protocol.token_bucket_cases import CASES
from tests.valkey import ValkeyServer, valkey_server
from tests.waiting import PATIENCE_S, until
from vetrina.bus.redis import RedisBuckets
from vetrina.bus.redis.rate_limits import SCRIPT, key_of
from vetrina.web.http.problem import Problem
from vetrina.web.http.rate_limiter import Rate, RateLimiter

SLOW = Rate("slow", per_s=0.01, burst=10)


@pytest.fixture
def who() -> str:
    return secrets.token_hex(4)


@pytest.fixture
async def two(valkey: ValkeyServer) -> AsyncIterator[list[End]]:
    async with ends(valkey.url, valkey.url) as made:
        yield made


def limiter(end: End) -> RateLimiter:
    return RateLimiter(FakeClock(), shared=RedisBuckets(end.bus, within_s=30))


async def taken(limits: list[RateLimiter], rate: Rate, who: str, calls: int) -> int:
    """How many of these calls were let through, made of all processes in turn."""

    async def call(number: int) -> bool:
        try:
            await limits[number % len(limits)].take(rate, who)
        except Problem as problem:
            assert problem.code == "rate_limited"
            return False
        return True

    return sum(await asyncio.gather(*(call(number) for number in range(calls))))


async def test_two_processes_let_through_no_more_than_one(two: list[End], who: str) -> None:
    assert await taken([limiter(end) for end in two], SLOW, who, 50) == 10


async def test_without_the_shared_ones_each_process_counts_for_itself(who: str) -> None:
    alone = [RateLimiter(FakeClock()), RateLimiter(FakeClock())]
    assert await taken(alone, SLOW, who, 50) == 20


async def test_a_bucket_fills_again(two: list[End], who: str) -> None:
    quick = Rate("quick", per_s=20, burst=2)
    limits = [limiter(end) for end in two]
    assert await taken(limits, quick, who, 5) == 2
    buckets = RedisBuckets(two[0].bus, within_s=30)
    wait_s = await buckets.take("quick", who, per_s=20, burst=2)
    assert 0 < wait_s <= 0.05

    async def passes() -> bool:
        return await taken(limits, quick, who, 1) == 1

    async with asyncio.timeout(PATIENCE_S):
        while not await passes():
            pass


async def test_who_is_limited_is_not_written_down(
    two: list[End], who: str, valkey: ValkeyServer
) -> None:
    await taken([limiter(two[0])], SLOW, "203.0.113.7", 1)
    key = key_of("slow", "203.0.113.7")
    assert key in valkey.command("KEYS", "vetrina:rate:slow:*")
    assert b"203.0" not in key
    assert 0 < valkey.command("PTTL", key) <= 101_000


@pytest.mark.parametrize("name", CASES)
async def test_the_script_gives_what_the_cases_say(two: list[End], who: str, name: str) -> None:
    """The script with its clock replaced: an argument tells the time."""
    per_s, burst, tries = CASES[name]
    script = SCRIPT.replace(b"redis.call('TIME')", b"{0, ARGV[3] * 1000}")
    assert script != SCRIPT
    key = key_of(name.replace(" ", "-"), who)
    told = [
        (now, int(await two[0].bus.execute(key, "EVAL", script, 1, key, repr(per_s), burst, now)))
        for now, _ in tries
    ]
    assert told == list(tries)


async def test_one_person_does_not_use_up_the_calls_of_another(two: list[End], who: str) -> None:
    limits = [limiter(end) for end in two]
    await taken(limits, SLOW, who, 50)
    assert await taken(limits, SLOW, f"{who}-other", 5) == 5


@pytest.fixture
def frail() -> Iterator[ValkeyServer]:
    with valkey_server() as server:
        yield server


async def test_while_redis_is_away_each_process_counts_and_nobody_waits(
    frail: ValkeyServer, who: str
) -> None:
    async with ends(frail.url, frail.url) as made:
        limits = [limiter(end) for end in made]
        frail.kill()
        await until(lambda: not any(end.bus.health.ok for end in made))
        assert await taken(limits, SLOW, who, 50) == 20
        frail.start()
        await well(*made)
        fresh = [limiter(end) for end in made]
        assert await taken(fresh, SLOW, who, 50) == 10


async def test_a_frozen_redis_is_waited_for_once(frail: ValkeyServer, who: str) -> None:
    async with ends(frail.url) as (end,):
        buckets = RedisBuckets(end.bus)
        frail.freeze()
        with pytest.raises(TimeoutError):
            await buckets.take("slow", who, per_s=1, burst=1)
        with pytest.raises(ConnectionError, match="not asked now"):
            await buckets.take("slow", who, per_s=1, burst=1)
        frail.thaw()


async def test_a_script_that_was_forgotten_is_sent_again(
    two: list[End], who: str, valkey: ValkeyServer
) -> None:
    limits = [limiter(end) for end in two]
    await taken(limits, SLOW, who, 4)
    valkey.command("SCRIPT", "FLUSH")
    assert await taken(limits, SLOW, who, 50) == 6
    assert two[0].bus.health.ok
