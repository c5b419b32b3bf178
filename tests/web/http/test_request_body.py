import asyncio
import json

import pytest

from tests.web.conftest import BASE, MUG, fields, problem
from vetrina.web.http.request_body import JSON_BYTES

URL = "/api/v1/products"
JSON = {"content-type": "application/json"}


async def test_a_body_of_another_type(site):
    for given in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx"):
        headers = {**site.auth, "content-type": given}
        told = problem(await site.http.post(URL, content=b"{}", headers=headers), 415,
                       "unsupported_media_type")  # fmt: skip
        assert given in told["detail"]
    problem(await site.http.post(URL, content=b"{}", headers=site.auth), 415,
            "unsupported_media_type")  # fmt: skip


async def test_parameters_of_the_type_do_not_matter(site):
    headers = {**site.auth, "content-type": "Application/JSON; charset=utf-8"}
    body = b'{"sku":"A","title":"A","price":{"amount":1,"currency":"EUR"}}'
    assert (await site.http.post(URL, content=body, headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"\xff",
        b"[1,]",
        b'"\\ud800"',
        b"[" * 5000,
        b"{}{}",
        b"\xef\xbb\xbf{}",
    ],
)
async def test_what_is_no_json(site, raw):
    answer = await site.http.post(URL, content=raw, headers={**site.auth, **JSON})
    problem(answer, 400, "bad_json")


async def test_a_large_body_is_refused_by_its_declared_size(site):
    """Nothing of it needs to come: an attacker would have the server wait for it."""
    headers = {**site.auth, **JSON, "content-length": str(JSON_BYTES + 1)}
    answer = await site.http.post(URL, content=b"", headers=headers)
    told = problem(answer, 413, "too_large")
    assert "256 KiB" in told["detail"]


async def test_a_large_body_without_declared_size_is_not_read_to_its_end(site):
    sent = 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1
            yield b"x" * 65_536
            await asyncio.sleep(0)

    answer = await site.http.post(URL, content=endless(), headers={**site.auth, **JSON})
    problem(answer, 413, "too_large")
    assert sent <= JSON_BYTES // 65_536 + 2


async def test_a_body_of_just_the_allowed_size(site):
    wanted = {**MUG, "note": ""}
    padding = JSON_BYTES - len(json.dumps(wanted))
    raw = json.dumps({**wanted, "note": "x" * padding}).encode()
    assert len(raw) == JSON_BYTES
    answer = await site.http.post(URL, content=raw, headers={**site.auth, **JSON})
    assert answer.status_code == 200


async def test_numbers_that_browsers_cannot_keep(site):
    raw = b'{"type":"announce","text":"x","until":9007199254740993,"deep":[[{"n":1e400}]]}'
    await site.show()
    url = f"{BASE}/api/v1/shows/spring/commands"
    told = problem(await site.http.post(url, content=raw, headers={**site.auth, **JSON}), 422,
                   "invalid")  # fmt: skip
    assert fields(told) == ["until", "deep.0.0.n"]
