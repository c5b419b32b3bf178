import pytest

from vetrina.web.handbook.book import Book, program_handbook
from vetrina.web.handbook.search import MOST_CHARS, excerpt, search


def found(query: str) -> list[str]:
    return [hit.url for hit in search(program_handbook("").pages.values(), query)]


def test_a_heading_comes_before_what_is_only_mentioned():
    assert found("tunnel")[0] == "/handbook/public-address#from-your-own-computer-a-tunnel"
    assert found("Public ADDRESS")[0] == "/handbook/public-address"


def test_pages_for_those_who_run_a_show_come_before_pages_for_those_who_build(tmp_path):
    (tmp_path / "contributing").mkdir()
    for name in ("contributing/pins.md", "pins.md"):
        (tmp_path / name).write_text("# Pins\n\nA pin is seen.\n")
    hits = search(Book(tmp_path).pages.values(), "pin")
    assert [hit.url for hit in hits] == ["/handbook/pins", "/handbook/contributing/pins"]


def test_all_words_of_the_query_stand_in_the_section():
    assert found("cloudflared ngrok") == found("ngrok")
    assert found("cloudflared zebra") == []


@pytest.mark.parametrize("query", ["", "   ", "\u0000", "(((", "a" * 10_000])
def test_any_query_is_bounded(query):
    assert len(found(query)) <= 30


def test_only_the_beginning_of_a_long_query_is_looked_at():
    assert found("tunnel" + " " * MOST_CHARS + "zebra") == found("tunnel")


def test_an_excerpt_marks_the_words_and_escapes_the_rest():
    text = f"{'before ' * 20}<b>Tunnel</b> after{' after' * 60}"
    told = excerpt(text, ["tunnel"])
    assert "&lt;b&gt;<mark>Tunnel</mark>&lt;/b&gt;" in told
    assert told.startswith("…")
    assert told.endswith("…")
    assert "<b>" not in told
