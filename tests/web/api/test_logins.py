import sqlite3
from contextlib import closing

from tests.web.conftest import BASE, STRANGER, bearer, fields, problem


async def code_of(site) -> str:
    link = (await site.post("/login-codes")).json()["url"]
    return link.removeprefix(f"{BASE}/control#code=")


async def test_a_link_logs_in_another_device(site, clock):
    made = await site.post("/login-codes")
    assert made.status_code == 201
    assert made.json()["expires_at"] == clock.now_ms() + 600_000
    code = made.json()["url"].removeprefix(f"{BASE}/control#code=")
    answer = await site.http.post("/api/v1/login", json={"code": code})
    key = answer.json()["key"]
    assert key.startswith("ctl_")
    assert (await site.http.get("/api/v1/shows", headers=bearer(key))).status_code == 200


async def test_a_code_is_good_once(site):
    code = await code_of(site)
    assert (await site.http.post("/api/v1/login", json={"code": code})).status_code == 200
    problem(await site.http.post("/api/v1/login", json={"code": code}), 401, "bad_code")


async def test_a_code_expires(site, clock):
    code = await code_of(site)
    clock.advance(600_001)
    problem(await site.http.post("/api/v1/login", json={"code": code}), 401, "bad_code")


async def test_a_login_that_is_sent_again_gets_the_same_key(site):
    """The answer was lost on the way: without this the link would be used up for nothing."""
    code = await code_of(site)
    headers = {"idempotency-key": "one-try"}
    first = await site.http.post("/api/v1/login", json={"code": code}, headers=headers)
    again = await site.http.post("/api/v1/login", json={"code": code}, headers=headers)
    assert again.json() == first.json()
    other = await site.http.post("/api/v1/login", json={"code": "guess"}, headers=headers)
    problem(other, 401, "bad_code")


async def test_guessing_is_slowed_down_but_locks_nobody_out(site):
    code = await code_of(site)
    for _ in range(20):
        guess = await site.http.post("/api/v1/login", json={"code": "guess"})
        problem(guess, 401, "bad_code")
    limited = await site.http.post("/api/v1/login", json={"code": "guess"})
    problem(limited, 429, "rate_limited")
    assert limited.headers["retry-after"] == "2"
    assert STRANGER[0] not in limited.text
    assert (await site.http.post("/api/v1/login", json={"code": code})).status_code == 200


async def test_a_failed_login_leaves_nothing_in_the_store(site, tmp_path):
    """Strangers could fill the disk otherwise."""
    headers = {"idempotency-key": "flood"}
    await site.http.post("/api/v1/login", json={"code": "guess"}, headers=headers)
    with closing(sqlite3.connect(tmp_path / "vetrina.db")) as database:
        assert database.execute("SELECT count(*) FROM answers").fetchone() == (0,)


async def test_a_body_without_code(site):
    told = problem(await site.http.post("/api/v1/login", json={}), 422, "invalid")
    assert fields(told) == ["code"]
