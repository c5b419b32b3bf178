"""Descriptions come out harmless, and what came out stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.connectors.rich_text import clean_html, plain_text


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("", ""),
        ("One\nline\n\nAnother", "<p>One<br>line</p><p>Another</p>"),
        ("Fish &amp; chips < 5", "<p>Fish &amp; chips &lt; 5</p>"),
        ("<p>Soft<script>alert(1)</script></p>", "<p>Soft</p>"),
        ('<img src=x onerror="alert(1)">Mug', "<p>Mug</p>"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="nofollow noopener">x</a>'),
        ("<iframe src='https://evil.example'></iframe>", ""),
    ],
)
def test_only_harmless_elements_are_left(text, clean):
    assert clean_html(text) == clean


def test_text_with_a_stray_tag_is_the_same_when_it_is_read_again():
    assert clean_html("0</a>") == clean_html(clean_html("0</a>")) == "<p>0</p>"


MARKUP = st.lists(
    st.sampled_from(["<p>", "</p>", "<b>", "</a>", "<br>", "\n\n", "&", "x", "<", "0"])
)


@given(MARKUP.map("".join) | st.text())
def test_what_is_clean_stays_as_it_is(text):
    once = clean_html(text)
    assert clean_html(once) == once


def test_the_words_stand_in_one_line():
    assert plain_text("<p>Soft &amp; light</p><p>Washed</p>") == "Soft & light Washed"
