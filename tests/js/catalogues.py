"""The words of the browser's pages, read without a browser: a language is one file a surface."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
I18N = ROOT / "static/js/i18n"
SURFACES = (
    "overlay",
    "viewer",
    "shop",
    "bag",
    "orders",
    "control",
    "control-dialogs",
    "control-shows",
    "control-imports",
    "control-products",
    "control-storefront",
    "control-payments",
    "control-safety",
    "control-orders",
    "control-selling",
)

Words = dict[str, str | dict[str, str]]


def words_of(surface: str, language: str) -> Words:
    """A file's entries: a text, or its plural forms. Only plain data is understood."""
    source = (I18N / surface / f"{language}.js").read_text(encoding="utf-8")
    body = source[source.index("export default") + len("export default") :].strip().rstrip(";")
    quoted = re.sub(r"^(\s*)(\w+):", r'\1"\2":', body, flags=re.MULTILINE)
    quoted = re.sub(r"([{,] )(\w+): \"", r'\1"\2": "', quoted)
    entries = json.loads(re.sub(r",(\s*})", r"\1", quoted), object_pairs_hook=_each_once)
    assert isinstance(entries, dict)
    return entries


def languages_of(surface: str) -> set[str]:
    return {path.stem for path in (I18N / surface).glob("*.js")}


def placeholders(entry: str | dict[str, str]) -> set[str]:
    """The values that a text needs, without the number that only chooses its form."""
    return set(re.findall(r"\{(\w+)\}", json.dumps(entry))) - {"n"}


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    keys = [key for key, _ in pairs]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)
    return dict(pairs)
