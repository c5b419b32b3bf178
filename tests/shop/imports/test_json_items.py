"""A list in a JSON file is found however the file is laid out, and read an item at a time."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.shop.imports import reader
from vetrina.shop.imports.findings import UnreadableFile
from vetrina.shop.imports.json_items import items
from vetrina.shop.imports.options import ReadingOptions

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
INDENTS = st.sampled_from([None, 0, 2])
BESIDE = st.dictionaries(st.text().filter(lambda name: name != "products"), VALUES, max_size=2)


@given(st.lists(VALUES, max_size=4), BESIDE, BESIDE, INDENTS)
def test_items_are_those_of_the_list(given_items, before, after, indent):
    whole = {
        **before,
        "products": given_items,
        **{k: v for k, v in after.items() if k not in before},
    }
    assert list(items(json.dumps(whole, indent=indent).encode(), "products")) == given_items
    assert list(items(json.dumps(given_items, indent=indent).encode(), "products")) == given_items


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"products": [{"sku": "A"}', "ends too early"),
        (b'{"products": [{"sku": "A"}]}}', "goes on after its end"),
        (b'{"products": [{"sku": "A"]}', "closes nothing"),
        (b'{"products": {"sku": "A"}}', "Expected"),
        (b'{"other": {"products": []}}', "Expected"),
        (b"12", "it ends too early, or goes on"),
        (b'[{"sku": A}]', "product 1 cannot be read"),
        (b"[1,]", "product 2 cannot be read"),
    ],
)
def test_what_is_no_list_says_why(raw, words):
    with pytest.raises(UnreadableFile, match=words):
        list(items(raw, "products"))


def test_the_reading_process_imports_nothing_of_the_current_folder(tmp_path: Path):
    (tmp_path / "orjson.py").write_text("raise SystemExit('imported')")
    words = reader.arguments(ReadingOptions(currency="EUR", now_ms=0), "auto")
    raw = orjson.dumps({"products": []})
    done = subprocess.run(words, input=raw, cwd=tmp_path, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Vetrina's JSON" in done.stdout
