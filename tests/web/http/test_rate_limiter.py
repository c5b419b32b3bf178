import pytest
from starlette.requests import Request

from tests.fakes import FakeClock
from tests.web.conftest import problem, site_over
from vetrina.web.http.problem import Problem
from vetrina.web.http.rate_limiter import (
    LOOK_UPS,
    Rate,
    RateLimiter,
    address_of,
    is_own,
    per_minute,
)

RATE = Rate("tests", per_s=2, burst=3)


def refused(limiter: RateLimiter, who: str, rate: Rate = RATE) -> Problem | None:
    try:
        limiter.take_here(rate, who)
    except Problem as error:
        return error
    return None


def test_a_burst_then_so_many_a_second():
    clock = FakeClock()
    limiter = RateLimiter(clock)
    assert [refused(limiter, "a") is None for _ in range(4)] == [True, True, True, False]
    clock.advance(499)
    assert refused(limiter, "a") is not None
    clock.advance(1)
    assert refused(limiter, "a") is None
    assert refused(limiter, "a") is not None


def test_a_rest_fills_the_bucket_and_no_more():
    clock = FakeClock()
    limiter = RateLimiter(clock)
    for _ in range(3):
        limiter.take_here(RATE, "a")
    clock.advance(3_600_000)
    assert [refused(limiter, "a") is None for _ in range(4)] == [True, True, True, False]


def test_each_has_a_bucket_of_its_own_for_each_rate():
    limiter = RateLimiter(FakeClock())
    for _ in range(3):
        limiter.take_here(RATE, "a")
    assert refused(limiter, "b") is None
    assert refused(limiter, "a", Rate("others", 1, 1)) is None


def test_the_answer_says_when_to_try_again():
    limiter = RateLimiter(FakeClock())
    slow = Rate("slow", per_s=0.1, burst=1)
    limiter.take_here(slow, "a")
    error = refused(limiter, "a", slow)
    assert (error.status, error.code) == (429, "rate_limited")
    assert error.headers["retry-after"] == "10"


def test_the_memory_is_bounded_and_the_longest_rested_goes():
    limiter = RateLimiter(FakeClock(), most_buckets=2)
    for who in ("a", "b", "c", "d"):
        limiter.take_here(RATE, who)
    assert len(limiter) == 2
    one = Rate("one", 1, 1)
    limiter.take_here(one, "x")
    limiter.take_here(one, "y")
    assert refused(limiter, "x", one) is not None
    assert refused(limiter, "y", one) is not None


def test_a_minute_may_come_at_once():
    assert per_minute("x", 600) == Rate("x", 10, 600)


def asked_from(host: str | None) -> Request:
    client = None if host is None else (host, 1)
    return Request({"type": "http", "client": client, "headers": []})


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
        ("2001:db8:1:2::9", "2001:0db8:0001:0002::/64"),
        ("unix", "unix"),
        (None, ""),
    ],
)
def test_an_ipv6_client_is_its_network(host, name):
    assert address_of(asked_from(host)) == name


@pytest.mark.parametrize(
    ("address", "own"), [("127.0.0.1", True), ("::1", True), ("10.0.0.1", False), ("", False)]
)
def test_this_machine_is_told_apart(address, own):
    assert is_own(address) is own


async def test_changes_are_limited_by_key(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, requests_per_minute=2) as site:
        _, other = await site.key("control")
        for _ in range(2):
            assert (await site.post("/login-codes")).status_code == 201
        limited = await site.post("/login-codes")
        problem(limited, 429, "rate_limited")
        assert limited.headers["retry-after"] == "30"
        headers = {"authorization": f"Bearer {other}"}
        assert (await site.http.post("/api/v1/login-codes", headers=headers)).status_code == 201
        clock.advance(30_000)
        assert (await site.post("/login-codes")).status_code == 201


async def test_public_reads_are_limited_by_address(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, reads_per_minute=2) as site:
        await site.show(bag=False)
        for _ in range(2):
            assert (await site.http.get("/api/v1/shows/spring")).status_code == 200
        problem(await site.http.get("/api/v1/shows/spring/bag"), 429, "rate_limited")
        assert (await site.get("/shows/spring/keys")).status_code == 200


async def test_wrong_keys_are_answered_slower_and_right_ones_still_let_in(site):
    for _ in range(20):
        wrong = await site.http.get("/api/v1/shows")
        problem(wrong, 401, "unauthorized")
    problem(await site.http.get("/api/v1/shows"), 429, "rate_limited")
    assert (await site.get("/shows")).status_code == 200


def test_what_is_given_back_was_never_taken_and_no_more():
    limiter = RateLimiter(FakeClock())
    for _ in range(3):
        limiter.take_here(RATE, "a")
        limiter.give_back(RATE, "a")
    limiter.give_back(RATE, "a")
    assert [refused(limiter, "a") is None for _ in range(4)] == [True, True, True, False]


WRONG = ("/overlay/ovl_{}", "/overlay/ovl_{}/deal", "/hooks/hook_{}/panic", "/api/v1/shows")


@pytest.mark.parametrize("path", WRONG)
async def test_guesses_stop_reaching_the_store(site, path):
    """Whoever tries key after key must not make the server look each of them up."""
    overlay = await site.show()
    assert (await site.get("/shows")).status_code == 200
    asked, look_up = [], site.store.key

    async def counted(digest):
        asked.append(digest)
        return await look_up(digest)

    site.store.key = counted
    answers = []
    for number in range(LOOK_UPS.burst + 20):
        headers = {"authorization": f"Bearer ctl_{number:032}"}
        answers.append(await site.http.get(path.format(f"{number:032}"), headers=headers))
    assert len(asked) == LOOK_UPS.burst
    assert answers[-1].status_code == 429
    assert (await site.get("/shows")).status_code == 200, "who is known is let in all the same"
    site.clock.advance(2_000)
    assert (await site.http.get(f"/overlay/{overlay}")).status_code == 200


async def test_an_overlay_that_came_in_a_storm_of_guesses_loads_again_by_itself(site):
    overlay = await site.show()
    for number in range(LOOK_UPS.burst):
        await site.http.get(f"/overlay/ovl_{number:032}")
    later = await site.http.get(f"/overlay/{overlay}")
    assert (later.status_code, later.headers["refresh"]) == (429, "1")
    assert "<main" not in later.text


async def test_viewer_pages_are_limited_by_address(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, reads_per_minute=2) as site:
        await site.show()
        for slug in ("spring", "nowhere"):
            await site.http.get(f"/live/{slug}")
        later = await site.http.get("/live/spring", headers={"accept-language": "it"})
        assert (later.status_code, later.headers["refresh"]) == (429, "30")
        assert "La pagina si apre da sola" in later.text
        clock.advance(30_000)
        assert (await site.http.get("/live/spring")).status_code == 200
