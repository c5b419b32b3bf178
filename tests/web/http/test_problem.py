import logging

import pytest

from tests.web.conftest import bearer, problem


async def test_an_address_that_is_not_there(site):
    problem(await site.http.get("/nope"), 404, "not_found")
    problem(await site.http.get("/api/v1/nope", headers={"accept": "text/html"}), 404, "not_found")


async def test_a_person_sees_a_page_instead(site):
    answer = await site.http.get("/nope", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PATCH", "/api/v1/shows", {"GET", "HEAD", "POST"}),
        ("DELETE", "/api/v1/shows/x/bag", {"GET", "HEAD", "PUT"}),
        ("POST", "/live/x", {"GET", "HEAD"}),
        ("POST", "/static/css/tokens.css", {"GET", "HEAD"}),
    ],
)
async def test_a_method_that_is_not_there(site, method, path, allowed):
    answer = await site.http.request(method, path)
    problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["allow"].replace(" ", "").split(",")) == allowed


async def test_problems_are_never_cached(site):
    answer = await site.http.get("/api/v1/shows/nope")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"


async def test_a_mistake_of_the_server_tells_nothing(site, caplog):
    """Neither the caller nor the log learns a secret from a failure."""
    secret = "ctl_" + "s" * 32

    async def broken(digest):
        raise RuntimeError(f"cannot look up {secret}")

    site.store.key = broken
    with caplog.at_level(logging.ERROR):
        answer = await site.http.get("/api/v1/shows", headers=bearer(secret))
    told = problem(answer, 500, "internal_error")
    assert "look up" not in told["detail"]
    assert "RuntimeError" in caplog.text
    assert secret not in caplog.text


async def test_answers_are_counted_by_route_and_status(site):
    await site.http.get("/api/v1/shows/nope-1")
    await site.http.get("/api/v1/shows/nope-2")
    await site.http.get("/live/nope", headers={"accept": "text/html"})
    text = (await site.http.get("/metrics")).text
    assert 'vetrina_http_requests_total{route="/api/v1/shows/{slug}",status="404"} 2.0' in text
    assert 'vetrina_http_requests_total{route="/live/{slug}",status="404"} 1.0' in text
    assert "nope" not in text


async def test_no_page_of_another_site_may_read_answers(site):
    answer = await site.http.get("/api/v1/shows/nope", headers={"origin": "https://evil.test"})
    assert not [name for name in answer.headers if name.startswith("access-control")]
    asked = await site.http.options("/api/v1/shows", headers={"origin": "https://evil.test"})
    assert asked.status_code == 405
