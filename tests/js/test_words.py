"""Every language has all the words, with the same values, and no word is left over."""

import re
from pathlib import Path

import pytest

from tests.js.catalogues import ROOT, SURFACES, languages_of, placeholders, words_of
from vetrina.shop.imports.comparing import FIELDS, VARIANT_FIELDS
from vetrina.web.assets.module_graph import needed_modules
from vetrina.web.http.accept_language import LANGUAGES

JS = ROOT / "static/js"
SHARED = sorted((JS / "shared").glob("*.js"))
CONTROL = [*(JS / "control").rglob("*.js"), JS / "pages/control.js", JS / "pages/dock.js", *SHARED]
SOURCES = {
    "overlay": [*(ROOT / "overlays").rglob("*.js"), *(JS / "stage").rglob("*.js"), *SHARED],
    "viewer": [
        *(JS / "viewer").rglob("*.js"),
        JS / "pages/viewer.js",
        next(ROOT.rglob("server/**/templates/viewer.html")),
        *SHARED,
    ],
    "shop": [
        *(JS / "shop").rglob("*.js"),
        *(JS / f"pages/{name}.js" for name in ("shop", "product")),
        *ROOT.rglob("server/**/templates/shop*.html"),
        *ROOT.rglob("server/**/templates/product.html"),
        *ROOT.rglob("server/**/pages/shop_view.py"),
        *SHARED,
    ],
    "bag": [
        *(JS / "shop").rglob("*.js"),
        *ROOT.rglob("server/**/templates/bag*.html"),
        *ROOT.rglob("server/**/templates/leaving.html"),
        *ROOT.rglob("server/**/templates/product.html"),
        *ROOT.rglob("server/**/pages/bag*.py"),
        *ROOT.rglob("server/**/pages/deliveries.py"),
    ],
    "orders": [
        *ROOT.rglob("server/**/templates/checkout.html"),
        *ROOT.rglob("server/**/templates/order*.html"),
        *ROOT.rglob("server/**/templates/withdrawal.html"),
        *ROOT.rglob("server/**/pages/checkout_pages.py"),
        *ROOT.rglob("server/**/pages/order*.py"),
    ],
    "control": CONTROL,
    "control-dialogs": CONTROL,
    "control-shows": CONTROL,
    "control-imports": CONTROL,
    "control-products": CONTROL,
    "control-storefront": CONTROL,
    "control-payments": CONTROL,
    "control-safety": CONTROL,
    "control-orders": CONTROL,
    "control-selling": CONTROL,
}
LATER = (
    "control-dialogs",
    "control-shows",
    "control-imports",
    "control-products",
    "control-storefront",
    "control-payments",
    "control-safety",
    "control-orders",
    "control-selling",
)
# The kinds of advertising and the states of a show, which data names and no script.
FROM_DATA = {"affiliate", "gifted", "paid_partnership", "paused", "rehearsal"}
# `t("x")`, `t(a ? "x" : "y")`.
NAMED = re.compile(r"\bt\(\s*(?:[\w.]+(?: === [\w.]+)? \? )?\"([\w.]+)\"(?: : \"([\w.]+)\")?")


def texts(paths: list[Path]) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in paths)


def may_name(source: str) -> re.Pattern[str]:
    """Every key that a source can name: whole in quotes, or in parts as a template."""
    literals = {re.escape(text) for text in re.findall(r"[\"']([\w.]+)[\"']", source)}
    templates = {
        ".+".join(re.escape(part) for part in re.split(r"\$\{[^}]*\}", text))
        for text in re.findall(r"`([\w.]*\$\{[^`]*)`", source)
        if re.fullmatch(r"(?:[\w.]|\$\{[^}]*\})+", text)
    }
    return re.compile("|".join(literals | (templates - {".+", ".+.+"})))


@pytest.mark.parametrize("surface", SURFACES)
def test_a_surface_speaks_every_language(surface):
    assert languages_of(surface) == set(LANGUAGES)


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
@pytest.mark.parametrize("surface", SURFACES)
def test_a_language_says_what_english_says(surface, language):
    english, other = words_of(surface, "en"), words_of(surface, language)
    assert list(other) == list(english)
    assert [k for k in english if placeholders(english[k]) != placeholders(other[k])] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("surface", SURFACES)
def test_plural_forms_are_whole(surface, language):
    for key, entry in words_of(surface, language).items():
        if isinstance(entry, dict):
            assert {"one", "other"} <= set(entry) <= {"zero", "one", "other"}, key
        else:
            assert entry.strip() == entry != "", key


@pytest.mark.parametrize("surface", SURFACES)
def test_no_word_is_left_over(surface):
    named = may_name(texts(SOURCES[surface]))
    left = {key for key in words_of(surface, "en") if named.fullmatch(key) is None}
    assert left - FROM_DATA == set()


@pytest.mark.parametrize("surface", ["overlay", "viewer", "control"])
def test_every_word_that_a_script_names_exists(surface):
    known = set(words_of(surface, "en"))
    if surface == "control":
        known.update(*(words_of(later, "en") for later in LATER))
    own = [path for path in SOURCES[surface] if path not in SHARED and path.suffix == ".js"]
    named = {key for match in NAMED.finditer(texts(own)) for key in match.groups() if key}
    assert len(named) > 10
    assert named - known == set()


@pytest.mark.parametrize("page", ["control", "dock"])
def test_what_a_panel_shows_at_once_needs_no_word_of_the_dialogs(page):
    files = {path.as_posix(): path.read_bytes() for path in JS.rglob("*.js")}
    eager = texts([Path(p) for p in needed_modules((JS / f"pages/{page}.js").as_posix(), files)])
    named = {key for match in NAMED.finditer(eager) for key in match.groups() if key}
    for later in LATER:
        assert named & set(words_of(later, "en")) == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_panel_names_a_badge_as_the_overlay_shows_it(language):
    overlay, panel = words_of("overlay", language), words_of("control", language)
    badges = {key for key in panel if key.startswith("disclosure.type.")}
    assert len(badges) == 9
    assert {key: overlay[key.removeprefix("disclosure.type.")] for key in badges} == {
        key: panel[key] for key in badges
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("surface", SURFACES)
def test_nothing_is_shouted(surface, language):
    loud = [text for text in map(str, words_of(surface, language).values()) if "!" in text]
    assert loud == []


FETCHING = [path for path in JS.rglob("*.js") if "/i18n/" in path.read_text(encoding="utf-8")]
TEMPLATES = next(ROOT.glob("server/**/templates"))
TRANSLATED = [path for path in TEMPLATES.glob("*.html") if '  "it": ' in path.read_text("utf-8")]


@pytest.mark.parametrize("path", FETCHING, ids=lambda path: path.name)
def test_every_script_that_fetches_words_knows_every_language(path):
    fetched = re.findall(r"/i18n/([\w-]+)/(\w+)\.js\"\)", path.read_text(encoding="utf-8"))
    assert {language for _, language in fetched} == set(LANGUAGES) or path.name == "i18n.js"
    assert len({surface for surface, _ in fetched}) == 1 or path.name == "i18n.js"


def test_the_sentence_for_words_that_do_not_come_is_in_every_language():
    source = (JS / "shared/i18n.js").read_text(encoding="utf-8")
    table = source[source.index("const UNFETCHED") : source.index("const RIGHT_TO_LEFT ")]
    assert set(re.findall(r"^  (\w\w): \[", table, re.MULTILINE)) == set(LANGUAGES)


@pytest.mark.parametrize("path", TRANSLATED, ids=lambda path: path.name)
def test_every_page_of_the_server_is_in_every_language(path):
    named = re.findall(r"^ +\"(\w\w)\": ", path.read_text(encoding="utf-8"), re.MULTILINE)
    assert named == list(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("surface", ["overlay", "viewer", "control"])
def test_a_lowest_price_ends_with_the_price(surface, language):
    """So that the words before it can be set smaller than the price."""
    assert re.fullmatch(r"[^{}]+ \{price\}", str(words_of(surface, language)["from_price"]))


def test_the_panel_names_every_field_that_an_import_may_keep():
    known = {key for key in words_of("control-imports", "en") if key.startswith("import.field.")}
    assert known == {f"import.field.{name}" for name in (*FIELDS, *VARIANT_FIELDS)}
