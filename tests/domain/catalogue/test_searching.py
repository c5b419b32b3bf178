"""The words by which a product is found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.catalogue.searching import WORD_CHARS, WORDS, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Moka mug, hand-glazed", ("moka", "mug", "hand", "glazed")),
        ("Café CRÈME", ("cafe", "creme")),
        ("Straße", ("strasse",)),
        ("\N{MATHEMATICAL BOLD SCRIPT CAPITAL A}pron", ("apron",)),
        ("MUG_1/a", ("mug", "1", "a")),
        ("mug Mug", ("mug",)),
        ("マグカップ", ("マクカッフ",)),
        ("—", ()),
    ],
)
def test_words_are_without_case_accents_and_what_stands_between(text, words):
    assert words_of([text]) == words


@given(st.lists(st.text(max_size=200), max_size=5))
def test_words_of_words_are_the_same_and_never_too_many(texts):
    words = words_of(texts)
    assert words_of(words) == words
    assert len(words) <= WORDS
    assert all(0 < len(word) <= WORD_CHARS for word in words)
