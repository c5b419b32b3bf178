import httpx
import pytest

from tests.web.conftest import BASE, MUG, problem, site_over
from vetrina.web.qr_codes import qr_svg

PRIVATE = ["127.0.0.1:8000", "192.168.1.20:8000", "localhost:8000"]


async def test_a_number_leads_to_the_shop(site):
    await site.show()
    await site.post("/products", {**MUG, "link": "https://shop.example/mug?ref=live"})
    answer = await site.http.get("/go/spring/1")
    assert answer.status_code == 302
    assert answer.headers["location"] == "https://shop.example/mug?ref=live"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_product_without_a_link_leads_to_the_show(site):
    await site.show()
    answer = await site.http.get("/go/spring/2")
    assert answer.headers["location"] == f"{BASE}/live/spring"


@pytest.mark.parametrize("path", ["/go/spring/{}", "/qr/spring/{}.svg"])
@pytest.mark.parametrize("number", ["3", "0", "01", "x", "٣"])
async def test_numbers_that_nobody_has(site, path, number):
    await site.show()
    problem(await site.http.get(path.format(number)), 404, "unknown_number")


@pytest.mark.parametrize(
    "path", ["/go/nope/1", "/qr/nope/1.svg", "/qr.svg?show=nope", "/qr.svg", "/api/v1/qr.svg"]
)
async def test_unknown_shows(site, path):
    problem(await site.http.get(path), 404, "unknown_show")


async def test_the_codes_of_a_show_may_be_cached(site):
    await site.show()
    for path in ("/qr/spring/1.svg", "/qr.svg?show=spring", "/api/v1/qr.svg?show=spring"):
        answer = await site.http.get(path)
        assert answer.headers["content-type"].startswith("image/svg+xml"), path
        assert answer.headers["cache-control"] == "public, max-age=3600"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


async def code_at(site, host: str) -> httpx.Response:
    """The code of product 1 as an overlay asks for it that was opened at this host."""
    return await site.http.get("/qr/spring/1.svg", headers={"host": host})


@pytest.mark.parametrize("host", PRIVATE)
async def test_where_viewers_cannot_come_a_code_carries_the_products_own_link(site, host):
    await site.show()
    link = "https://shop.example/mug?ref=live"
    await site.post("/products", {**MUG, "link": link})
    answer = await code_at(site, host)
    assert answer.content == qr_svg(link)
    assert answer.headers["cache-control"] == "no-cache"
    at_a_public_host = await code_at(site, "shop.test")
    assert at_a_public_host.content == qr_svg(f"{BASE}/go/spring/1")


@pytest.mark.parametrize("link", [None, "http://192.168.1.20/mug"])
async def test_no_code_is_made_that_leads_nowhere(site, link):
    await site.show()
    await site.post("/products", {**MUG, "link": link})
    told = problem(await code_at(site, "127.0.0.1:8000"), 404, "no_public_link")
    assert "VETRINA_PUBLIC_URL" in told["detail"]


async def test_with_a_public_address_a_private_host_does_not_matter(store, tmp_path, clock):
    public = "https://vetrina.example"
    async with site_over(store, tmp_path, clock, public_url=public) as site:
        await site.show()
        answer = await code_at(site, "127.0.0.1:8000")
        assert answer.content == qr_svg(f"{public}/go/spring/1")


@pytest.mark.parametrize(("path", "leads_on"), [("/go/spring/99", True), ("/go/nope/1", False)])
async def test_a_person_with_an_unknown_number_gets_a_page(site, path, leads_on):
    await site.show()
    answer = await site.http.get(path, headers={"accept": "text/html", "accept-language": "it"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert 'lang="it"' in answer.text
    assert (f'href="{BASE}/live/spring"' in answer.text) is leads_on
