import pytest

from tests.web.conftest import BASE, MUG, problem


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
