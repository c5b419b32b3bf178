"""What docs/contributing promises: paths exist, and a new thing is a file and its line in a table.

Each dummy is put into its table for one test. That it works proves that nothing else is in the way;
`left_to_do` names what a real one would still need, and for what is there already it names nothing.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from tests.js.catalogues import SURFACES, words_of
from tests.web.conftest import Site, bearer, site_over, with_tables
from vetrina.connectors import CONNECTORS
from vetrina.connectors.generic import Generic
from vetrina.connectors.samples import samples
from vetrina.domain.access import Permission
from vetrina.metrics import Metrics
from vetrina.settings import Settings
from vetrina.store.sql.store import sqlite_store
from vetrina.web.assets.locations import OVERLAYS_DIR, STATIC_DIR
from vetrina.web.assets.registry import Assets
from vetrina.web.http.accept_language import LANGUAGES
from vetrina.web.http.endpoint import routes_of
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation
from vetrina.web.pages.words import read_words

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted((ROOT / "docs/contributing").glob("*.md"))
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*)`")
ABOVE = ("server", "static", "overlays", "tests", "docs", "loadtests", "deploy")


def named_paths(page: Path) -> Iterator[tuple[str, Path]]:
    for name in PATH.findall(page.read_text(encoding="utf-8")):
        base = ROOT if name.split("/")[0] in ABOVE else ROOT / "server/vetrina"
        yield name, base / name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_every_path_that_is_named_exists(page):
    assert [name for name, path in named_paths(page) if not path.exists()] == []


def test_the_tour_has_its_stops():
    tour = (ROOT / "docs/contributing/tour.md").read_text(encoding="utf-8")
    pin, order, checkout, questions = tour.split("\n## ")[1:]
    for journey in (pin, order, checkout):
        assert re.findall(r"^(\d+)\. ", journey, re.MULTILINE) == [str(n) for n in range(1, 13)]
    assert questions.count("\n| ") - 1 == 12


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    store = sqlite_store(with_tables(tmp_path), serve=True)
    await store.open()
    async with site_over(store, tmp_path, FakeClock()) as made:
        yield made
    await store.close()


class Dummy(Generic):
    """A provider that signs like the generic one."""

    kind = "dummy"


def provider_left_to_do(kind: str) -> list[str]:
    left = []
    if not samples(kind):
        left.append(f"documented deliveries in connectors/fixtures/{kind}/")
    dialog = (STATIC_DIR / "js/control/shops/shop-dialog.js").read_text(encoding="utf-8")
    if not re.search(rf"^  {kind}: {{", dialog, re.MULTILINE):
        left.append("its steps in static/js/control/shops/shop-dialog.js")
    named = {key for name in ("control", "control-dialogs") for key in words_of(name, "en")}
    if f"connections.kind.{kind}" not in named:
        left.append(f"its name, connections.kind.{kind}, in static/js/i18n/")
    if kind not in (ROOT / "docs/connections.md").read_text(encoding="utf-8").lower():
        left.append("its section in docs/connections.md")
    return left


async def test_a_provider_is_a_module_and_its_line(site: Site, monkeypatch):
    monkeypatch.setitem(CONNECTORS, "dummy", Dummy())
    await site.show()
    new = await site.post("/connections", {"kind": "dummy"})
    assert new.status_code == 201, new.text
    body = (
        b'{"type":"purchase.confirmed","data":{"order_id":"A-1","items":[{"sku":"MUG-1","quantity":1,'
        b'"amount":{"amount":1890,"currency":"EUR"}}],"occurred_at":%d}}' % site.clock.now_ms()
    )
    signed = Dummy().sign(
        {"webhook-id": "d-1"}, body, new.json()["secret"], site.clock.now_ms(), {}
    )
    answer = await site.http.post(
        f"/webhooks/{new.json()['id']}", content=body, headers={"webhook-id": "d-1", **signed}
    )
    assert answer.status_code == 200, answer.text
    assert provider_left_to_do("dummy") == [
        "documented deliveries in connectors/fixtures/dummy/",
        "its steps in static/js/control/shops/shop-dialog.js",
        "its name, connections.kind.dummy, in static/js/i18n/",
        "its section in docs/connections.md",
    ]


@pytest.mark.parametrize("kind", CONNECTORS)
def test_nothing_was_forgotten_of_a_provider(kind):
    assert provider_left_to_do(kind) == []


def test_a_setting_is_a_field(monkeypatch):
    class WithDummy(Settings):
        dummy_ms: int = 5

    monkeypatch.setenv("VETRINA_DUMMY_MS", "7")
    assert WithDummy().dummy_ms == 7


def test_a_metric_is_an_attribute():
    class WithDummy(Metrics):
        def __init__(self) -> None:
            super().__init__()
            self.dummies = self._counter("dummies_total", "Dummies that came.", "kind")

    metrics = WithDummy()
    metrics.dummies.labels("wooden").inc()
    assert 'vetrina_dummies_total{kind="wooden"} 1.0' in metrics.render().decode()


@dataclass(frozen=True)
class _Told:
    dummies: int


async def test_a_call_is_a_row_of_the_table(site: Site):
    async def count(call: Call):
        return json_answer({"dummies": 3})

    operation = Operation(
        method="GET",
        path="/api/v1/dummies",
        name="count_dummies",
        summary="Count the dummies",
        handler=count,
        needs=Permission.READ_CATALOGUE,
        answer=_Told,
    )
    (route,) = routes_of((operation,), site.context)
    site.http._transport.app._pages.router.routes.append(route)
    assert (await site.http.get("/api/v1/dummies")).status_code == 401
    answer = await site.http.get("/api/v1/dummies", headers=bearer(site.control))
    assert answer.json() == {"dummies": 3}


def language_left_to_do(language: str, folder: Path) -> list[str]:
    paths = [folder / surface / f"{language}.js" for surface in SURFACES]
    left = [f"static/js/i18n/{path.parent.name}/{path.name}" for path in paths if not path.exists()]
    if language not in LANGUAGES:
        left.append("its tag in LANGUAGES of web/http/accept_language.py")
    return left


def test_a_language_is_one_file_for_each_surface(tmp_path):
    words = 'export default { bought: { one: "{n} vendita", other: "{n} vendite" } };'
    (tmp_path / "viewer").mkdir()
    (tmp_path / "viewer/eo.js").write_text(words, encoding="utf-8")
    assert read_words(words) == {"bought": {"one": "{n} vendita", "other": "{n} vendite"}}
    assert language_left_to_do("eo", tmp_path) == [
        "static/js/i18n/overlay/eo.js",
        "static/js/i18n/shop/eo.js",
        "static/js/i18n/bag/eo.js",
        "static/js/i18n/orders/eo.js",
        "static/js/i18n/control/eo.js",
        "static/js/i18n/control-dialogs/eo.js",
        "static/js/i18n/control-shows/eo.js",
        "static/js/i18n/control-imports/eo.js",
        "static/js/i18n/control-products/eo.js",
        "static/js/i18n/control-storefront/eo.js",
        "static/js/i18n/control-payments/eo.js",
        "static/js/i18n/control-safety/eo.js",
        "static/js/i18n/control-orders/eo.js",
        "static/js/i18n/control-selling/eo.js",
        "its tag in LANGUAGES of web/http/accept_language.py",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_was_forgotten_of_a_language(language):
    assert language_left_to_do(language, STATIC_DIR / "js/i18n") == []


def graphic_left_to_do(name: str, stage: str, sheet: str) -> list[str]:
    left = []
    if f"overlays/{name}/graphic.js" not in stage:
        left.append("its import in static/js/stage/stage.js")
    if f"overlays/{name}/style.css" not in sheet:
        left.append("its style in static/css/pages/overlay.css")
    return left


def test_a_graphic_is_a_folder_that_is_served_by_itself(tmp_path):
    folder = tmp_path / "dummy"
    folder.mkdir()
    (folder / "graphic.js").write_text("export default class Dummy extends HTMLElement {}\n")
    assets = Assets({"/static": STATIC_DIR, "/overlays": tmp_path})
    assert assets.find(assets.url("/overlays/dummy/graphic.js")) is not None
    stage = (STATIC_DIR / "js/stage/stage.js").read_text(encoding="utf-8")
    sheet = (STATIC_DIR / "css/pages/overlay.css").read_text(encoding="utf-8")
    assert len(graphic_left_to_do("dummy", stage, sheet)) == 2
    for graphic in (path.parent.name for path in OVERLAYS_DIR.glob("*/graphic.js")):
        assert graphic_left_to_do(graphic, stage, sheet) == []
