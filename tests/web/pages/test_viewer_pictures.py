"""How many bytes the viewer page is with pictures, and which size of each a phone is offered."""

import re

from tests.photo import photo
from tests.web.assets.test_pictures import upload
from tests.web.pages.test_viewer_page import PIN, page

MOST_BYTES = 250_000
"""Ten pictures of 200 KB were 1.2 MB."""
PHONE = 2
"""Screen pixels for each pixel of CSS."""
FONTS = ("fonts/bricolage-grotesque-latin.woff2", "fonts/instrument-sans-latin.woff2")
IMAGE = re.compile(r'<img alt="" sizes="([^"]+)" srcset="([^"]+)" src="([^"]+)"[^>]*>')
WIDTHS = {"52px": 52, "104px": 104, "(min-width: 56rem) 400px, 91vw": 0.91 * 390}


def chosen(sizes: str, srcset: str) -> str:
    """The candidate that fills the place on a phone, else the largest."""
    offered = [candidate.split() for candidate in srcset.split(", ")]
    wanted = WIDTHS[sizes] * PHONE
    return next((url for url, wide in offered if int(wide[:-1]) >= wanted), offered[-1][0])


async def weight(site, url: str) -> int:
    answer = await site.http.get(url, headers={"accept-encoding": "br"})
    assert answer.status_code == 200, url
    return int(answer.headers["content-length"])


async def pictured(site, count: int) -> None:
    await site.show()
    skus = ["MUG-1", *(f"P-{number}" for number in range(2, count + 1))]
    picture = (await upload(site, photo(), "image/jpeg")).json()["url"]
    price = {"amount": 1890, "currency": "EUR"}
    products = [{"sku": s, "title": f"No. {s}", "price": price, "image": picture} for s in skus]
    await site.post("/products", products)
    await site.call("PUT", "/shows/spring/bag", {"skus": skus})
    await site.command(PIN)


async def test_a_phone_fetches_a_page_with_ten_photos_in_few_bytes(site):
    await pictured(site, 10)
    html = await page(site)
    shown = IMAGE.findall(html)
    assert [sizes for sizes, _, _ in shown] == [next(reversed(WIDTHS)), *["52px"] * 5]
    pictures = [await weight(site, chosen(sizes, srcset)) for sizes, srcset, _ in shown]
    files = re.findall(r'(?:rel="(?:stylesheet|modulepreload)" href|<script src)="([^"]+)"', html)
    fonts = [site.context.assets.url(font) for font in FONTS]
    rest = [await weight(site, url) for url in ("/live/spring", *files, *fonts)]
    assert len(rest) > 15
    assert sum(pictures) + sum(rest) <= MOST_BYTES, (sum(pictures), sum(rest))


async def test_the_pinned_picture_comes_first_and_rows_when_they_are_near(site):
    await pictured(site, 2)
    tags = [found[0] for found in IMAGE.finditer(await page(site))]
    assert ["fetchpriority" in tag for tag in tags] == [True, False, False]
    assert ['loading="lazy"' in tag for tag in tags] == [False, True, True]


async def test_a_product_without_a_picture_has_no_place_for_one(site):
    await site.show()
    await site.command(PIN)
    assert '<div class="picture picture-card" data-blank="none">' in await page(site)
