"""Text that PostgreSQL would not take is escaped, and every text comes back as it was."""

from hypothesis import example, given
from hypothesis import strategies as st

from vetrina.store.sql.column_types import escaped, unescaped


@given(st.text(alphabet="\0\x1a01a"))
@example("\0")
@example("\x1a0\0\x1a1")
def test_any_text_comes_back_without_having_held_a_nul(text):
    assert "\0" not in escaped(text)
    assert unescaped(escaped(text)) == text


@given(st.text(alphabet="\0\x1a01a"), st.text(alphabet="\0\x1a01a"))
def test_two_texts_stay_two(one, other):
    assert (escaped(one) == escaped(other)) is (one == other)
