"""What a page fetches before it can work: the modules that its script imports, and its styles."""

import gzip
import re
from pathlib import Path

import pytest

from tests.js.catalogues import ROOT
from vetrina.web.assets.module_graph import needed_modules
from vetrina.web.assets.registry import minified

# Page: requests (HTML, styles, scripts, two fonts, the words), compressed kilobytes of scripts.
BUDGETS = {
    "viewer": (20, 28),
    "shop": (18, 24),
    "product": (20, 25),
    "checkout": (8, 6),
    "order": (5, 1),
    "overlay": (26, 33),
    "control": (31, 52),
    "dock": (32, 52),
    "orders": (27, 44),
}
FONTS = 2
# They come with the page.
WORDS = dict.fromkeys(("viewer", "shop", "product", "checkout", "order", "overlay"), 0)
TEMPLATES = next(ROOT.glob("server/**/templates"))
FILES = {
    f"/{path.relative_to(ROOT).as_posix()}": path.read_bytes()
    for folder in ("static/js", "overlays")
    for path in (ROOT / folder).rglob("*.js")
}


def modules_of(page: str) -> list[str]:
    return needed_modules(f"/static/js/pages/{page}.js", FILES)


def linked(page: str) -> int:
    """Style sheets and classic scripts of a page."""
    html = "".join((TEMPLATES / name).read_text() for name in (f"{page}.html", "base.html"))
    return html.count('rel="stylesheet"') + html.count('<script src="')


@pytest.mark.parametrize("page", BUDGETS)
def test_a_page_asks_for_few_files(page):
    most, _ = BUDGETS[page]
    assert 1 + linked(page) + FONTS + WORDS.get(page, 1) + len(modules_of(page)) <= most


@pytest.mark.parametrize("page", BUDGETS)
def test_a_pages_scripts_are_small(page):
    _, most_kb = BUDGETS[page]
    lean = [minified(url, FILES[url]) for url in modules_of(page)]
    assert sum(len(gzip.compress(source)) for source in lean) <= most_kb * 1000


def test_no_language_and_no_dialog_comes_with_a_page():
    eager = {url for page in BUDGETS for url in modules_of(page)}
    assert [url for url in eager if "/i18n/" in url] == []
    dialogs = {url for url in eager if url.endswith("-dialog.js")}
    assert dialogs == set()


def test_every_script_belongs_to_a_page():
    """Nothing is left over: each is imported by a page, at once or later."""
    sources = "".join(source.decode() for source in FILES.values())
    pages = {f"/static/js/pages/{name}.js" for name in (*BUDGETS, "theme")}
    for url in set(FILES) - pages:
        assert re.search(rf'/{re.escape(Path(url).name)}"', sources), url
