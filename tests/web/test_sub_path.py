"""Below a sub-path: whatever the proxy leaves of it, and in all that the server tells."""

from __future__ import annotations

import io
import re
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from PIL import Image

from tests.fakes import FakeClock
from tests.realtime.fakes import FakeTransport
from tests.web.api.test_shop import PROFILE
from tests.web.conftest import MUG, Site, site_over
from tests.web.shops import NOW_MS, SAMPLES, shop
from vetrina.realtime.subscriber import Subscriber
from vetrina.setting_values import OWN_PATHS
from vetrina.settings import BadSettings, read_settings
from vetrina.store.ports.store import Store
from vetrina.web.routes import routes

PUBLIC = "https://shop.example/vetrina"
ROOT = "/vetrina"
REPOSITORY = Path(__file__).resolve().parents[2]
HTML = {"accept": "text/html"}
LOGO = f"/media/{0:032x}.webp"


@pytest.fixture
async def below(store: Store, tmp_path: Path) -> AsyncIterator[Site]:
    clock = FakeClock(NOW_MS)
    async with site_over(store, tmp_path, clock, public_url=PUBLIC, demo=True) as site:
        yield site


def addresses(html: str) -> Iterator[str]:
    """Everything in a page that a browser would ask for, the import map too."""
    yield from re.findall(r'(?:href|src|action|content)="([^"]+)"', html)
    for found in re.findall(r'<script type="importmap">(.*?)</script>', html, re.DOTALL):
        for plain, hashed in orjson.loads(found)["imports"].items():
            yield from (plain, hashed)


def texts(told: Any) -> Iterator[str]:
    """Every text in JSON."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for each in told.values() if isinstance(told, dict) else told:
            yield from texts(each)


def astray(found: Iterator[str]) -> list[str]:
    """Those that would leave the sub-path."""
    return [one for one in found if one.startswith("/") and not one.startswith(f"{ROOT}/")]


PAGES = [
    "/", "/control", "/control/dock", "/docs", "/handbook", "/handbook/control", "/live/spring",
    "/overlay/{}", "/nothing",
]  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
async def test_a_page_and_all_that_it_asks_for_are_below_the_path(below: Site, page: str) -> None:
    path = page.format(await below.show())
    kept = await below.http.get(ROOT + path, headers=HTML)
    stripped = await below.http.get(path, headers=HTML)
    assert kept.text == stripped.text
    assert kept.status_code == stripped.status_code == (404 if page == "/nothing" else 200)
    found = [one for one in addresses(kept.text) if one.startswith("/")]
    assert found
    assert astray(iter(found)) == []
    for address in {one.partition("#")[0] for one in found}:
        for asked in (address, address.removeprefix(ROOT)):
            assert (await below.http.get(asked)).status_code == 200, asked


async def test_the_shop_and_all_that_its_pages_lead_to_are_below_the_path(below: Site) -> None:
    assert (await below.call("PUT", "/shop", {**PROFILE, "logo": LOGO})).status_code == 200
    await below.show()
    await below.command({"type": "pin_product", "sku": "MUG-1"})
    for page in ("/shop/giulia", "/shop/giulia/products/MUG-1", "/shop/giulia/products/NO"):
        html = (await below.http.get(ROOT + page, headers=HTML)).text
        assert astray(addresses(html)) == [], page
        told = re.search(r'id="page-data">(.*?)</script>', html)
        assert told is not None
        data = orjson.loads(told[1])
        assert astray(one for one in texts(data) if one != data.get("read")) == []
    site_map = (await below.http.get(f"{ROOT}/sitemap.xml")).text
    assert f"<loc>{PUBLIC}/shop/giulia</loc>" in site_map


async def test_the_path_alone_is_the_home_page_and_its_namesakes_are_nothing(below: Site) -> None:
    assert "Vetrina" in (await below.http.get(ROOT, headers=HTML)).text
    assert (await below.http.get("/vetrinas/control")).status_code == 404
    assert (await below.http.get(f"{ROOT}{ROOT}/control")).status_code == 404


async def test_the_numbers_are_not_below_the_path(below: Site) -> None:
    assert (await below.http.get(f"{ROOT}/metrics")).status_code == 404
    assert "vetrina_" in (await below.http.get("/metrics")).text


async def test_a_picture_is_told_below_the_path_and_kept_without_it(below: Site) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (8, 8)).save(picture, "PNG")
    headers = {**below.auth, "content-type": "image/png"}
    sent = await below.http.post(
        f"{ROOT}/api/v1/images", content=picture.getvalue(), headers=headers
    )
    url = sent.json()["url"]
    assert url.startswith(f"{ROOT}/media/")
    assert (await below.http.get(url)).status_code == 200
    await below.show()
    product = {**MUG, "image": url, "link": f"{ROOT}/demo/MUG-1"}
    told = await below.post("/products", product)
    assert told.json()["products"][0]["image"] == url
    kept = {one.sku: one for one in await below.store.products()}["MUG-1"]
    assert (kept.image, kept.link) == (url.removeprefix(ROOT), "/demo/MUG-1")
    await below.command({"type": "pin_product", "sku": "MUG-1"})

    calls = ["/products", "/shows/spring", "/shows/spring/bag", "/shows/spring/events", "/keys"]
    for call in calls:
        answer = await below.get(call, headers={"accept-encoding": "identity"})
        assert astray(texts(answer.json())) == [], call
        assert int(answer.headers["content-length"]) == len(answer.content)
        assert call == "/keys" or url in answer.text

    for role in ("viewer", "overlay", "control"):
        room = await below.context.feed.room("spring")
        assert room is not None
        member = FakeTransport()
        room.join(Subscriber(member, role), None, 0)  # type: ignore[arg-type]
        await below.command([{"type": "unpin_product"}, {"type": "pin_product", "sku": "MUG-1"}])
        frames = member.frames()
        assert {"welcome", "events"} <= {frame["type"] for frame in frames}
        assert url in str(frames)
        assert [astray(texts(frame)) for frame in frames if astray(texts(frame))] == []

    page = (await below.http.get(f"{ROOT}/live/spring", headers=HTML)).text
    data = re.findall(r'<script type="application/json" id="page-data">(.*?)</script>', page)
    assert astray(addresses(page)) == []
    assert [astray(texts(orjson.loads(one))) for one in data] == [[]]
    assert f'src="{url}"' in page
    assert f'href="{ROOT}/demo/MUG-1"' in page
    assert f'content="https://shop.example{url}"' in page

    link = await below.http.get(f"{ROOT}/go/spring/1")
    assert link.headers["location"] == f"{ROOT}/demo/MUG-1"
    assert (await below.http.get(link.headers["location"])).status_code == 200


async def test_a_text_that_looks_like_an_address_stays_as_it_is(below: Site) -> None:
    await below.show()
    text = '"image":"/media/x"'
    await below.command({"type": "announce", "text": text})
    state = (await below.get("/shows/spring")).json()["state"]
    assert state["announcement"]["text"] == text


async def test_descriptions_and_problems_name_the_path(below: Site) -> None:
    described = (await below.http.get(f"{ROOT}/openapi.json")).json()
    assert described["servers"] == [{"url": ROOT}]
    socket = (await below.http.get("/asyncapi.json")).json()
    assert socket["channels"]["socket"]["address"] == f"{ROOT}/ws"
    lost = (await below.http.get(f"{ROOT}/api/v1/nothing")).json()
    assert lost["type"] == f"{ROOT}/docs#problem-not_found"


async def test_links_hooks_and_webhooks_work_below_the_path(below: Site) -> None:
    made = (await below.post("/shows", {"slug": "new", "title": "N", "currency": "EUR"})).json()
    assert made["urls"]["viewer"] == f"{PUBLIC}/live/new"
    assert made["urls"]["overlay"].startswith(f"{PUBLIC}/overlay/ovl_")
    await below.show()
    seller = await shop(below, "generic", "spring")
    assert (await seller.told())["url"] == f"{PUBLIC}/webhooks/{seller.id}"
    sample = SAMPLES["generic/paid"]
    address = f"{ROOT}/webhooks/{seller.id}"
    sent = await below.http.post(address, content=sample.body, headers=seller.signed(sample))
    assert sent.json() == {"outcome": "applied"}
    _, button = await below.key("hook", "spring", ("pin.next",))
    assert (await below.http.get(f"{ROOT}/hooks/{button}/pin.next")).status_code == 200
    qr = await below.http.get(f"{ROOT}/qr/spring/1.svg")
    assert qr.headers["content-type"].startswith("image/svg")


async def test_style_sheets_and_scripts_name_others_by_relative_paths(below: Site) -> None:
    for asset in below.context.assets._by_url.values():
        body = asset.body.decode(errors="replace")
        if asset.url.endswith(".css"):
            assert re.findall(r"url\(\s*[\"']?/|@import\s+[\"']/", body) == [], asset.url
        if asset.url.endswith((".js", ".mjs")):
            assert re.findall(r"(?:from|import)\s*\(?\s*[\"']/", body) == [], asset.url


def test_scripts_put_the_path_before_addresses_of_ours() -> None:
    names = "|".join(sorted(OWN_PATHS - {"orders", "qr", "shop"}, key=len, reverse=True))
    own = re.compile(rf"""["'`]/(?:(?:{names})(?=["'`/?])|qr/)""")
    found = [
        f"{path.relative_to(REPOSITORY)}: {line.strip()}"
        for folder in ("static/js", "overlays")
        for path in sorted((REPOSITORY / folder).rglob("*.js"))
        for line in path.read_text("utf-8").splitlines()
        if own.search(line) and not line.strip().startswith(("*", "//", "/*"))
    ]
    assert found == []


async def test_every_path_of_ours_is_known_to_the_settings(below: Site) -> None:
    paths = {route.path.split("/")[1] for route in routes(below.context)}  # type: ignore[attr-defined]
    assert paths - {""} <= OWN_PATHS


@pytest.mark.parametrize(
    "address",
    [
        "https://shop.example?x=1",
        "https://shop.example/vetrina?",
        "https://shop.example/#top",
        "https://shop.example/a//b",
        "https://shop.example/../b",
        "https://shop.example/a b",
        "https://shop.example/live",
        "https://shop.example/static/vetrina",
    ],
)
def test_an_address_that_cannot_be_served_is_refused_at_the_start(address: str) -> None:
    with pytest.raises(BadSettings, match=r"VETRINA_PUBLIC_URL .*expected an address"):
        read_settings(public_url=address)


@pytest.mark.parametrize(
    ("address", "root"),
    [
        ("https://shop.example", ""),
        ("https://shop.example/", ""),
        ("https://shop.example/vetrina/", "/vetrina"),
        ("http://127.0.0.1:8000/shops/live-1", "/shops/live-1"),
    ],
)
def test_the_path_is_that_of_the_public_address(address: str, root: str) -> None:
    assert read_settings(public_url=address).root == root
