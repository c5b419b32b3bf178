import re

from tests.web.conftest import fields, problem

SVG = "image/svg+xml"


async def test_a_link_with_a_secret_goes_in_a_body(site):
    answer = await site.post("/qr", {"text": "http://shop.test/overlay/ovl_secret"})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(SVG)
    assert answer.headers["cache-control"] == "no-store"
    assert "ovl_secret" not in answer.text


async def test_a_repeated_request_gets_the_same_picture(site):
    for _ in range(2):
        answer = await site.post("/qr", {"text": "x"}, headers={"idempotency-key": "q"})
        assert answer.headers["content-type"].startswith(SVG)
        assert answer.text.startswith("<svg ")
    assert answer.headers["idempotency-replayed"] == "true"


async def test_what_is_no_text(site):
    for body in ({}, {"text": ""}, {"text": "x" * 1001}, {"text": 7}):
        assert fields(problem(await site.post("/qr", body), 422, "invalid")) == ["text"]


async def test_a_text_too_long_for_any_code(site):
    """Such signs take four bytes each, so a thousand of them do not fit."""
    told = problem(await site.post("/qr", {"text": "🍅" * 1000}), 422, "invalid")
    assert re.search("shorter", told["errors"][0]["message"])
