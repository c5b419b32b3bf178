import json
from pathlib import Path

import pytest

from vetrina.domain.money import Money
from vetrina.web.assets.locations import STATIC_DIR
from vetrina.web.pages.words import Words, read_words

ROOT = Path(__file__).resolve().parents[3]
FORMATS = json.loads((ROOT / "tests/fixtures/money.json").read_text(encoding="utf-8"))["formats"]
LANGUAGES = sorted((STATIC_DIR / "js/i18n/viewer").glob("*.js"))
SOURCE = """/** About. */
export default {
  // a comment
  hello: "Hello: {name}, you",
  pieces: { one: "{n} piece", other: "{n} pieces" },
};
"""


def words(lang="en"):
    return Words(lang, read_words(SOURCE))


@pytest.mark.parametrize("case", FORMATS, ids=lambda case: case["text"])
def test_money_is_written_as_the_browser_writes_it(case):
    money = Money(**case["money"])
    assert words(case["lang"]).money(money) == case["text"]
    assert words(case["lang"]).spoken_money(money) == case["spoken"]


def test_texts_take_values_and_plurals():
    t = words()
    assert t("hello", name="Ada {n}") == "Hello: Ada {n}, you"
    assert [t("pieces", n=n) for n in (0, 1, 2, 1234)] == [
        *("0 pieces", "1 piece", "2 pieces"),
        "1,234 pieces",
    ]
    with pytest.raises(KeyError):
        t("missing")


def test_a_region_that_cldr_does_not_know_is_read_as_its_language():
    assert words("de-XQ").number(1234) == "1.234"
    assert words("de-AT").money(Money(1890, "EUR")) == "€\xa018,90"


@pytest.mark.parametrize("path", LANGUAGES, ids=lambda path: path.stem)
def test_every_language_of_the_viewer_page_is_read_here_too(path):
    read = read_words(path.read_text(encoding="utf-8"))
    assert len(read) > 90
    assert all(isinstance(entry, str) or "other" in entry for entry in read.values())


@pytest.mark.parametrize(
    "source",
    [
        "const a = 1;",
        "export default { a: f() };",
        'export default { a: "b" + c };',
        "export default {",
    ],
)
def test_anything_but_texts_is_refused(source):
    with pytest.raises(ValueError, match="expected"):
        read_words(source)
