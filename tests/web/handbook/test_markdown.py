import pytest

from vetrina.web.handbook.markdown import Picture, Rendered, render

SHOWN = {"images/dock.png": Picture("/handbook/images/dock.1.png", 780, 1560)}


def rendered(source: str) -> Rendered:
    return render(source, lambda to: to if to.startswith(("#", "https:")) else None, SHOWN.get)


def test_headings_have_the_names_that_github_gives_them():
    told = rendered("# Stream Deck & `hooks`\n\n## Who may?\n\n## Who may?\n")
    assert [section.anchor for section in told.sections] == [
        "stream-deck--hooks", "who-may", "who-may-1",
    ]  # fmt: skip
    assert '<h2 id="who-may-1">Who may?<a class="anchor" href="#who-may-1"' in told.html


def test_a_table_has_a_box_that_scrolls_and_no_inline_style():
    html = rendered("| a | b |\n|---|---:|\n| 1 | 2 |\n").html
    assert '<div class="table" role="group" aria-label="Table" tabindex="0"><table>' in html
    assert '<td class="right">2</td>' in html
    assert "<td>1</td>" in html
    assert "style=" not in html
    assert "</table></div>" in html


def test_a_link_that_leads_nowhere_is_left_as_words():
    html = rendered("See [the proxy](../deploy/nginx.conf) and [`below`](#below).").html
    assert (
        html == '<p>See the proxy and <a href="#below"><code class="whole">below</code></a>.</p>\n'
    )


@pytest.mark.parametrize("target", ["javascript:alert(1)", "data:text/html,x", "//evil.test/x"])
def test_a_link_never_runs_anything(target):
    assert "href" not in rendered(f"[press]({target})").html


def test_a_picture_keeps_its_room_and_all_but_the_first_wait():
    shown = '<img src="images/dock.png" width="300" alt="The &amp; dock">'
    html = rendered(f"![All of it](images/dock.png)\n\n{shown}\n").html
    first, second = [line for line in html.splitlines() if "<img" in line]
    assert 'src="/handbook/images/dock.1.png" width="780" height="1560" alt="All of it"' in first
    assert "lazy" not in first
    assert 'width="300" height="600" alt="The &amp; dock" decoding="async" loading="lazy"' in second


def test_a_picture_that_is_missing_is_told_in_words():
    assert rendered("![The <dock>](images/none.png)").html == "<p>The &lt;dock&gt;</p>\n"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>\n",
        "words <b onclick=alert(1)>bold</b> words",
        '<img src="images/dock.png" width="300" alt="x" onload="alert(1)">\n',
        "```html\n<script>alert(1)</script>\n```\n",
        "# `<script>alert(1)</script>`\n",
    ],
)
def test_html_in_the_text_is_shown_and_not_run(source):
    html = rendered(source).html
    assert "<script" not in html
    assert "<b " not in html
    assert "onload=&#34;" in html or "onload" not in html


def test_a_section_has_the_words_below_its_heading():
    title, part = rendered("# One\n\nTwo *three*\nfour\n\n## Five\n\n```\nsix\n```\n").sections
    assert (title.level, title.title, title.text) == (1, "One", "Two three four")
    assert (part.level, part.title, part.text) == (2, "Five", "six")


def test_short_code_stays_on_one_line():
    html = rendered("`--host` and `vetrina serve --database postgresql`").html
    assert '<code class="whole">--host</code>' in html
    assert "<code>vetrina serve --database postgresql</code>" in html
