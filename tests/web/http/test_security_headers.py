"""What other sites get of us: the table "Other sites" of docs/security.md, answer by answer."""

import io
import re

import pytest
from PIL import Image

HTML = {"accept": "text/html"}
OWN = ("same-origin", "same-origin")
SHOWN = ("same-origin", "cross-origin")


def policies(answer) -> tuple[str, str]:
    told = answer.headers
    return told["cross-origin-opener-policy"], told["cross-origin-resource-policy"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", OWN),
        ("/control", OWN),
        ("/control/dock", OWN),
        ("/docs", OWN),
        ("/handbook", OWN),
        ("/nothing", OWN),
        ("/live/spring", SHOWN),
        ("/live/nothing", OWN),
        ("/api/v1/shows/spring", OWN),
        ("/api/v1/products", OWN),
        ("/openapi.json", OWN),
        ("/healthz", OWN),
        ("/go/spring/1", OWN),
        ("/static/js/client/session.js", SHOWN),
        ("/overlays/pinned-product/graphic.js", SHOWN),
    ],
)
async def test_each_answer_says_what_other_sites_get_of_it(site, path, expected):
    await site.show()
    assert policies(await site.http.get(path, headers=HTML)) == expected


async def test_the_overlay_keeps_its_process_and_its_address(site):
    key = await site.show()
    for known in (key, "ovl_nobody"):
        answer = await site.http.get(f"/overlay/{known}", headers=HTML)
        assert policies(answer) == ("unsafe-none", "same-origin")


async def test_pictures_are_for_everybody(site):
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    headers = {**site.auth, "content-type": "image/png"}
    sent = await site.http.post("/api/v1/images", content=picture.getvalue(), headers=headers)
    assert policies(sent) == OWN
    await site.show()
    handbook = (await site.http.get("/handbook/control", headers=HTML)).text
    (shot, *_) = re.findall(r'src="(/handbook/images/[^"]+)"', handbook)
    for url in (sent.json()["url"], "/qr/spring/1.svg", shot):
        answer = await site.http.get(url)
        assert (answer.status_code, policies(answer)) == (200, SHOWN), url
    again = await site.http.get("/static/icon.svg")
    kept = {"if-none-match": again.headers["etag"]}
    unchanged = await site.http.get("/static/icon.svg", headers=kept)
    assert (unchanged.status_code, policies(unchanged)) == (304, SHOWN)


async def test_a_refusal_says_it_too(site):
    answer = await site.http.post("/webhooks/nobody", content=b"{}")
    assert answer.status_code == 404
    assert policies(answer) == OWN
