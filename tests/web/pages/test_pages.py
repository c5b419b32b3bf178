import re

import pytest

from tests.web.conftest import BASE, problem, site_over
from vetrina.store.errors import DamagedLog, StoreAway
from vetrina.web.assets.registry import policy_hash

PAGES = [
    "/",
    "/control",
    "/control/dock",
    "/docs",
    "/handbook/faults",
    "/handbook?q=pin",
    "/live/spring",
]
HTML = {"accept": "text/html"}


def policy(answer) -> dict[str, str]:
    told = answer.headers["content-security-policy"]
    return dict(rule.strip().split(" ", 1) for rule in told.split(";"))


@pytest.mark.parametrize("path", PAGES)
async def test_every_page(site, path):
    await site.show()
    answer = await site.http.get(path, headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "microphone=()" in answer.headers["permissions-policy"]
    rules = policy(answer)
    assert rules["default-src"] == rules["object-src"] == rules["base-uri"] == "'none'"
    assert rules["frame-ancestors"] == rules["form-action"] == rules["style-src"] == "'self'"
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_what_a_page_names_is_there_and_kept_for_ever(site, path):
    await site.show()
    page = (await site.http.get(path, headers=HTML)).text
    named = re.findall(r'(?:src|href)="(/(?:static|overlays)/[^"]+)"', page)
    assert len(named) > 1
    for url in named:
        answer = await site.http.get(url)
        assert answer.status_code == 200, url
        assert "immutable" in answer.headers["cache-control"], url


@pytest.mark.parametrize("path", PAGES)
async def test_the_import_map_is_the_only_inline_script_allowed(site, path):
    await site.show()
    answer = await site.http.get(path, headers=HTML)
    (inline,) = re.findall(r'<script type="importmap">(.*?)</script>', answer.text)
    assert policy_hash(inline) in policy(answer)["script-src"]
    scripts = re.findall(
        r"<script(?![^>]*(?:src=|importmap|application/(?:ld\+)?json))", answer.text
    )
    assert scripts == []


async def test_the_socket_is_allowed_by_name(site):
    rules = policy(await site.http.get("/", headers=HTML))
    assert rules["connect-src"] == "'self' ws://shop.test wss://shop.test"


@pytest.mark.parametrize("host", ["evil.test; script-src *", "a b", "x'", ""])
async def test_a_forged_host_writes_nothing_into_the_policy(site, host):
    rules = policy(await site.http.get("/", headers={**HTML, "host": host}))
    assert rules["connect-src"] == "'self'"
    assert "*" not in rules["script-src"]


async def test_the_viewer_page_knows_its_show(site):
    await site.show()
    answer = await site.http.get("/live/spring?lang=it", headers=HTML)
    assert '<html lang="it"' in answer.text
    assert '{"show":"spring","lang":"it","start":{"epoch":"' in answer.text
    assert f'<meta property="og:url" content="{BASE}/live/spring">' in answer.text
    assert "x-robots-tag" not in answer.headers


async def test_texts_of_a_show_are_escaped(site):
    new = {"slug": "odd", "title": "</title><script>alert(1)</script>", "currency": "EUR"}
    new["status"] = "live"
    await site.post("/shows", new)
    page = (await site.http.get("/live/odd", headers=HTML)).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


async def test_a_shared_link_shows_what_is_pinned(site):
    await site.show()
    mug = {"sku": "MUG-1", "title": "Mug", "price": {"amount": 1, "currency": "EUR"}}
    await site.post("/products", {**mug, "image": "/media/x.webp"})
    page = (await site.http.get("/live/spring", headers=HTML)).text
    assert f'<meta property="og:image" content="{BASE}/media/x.webp">' in page


async def test_a_show_that_is_not_there(site):
    answer = await site.http.get("/live/nope", headers=HTML)
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("path", ["/control", "/control/dock"])
async def test_the_panel_stays_out_of_search_engines(site, path):
    answer = await site.http.get(path, headers=HTML)
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert '"version":"' in answer.text
    assert '"deal_discount_min_percent":5' in answer.text


@pytest.mark.parametrize("path", ["", "/pin", "?only=deal&theme=notte"])
async def test_an_overlay_opens_with_its_key_and_may_be_styled(site, path):
    key = await site.show()
    answer = await site.http.get(f"/overlay/{key}{path}", headers=HTML)
    assert answer.status_code == 200
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert policy(answer)["style-src"] == "'self' 'unsafe-inline'"
    assert policy(answer)["script-src"].startswith("'self' 'sha256-")
    assert key not in answer.text


@pytest.mark.parametrize("kind", ["unknown", "revoked", "control", "hook"])
async def test_an_overlay_without_a_good_key_is_an_empty_page(site, kind):
    """It may be on air: nothing of it must be seen, unless somebody looks for the reason."""
    await site.show()
    secret = "ovl_" + "x" * 32
    if kind != "unknown":
        role = "overlay" if kind == "revoked" else kind
        key, secret = await site.key(role, show="spring")
        if kind == "revoked":
            await site.call("DELETE", f"/keys/{key.id}")
    empty = await site.http.get(f"/overlay/{secret}", headers=HTML)
    assert empty.status_code == 404
    body = re.sub(r"<script.*?</script>", "", empty.text.partition("<body")[2], flags=re.DOTALL)
    assert re.sub(r"<[^>]+>|^>", "", body).strip() == ""
    explained = await site.http.get(f"/overlay/{secret}?preview=1", headers=HTML)
    assert "does not work" in explained.text
    assert secret not in explained.text


async def test_addresses_of_pages_follow_the_public_url(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, public_url="https://shop.example") as site:
        await site.show()
        page = (await site.http.get("/live/spring", headers=HTML)).text
    assert 'content="https://shop.example/live/spring"' in page


@pytest.mark.parametrize("error", [StoreAway("Gone."), DamagedLog("spring", 2, "no JSON")])
async def test_a_page_whose_show_cannot_be_read_tries_again_by_itself(site, monkeypatch, error):
    """OBS would paint a problem's JSON over the stream."""
    key = await site.show()

    async def unreadable(*_):
        raise error

    monkeypatch.setattr(site.context.feed, "room", unreadable)
    for path in (f"/overlay/{key}", "/live/spring"):
        answer = await site.http.get(path, headers=HTML)
        later = answer.headers["retry-after"]
        assert (answer.status_code, answer.headers["refresh"]) == (503, later)
        assert answer.headers["content-type"].startswith("text/html")
        assert (b"<p" in answer.content) == path.startswith("/live"), "an overlay says nothing"


async def test_a_slash_at_the_end_is_the_same_address(site):
    """Without a redirect, which would repeat an overlay key in a header."""
    secret = await site.show()
    for path in ("/control", "/live/spring", f"/overlay/{secret}", "/api/v1/shows/spring"):
        with_slash = await site.http.get(f"{path}/", headers=HTML)
        assert with_slash.status_code == 200, path
        assert with_slash.text == (await site.http.get(path, headers=HTML)).text
    problem(await site.http.get("/nothing/"), 404, "not_found")
    problem(await site.http.get("/control//"), 404, "not_found")


@pytest.mark.parametrize("host", ["Shop.test", "shop.test:80", "shop.test:443"])
async def test_a_default_port_in_host_is_none_in_addresses(site, host):
    await site.show()
    page = (await site.http.get("/live/spring", headers={**HTML, "host": host})).text
    assert 'content="http://shop.test/live/spring"' in page


@pytest.mark.parametrize(("host", "public"), [("shop.test", "true"), ("127.0.0.1:8000", "false")])
async def test_the_panel_knows_whether_viewers_can_come(site, host, public):
    for path in ("/control", "/control/dock"):
        page = (await site.http.get(path, headers={**HTML, "host": host})).text
        assert f'"base":"http://{host}","public":{public}' in page
