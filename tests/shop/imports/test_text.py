"""Files are decoded while they are read, in pieces that no character notices."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.shop.imports import text
from vetrina.shop.imports.findings import UnreadableFile
from vetrina.shop.imports.text import decoded

LINES = st.lists(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\r\n"), min_size=1),
    min_size=1,
)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


@pytest.fixture(autouse=True)
def short_pieces(monkeypatch):
    monkeypatch.setattr(text, "CHECKED_BYTES", 3)


@given(LINES, ENDS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_lines_are_those_of_the_file(lines, end, codec):
    raw = ("sku" + end + "".join(line + end for line in lines)).encode(codec)
    assert list(decoded(raw).lines()) == ["sku" + end, *(line + end for line in lines)]


def test_a_file_that_lies_about_its_encoding_says_where():
    with pytest.raises(UnreadableFile, match="UTF-8, but byte 9 is not"):
        decoded(b"\xef\xbb\xbfsku,ca\xc3 ")


def test_what_excel_writes_is_known_by_not_being_utf8():
    assert list(decoded("Café 9 €\n".encode("cp1252")).lines()) == ["Café 9 €\n"]
