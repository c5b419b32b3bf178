import asyncio
import sqlite3
from contextlib import closing

import pytest

from tests.web.conftest import MUG, bearer, fields, problem, site_over
from vetrina.live.show_writer import Busy
from vetrina.store.errors import StoreError
from vetrina.web.http.auth import digest_of
from vetrina.web.http.idempotency import KEPT_MS

KEY = {"idempotency-key": "k-1"}
ANNOUNCE = {"type": "announce", "text": "Ciao"}


async def seq(site) -> int:
    return (await site.store.head("spring")).seq


async def test_the_same_request_gets_the_first_answer_and_does_nothing(site):
    await site.show()
    first = await site.command({"type": "pin_next"}, headers=KEY)
    assert "idempotency-replayed" not in first.headers
    again = await site.command({"type": "pin_next"}, headers=KEY)
    assert (again.status_code, again.content) == (200, first.content)
    assert again.headers["content-type"] == "application/json"
    assert again.headers["idempotency-replayed"] == "true"
    assert await seq(site) == 3


async def test_without_a_key_it_is_done_again(site):
    await site.show()
    for _ in range(2):
        await site.command({"type": "pin_next"})
    assert await seq(site) == 4


async def test_the_first_status_is_kept_too(site):
    new = {"slug": "a", "title": "A", "currency": "EUR"}
    first = await site.post("/shows", new, headers=KEY)
    again = await site.post("/shows", new, headers=KEY)
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json()["overlay_key"] == first.json()["overlay_key"]


async def test_a_refusal_is_an_answer(site):
    await site.show()
    refused = await site.command({"type": "resume_show"}, headers=KEY)
    problem(refused, 409, "not_running")
    await site.command({"type": "pause_show"})
    again = await site.command({"type": "resume_show"}, headers=KEY)
    problem(again, 409, "not_running")
    assert again.content == refused.content


async def test_a_mended_request_may_keep_its_key(site):
    problem(await site.post("/products", {**MUG, "title": ""}, headers=KEY), 422, "invalid")
    assert (await site.post("/products", MUG, headers=KEY)).status_code == 200


async def test_another_body_under_the_same_key_is_a_mistake(site):
    await site.show()
    await site.command(ANNOUNCE, headers=KEY)
    other = await site.command({**ANNOUNCE, "text": "Addio"}, headers=KEY)
    problem(other, 422, "idempotency_mismatch")


async def test_keys_of_different_callers_and_calls_do_not_meet(site):
    await site.show()
    await site.show("autumn")
    _, other = await site.key("control")
    before = await seq(site)
    await site.command(ANNOUNCE, headers=KEY)
    await site.command({"type": "panic"}, slug="autumn", headers=KEY)
    done = await site.http.post(
        "/api/v1/shows/spring/commands", json={"type": "panic"}, headers={**bearer(other), **KEY}
    )
    assert done.status_code == 200
    assert await seq(site) == before + 2


async def test_an_answer_is_kept_for_a_day(site, clock):
    await site.show()
    await site.command({"type": "pin_next"}, headers=KEY)
    clock.advance(KEPT_MS)
    again = await site.command({"type": "pin_next"}, headers=KEY)
    assert again.headers["idempotency-replayed"] == "true"
    clock.advance(1)
    assert (
        "idempotency-replayed"
        not in (await site.command({"type": "pin_next"}, headers=KEY)).headers
    )


@pytest.mark.parametrize("key", ["", "x" * 256, "a\tb"])
async def test_what_is_no_key(site, key):
    told = problem(await site.post("/login-codes", headers={"idempotency-key": key}), 422,
                   "invalid")  # fmt: skip
    assert fields(told) == ["Idempotency-Key"]


async def test_a_second_request_does_not_run_beside_the_first(site):
    await site.show()
    gate, entered = asyncio.Event(), asyncio.Event()
    original = site.store.put_entries

    async def slow(entries, **more):
        entered.set()
        await gate.wait()
        await original(entries, **more)

    site.store.put_entries = slow
    first = asyncio.create_task(site.post("/products", MUG, headers=KEY))
    await entered.wait()
    second = await site.post("/products", MUG, headers=KEY)
    problem(second, 409, "in_progress")
    assert second.headers["retry-after"] == "1"
    gate.set()
    assert (await first).status_code == 200
    assert (await site.post("/products", MUG, headers=KEY)).status_code == 200


async def test_secrets_in_answers_are_sealed_in_the_database(site, tmp_path):
    new = {"slug": "a", "title": "A", "currency": "EUR"}
    secret = (await site.post("/shows", new, headers=KEY)).json()["overlay_key"]
    with closing(sqlite3.connect(tmp_path / "vetrina.db")) as database:
        ((row, body),) = database.execute("SELECT key, body FROM answers").fetchall()
    assert secret.encode() not in body
    assert b"overlay_key" not in body
    assert "k-1" not in row


async def test_events_and_answer_are_written_together(site, tmp_path):
    """After a crash between commit and answer the repeat finds both, never one of them."""
    await site.show()
    original = site.store.append

    async def killed_after_commit(append):
        await original(append)
        raise StoreError("the process was killed")

    site.store.append = killed_after_commit
    lost = await site.command({"type": "pin_next"}, headers=KEY)
    problem(lost, 503, "busy")
    site.store.append = original
    async with site_over(site.store, tmp_path, site.clock) as restarted:
        again = await restarted.http.post(
            "/api/v1/shows/spring/commands",
            json={"type": "pin_next"},
            headers={**site.auth, **KEY},
        )
    assert again.json()["events"][0]["type"] == "product_pinned"
    assert again.json()["seq"] == await seq(site) == 3


async def test_nothing_is_kept_of_what_was_not_written(site, tmp_path):
    await site.show()
    original = site.store.append

    async def killed_before_commit(append):
        raise StoreError("the disk is full")

    site.store.append = killed_before_commit
    problem(await site.command({"type": "pin_next"}, headers=KEY), 503, "busy")
    site.store.append = original
    done = await site.command({"type": "pin_next"}, headers=KEY)
    assert "idempotency-replayed" not in done.headers
    assert done.json()["seq"] == 3


async def test_a_request_that_another_process_answered_meanwhile(site, tmp_path):
    """Both were asked at once; the slower one gives the answer of the faster one."""
    await site.show()
    answered = await site.command({"type": "pin_next"}, headers=KEY)
    original, asked = site.store.answer, []

    async def not_yet(key, since):
        asked.append(key)
        return None if len(asked) == 1 else await original(key, since)

    site.store.answer = not_yet
    second = await site.command({"type": "pin_next"}, headers=KEY)
    assert second.content == answered.content
    assert await seq(site) == 3


async def test_a_busy_server_is_asked_again(site):
    await site.show()

    async def busy(*args, **kwargs):
        raise Busy("too many")

    original, site.context.shows.handle = site.context.shows.handle, busy
    told = await site.command(ANNOUNCE, headers=KEY)
    problem(told, 503, "busy")
    assert told.headers["retry-after"] == "1"
    site.context.shows.handle = original
    assert (await site.command(ANNOUNCE, headers=KEY)).status_code == 200


async def killed_after(site, tmp_path, method, path, body):
    """The process is killed between the commit and its answer; the same request comes again."""
    original = getattr(site.store, method)

    async def killed(*args, **kwargs):
        await original(*args, **kwargs)
        raise StoreError("the process was killed")

    setattr(site.store, method, killed)
    problem(await site.post(path, body, headers=KEY), 503, "busy")
    setattr(site.store, method, original)
    async with site_over(site.store, tmp_path, site.clock) as restarted:
        headers = {**site.auth, **KEY}
        return await restarted.http.post(f"/api/v1{path}", json=body, headers=headers)


async def test_a_show_its_key_and_the_answer_are_written_together(site, tmp_path):
    """The overlay key is told once: a repeat that says `taken` would have lost it."""
    new = {"slug": "spring", "title": "A", "currency": "EUR"}
    again = await killed_after(site, tmp_path, "create_show", "/shows", new)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (201, "true")
    key = await site.store.key(digest_of(again.json()["overlay_key"]))
    assert (key.role, key.show) == ("overlay", "spring")


async def test_a_key_and_the_answer_are_written_together(site, tmp_path):
    await site.show()
    body, path = {"role": "control"}, "/shows/spring/keys"
    again = await killed_after(site, tmp_path, "add_key", path, body)
    assert again.headers["idempotency-replayed"] == "true"
    made = [key for key in await site.store.keys("spring") if key.role == "control"]
    assert [key.id for key in made] == [again.json()["id"]]


async def test_a_login_and_the_answer_are_written_together(site, tmp_path):
    code = (await site.post("/login-codes")).json()["url"].partition("#code=")[2]
    again = await killed_after(site, tmp_path, "exchange_login_code", "/login", {"code": code})
    assert again.headers["idempotency-replayed"] == "true"
    assert await site.store.key(digest_of(again.json()["key"])) is not None


async def test_a_show_that_is_taken_leaves_no_key(site):
    await site.show(bag=False)
    before = await site.store.keys()
    new = {"slug": "spring", "title": "A", "currency": "EUR"}
    for _ in range(2):
        problem(await site.post("/shows", new, headers=KEY), 409, "taken")
    assert await site.store.keys() == before


async def test_a_show_that_another_process_made_meanwhile_under_the_same_request(site):
    new = {"slug": "spring", "title": "A", "currency": "EUR"}
    first = await site.post("/shows", new, headers=KEY)
    original, asked = site.store.answer, []

    async def not_yet(key, since):
        asked.append(key)
        return None if len(asked) == 1 else await original(key, since)

    site.store.answer = not_yet
    again = await site.post("/shows", new, headers=KEY)
    assert again.content == first.content
