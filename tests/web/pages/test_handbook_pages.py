import re

import pytest

from tests.web.conftest import site_over
from vetrina import __version__

HTML = {"accept": "text/html"}


async def test_a_page_is_shown_with_contents_version_and_the_way_to_the_api(site):
    answer = await site.http.get("/handbook/public-address", headers=HTML)
    assert answer.status_code == 200
    assert "<title>A public address · Vetrina</title>" in answer.text
    assert '<h2 id="from-your-own-computer-a-tunnel">' in answer.text
    assert f"<span>{__version__}</span>" in answer.text
    assert 'href="/docs"' in answer.text
    assert '<a href="/handbook/public-address" aria-current="page">' in answer.text
    assert 'href="/handbook/operations#behind-a-proxy"' in answer.text


async def test_it_is_compressed(site):
    answer = await site.http.get("/handbook/api", headers={**HTML, "accept-encoding": "br"})
    assert answer.headers["content-encoding"] == "br"
    assert answer.headers["vary"] == "accept-encoding"


async def test_pictures_are_kept_for_ever(site):
    page = await site.http.get("/handbook/control", headers=HTML)
    (url, *_) = re.findall(r'src="(/handbook/images/control[^"]+)"', page.text)
    picture = await site.http.get(url)
    assert picture.headers["content-type"] == "image/png"
    assert "immutable" in picture.headers["cache-control"]


@pytest.mark.parametrize("path", ["nothing", "images", "%2e%2e/pyproject.toml"])
async def test_what_is_no_page_is_not_found(site, path):
    answer = await site.http.get(f"/handbook/{path}", headers=HTML)
    assert answer.status_code == 404
    assert "The handbook has no such page" in answer.text
    assert '<a href="/handbook">' in answer.text


async def test_nothing_beside_the_handbook_is_found(site):
    answer = await site.http.get("/handbook/../README", headers=HTML)
    assert answer.status_code == 404
    assert "There is no shop window here" in answer.text


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", "Search"), ("it", "Cerca"), ("de", "Suchen"), ("es", "Buscar"), ("fr", "Rechercher")],
)
async def test_the_words_around_the_text_are_in_the_readers_language(site, lang, words):
    answer = await site.http.get(f"/handbook?q=tunnel&lang={lang}", headers=HTML)
    assert f'<html lang="{lang}"' in answer.text
    assert f"<button>{words}</button>" in answer.text
    assert '<main class="docs" lang="en">' in answer.text


async def test_a_search_tells_where_the_words_stand(site):
    answer = await site.http.get("/handbook?q=tunnel", headers=HTML)
    assert 'href="/handbook/public-address#from-your-own-computer-a-tunnel"' in answer.text
    assert "<mark>tunnel</mark>" in answer.text
    assert 'value="tunnel"' in answer.text


async def test_what_is_searched_for_is_escaped(site):
    answer = await site.http.get('/handbook?q="><script>alert(1)</script>', headers=HTML)
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "Nothing was found for" in answer.text


async def test_one_address_may_read_so_much_a_minute(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, reads_per_minute=2) as site:
        answers = [await site.http.get("/handbook?q=pin", headers=HTML) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "refresh" in answers[2].headers
