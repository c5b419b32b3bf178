import re

import pytest
from jinja2 import UndefinedError

from vetrina.web.assets.registry import program_assets
from vetrina.web.pages.templating import Templates, coded


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Send `a<b` & wait.", "Send <code>a&lt;b</code> &amp; wait."),
        ("`one` and `two`", "<code>one</code> and <code>two</code>"),
        ("a lonely ` and <b>", "a lonely ` and &lt;b&gt;"),
        ("", ""),
    ],
)
def test_names_in_backticks_are_set_as_code(text, html):
    assert coded(text) == html


def test_page_data_cannot_leave_its_element():
    page = Templates(program_assets()).render(
        "home.html", lang="en", page_data={"show": "</script><script>alert(1)"}, import_map="{}"
    )
    assert "</script><script>alert" not in page
    assert "\\u003c/script\\u003e\\u003cscript\\u003ealert(1)" in page


def test_a_name_that_nobody_gave_is_noticed():
    with pytest.raises(UndefinedError):
        Templates(program_assets()).render("docs.html", lang="en", page_data={}, import_map="{}")


@pytest.mark.parametrize("lang", ["de-AT", "en", "es", "fr", "it"])
@pytest.mark.parametrize("name", ["404", "busy", "demo-shop", "handbook-404", "unknown-number"])
def test_a_page_that_says_one_thing_says_it_in_every_language(name, lang):
    page = Templates(program_assets()).render(
        f"{name}.html", lang=lang, page_data={}, import_map="{}", show="https://shop.test/live/x"
    )
    (main,) = re.findall(r'<main class="page page-lost" lang="(\w\w)">', page)
    assert main == lang[:2]
    (heading,) = re.findall(r'<h1 class="sign-title">([^<]+)</h1>', page)
    assert re.search(r"<title>[^<]+</title>", page)
    assert len(heading) > 5
    assert ('href="https://shop.test/live/x"' in page) == (name == "unknown-number")
