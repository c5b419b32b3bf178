"""Modules of `static/js/client` and `shared` in a real browser, with fixtures of Python."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
NAMES = ("reducer", "session", "close_codes", "money", "offer", "clock", "words")


@pytest.mark.parametrize("name", NAMES)
async def test_the_browser_agrees_with_the_fixture(module_page, name):
    fixture = json.loads((FIXTURES / f"{name}.json").read_text(encoding="utf-8"))
    result = await module_page.evaluate(
        """async ([name, fixture]) =>
             (await import("/tests/browser/live_fixtures.js")).run(name, fixture)""",
        [name, fixture],
    )
    assert result["wrong"] == []
    assert result["checked"] > 10


async def test_local_time_counts_sleep_and_never_runs_back(module_page):
    times = await module_page.evaluate(
        """async () => {
             const { LocalTime } = await import("/static/js/client/state.js");
             let wall = 1000000, steady = 0;
             const time = new LocalTime(() => wall, () => steady);
             const seen = [];
             const pass = (w, s) => { wall += w; steady += s; seen.push(time.now() - 1000000); };
             pass(500, 500); pass(60000, 0); pass(-3600000, 100); pass(1000, 1000); pass(200, 0);
             return seen;
           }"""
    )
    assert times == [500, 60500, 60600, 61600, 61600]


ANSWERS = """async (answers) => {
  const { Api, Problem } = await import("/static/js/client/api.js");
  const asked = [];
  const fetcher = async (path, init) => {
    const body = init.body instanceof Blob ? "blob" : init.body;
    asked.push({ path, method: init.method, body, headers: init.headers });
    const [status, text] = answers.shift() ?? [];
    if (status === undefined) throw new TypeError("no route to host");
    return new Response(status === 204 ? null : text, { status });
  };
  const api = new Api({ key: "ctl_x", fetch: fetcher });
  const caught = async (call) => {
    try { return await call; } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      const { status, code, detail, errors } = problem;
      return { status, code, detail, errors };
    }
  };
  const got = [];
  got.push(await caught(api.get("/shows")));
  got.push(await caught(api.post("/shows", { slug: "s" })));
  got.push(await caught(api.put("/api/v1/shows/s/bag", { skus: [] })));
  got.push(await caught(api.delete("/keys/k1")));
  got.push(await caught(api.post("/images", new Blob(["x"], { type: "image/png" }))));
  got.push(await caught(api.post("/shows", {}, { idempotencyKey: "again" })));
  return { asked, got };
}"""


async def test_the_api_says_what_it_wants_and_what_went_wrong(module_page):
    problem = {"code": "unknown_sku", "detail": "No.", "errors": [{"field": "sku", "message": "?"}]}
    answers = [
        [200, '{"shows": []}'],
        [422, json.dumps({**problem, "status": 422})],
        [204, None],
        [500, "<h1>Oops</h1>"],
        [201, '{"url": "/media/a.webp"}'],
    ]
    result = await module_page.evaluate(ANSWERS, answers)
    assert result["got"] == [
        {"shows": []},
        {**problem, "status": 422},
        None,
        {"status": 500, "code": "http_500", "detail": "", "errors": []},
        {"url": "/media/a.webp"},
        {"status": 0, "code": "offline", "detail": "no route to host", "errors": []},
    ]
    asked = result["asked"]
    assert [(call["method"], call["path"], call["body"]) for call in asked] == [
        ("GET", "/api/v1/shows", None),
        ("POST", "/api/v1/shows", '{"slug":"s"}'),
        ("PUT", "/api/v1/shows/s/bag", '{"skus":[]}'),
        ("DELETE", "/api/v1/keys/k1", None),
        ("POST", "/api/v1/images", "blob"),
        ("POST", "/api/v1/shows", "{}"),
    ]
    assert {call["headers"]["Authorization"] for call in asked} == {"Bearer ctl_x"}
    keys = [call["headers"].get("Idempotency-Key") for call in asked]
    assert keys[0] is keys[2] is keys[3] is None
    assert len(keys[1]) == 32
    assert keys[1] != keys[4]
    assert keys[5] == "again"
    types = [call["headers"].get("Content-Type") for call in asked]
    assert types[1] == "application/json"
    assert types[4] == "image/png"
