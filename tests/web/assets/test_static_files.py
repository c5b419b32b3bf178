import gzip
import json

import pytest

from tests.web.conftest import problem
from vetrina.web.assets.registry import minified

SESSION = "/static/js/client/session.js"


async def test_a_plain_address_is_asked_for_anew(site):
    answer = await site.http.get(SESSION)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = await site.http.get(SESSION, headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_a_hashed_address_is_kept_for_ever(site):
    url = site.context.assets.url("js/client/session.js")
    answer = await site.http.get(url)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    written = (await site.http.get(SESSION)).content
    assert answer.content == minified(SESSION, written)
    assert len(answer.content) < len(written)


async def test_an_old_hash_is_not_answered_with_the_new_file(site):
    problem(await site.http.get("/static/js/client/session.0000000000.js"), 404, "not_found")


async def test_text_comes_compressed_to_who_takes_it(site):
    small = await site.http.get(SESSION, headers={"accept-encoding": "br, gzip;q=0.5"})
    plain = await site.http.get(SESSION, headers={"accept-encoding": "identity"})
    refused = await site.http.get(SESSION, headers={"accept-encoding": "gzip;q=0, br;q=0.0"})
    older = await site.http.get(SESSION, headers={"accept-encoding": "gzip"})
    assert small.headers["content-encoding"] == "br"
    assert older.headers["content-encoding"] == "gzip"
    assert older.content == small.content
    assert int(small.headers["content-length"]) < len(plain.content) == len(small.content)
    assert "content-encoding" not in plain.headers
    assert "content-encoding" not in refused.headers
    assert small.headers["etag"] != plain.headers["etag"]
    assert small.headers["vary"] == plain.headers["vary"] == "accept-encoding"
    assert gzip.compress(plain.content)


async def test_every_module_in_the_map_is_served_as_a_module(site):
    for url in json.loads(site.context.assets.import_map("js/pages/control.js"))[
        "imports"
    ].values():
        answer = await site.http.head(url)
        assert answer.status_code == 200, url
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server/app.py",
        "/static/%2e%2e/server/app.py",
        "/static/..%2f..%2fetc%2fpasswd",
        "/static/....//server/app.py",
        "/static//etc/passwd",
        "/static/%00",
        "/static/",
        "/static/js",
        "/overlays/../pyproject.toml",
        "/static/js/client/..%5c..%5csession.js",
    ],
)
async def test_no_address_leads_out(site, path):
    answer = await site.http.get(path)
    problem(answer, 404, "not_found")
