"""Leaving comments out must not change what a script does."""

import re
from pathlib import Path

import pytest

from vetrina.web.assets.comment_stripping import without_comments

ROOT = Path(__file__).resolve().parents[3]
SOURCES = sorted([*(ROOT / "static").rglob("*.js"), *(ROOT / "overlays").rglob("*.js")])


def test_whole_lines_of_comment_go():
    source = """
/**
 * Adds.
 * @param {number} a
 */
export function add(a, b) {
  // Simply.
  return a + b; // the sum
}
/* one line */
"""
    assert without_comments(source) == ("export function add(a, b) {\nreturn a + b; // the sum\n}")


@pytest.mark.parametrize(
    "line",
    [
        'const url = "https://shop.example/*";',
        "const pattern = /\\/\\*/;",
        "/* why */ const a = 1;",
        'const text = "/* no comment */";',
    ],
)
def test_lines_with_code_stay_whole(line):
    assert without_comments(line) == line


def test_a_template_literal_keeps_its_lines():
    source = "const text = `first\n  // not a comment\n\n  last`;\n// a comment\nlet a;"
    assert without_comments(source) == (
        "const text = `first\n  // not a comment\n\n  last`;\nlet a;"
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_only_comments_and_white_space_are_missing(path):
    source = path.read_text("utf-8")
    code = re.sub(r"^[ \t]*/\*.*?\*/[ \t]*$", "", source, flags=re.MULTILINE | re.DOTALL)
    code = re.sub(r"^[ \t]*//.*$", "", code, flags=re.MULTILINE)
    assert without_comments(source).split() == code.split()
