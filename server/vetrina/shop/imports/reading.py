"""Which format a file is in, and its products: the one way into all formats."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from vetrina.shop.imports import google_feed, own_json, shopify_csv, woocommerce_csv
from vetrina.shop.imports.feed_items import is_xml
from vetrina.shop.imports.findings import Found, RowProblem, UnreadableFile
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.table import DELIMITERS, Header
from vetrina.shop.imports.text import Text, decoded

Format = Literal["auto", "shopify", "woocommerce", "google", "json"]
Findings = Iterator[Found | RowProblem]


@dataclass(frozen=True, slots=True)
class TableFormat:
    """A format that is a table: how it is known, and how it is read."""

    header_of: Callable[[Text], Header | None]
    read: Callable[[Text, Header, ReadingOptions], Findings]


# A table is of the format that knows most of its header.
TABLES: Final[dict[str, TableFormat]] = {
    "shopify": TableFormat(shopify_csv.header_of, shopify_csv.read),
    "woocommerce": TableFormat(woocommerce_csv.header_of, woocommerce_csv.read),
    "google": TableFormat(google_feed.header_of, google_feed.read_table),
}
NAMES: Final = {
    "shopify": "Shopify's product CSV",
    "woocommerce": "WooCommerce's product CSV",
    "google": "Google Merchant feed",
    "json": "Vetrina's JSON",
}
NAMES_NO_CURRENCY: Final = ("shopify", "woocommerce")


@dataclass(frozen=True, slots=True)
class Sniffed:
    """What a file was taken for, in words, and what is in it."""

    format: str
    described: str
    findings: Findings


def read_file(raw: bytes, options: ReadingOptions, wanted: Format = "auto") -> Sniffed:
    """The products of a file. Raises UnreadableFile, also while `findings` are read."""
    if wanted in ("auto", "google") and is_xml(raw):
        return Sniffed("google", f"{NAMES['google']}, XML", google_feed.read_xml(raw, options))
    if wanted == "json" or (
        wanted == "auto" and raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"[")
    ):
        return Sniffed("json", NAMES["json"], own_json.read(raw))
    text = decoded(raw)
    name, header = _table(text, wanted)
    described = f"{NAMES[name]}, {text.encoding}, {DELIMITERS[header.delimiter]} between cells"
    return Sniffed(name, described, TABLES[name].read(text, header, options))


def _table(text: Text, wanted: Format) -> tuple[str, Header]:
    tried = TABLES if wanted == "auto" else {wanted: TABLES[wanted]}
    known = {name: header for name, one in tried.items() if (header := one.header_of(text))}
    if not known:
        first = next((line.strip() for line in text.lines() if line.strip()), "")[:200]
        expected = ", ".join(NAMES[name] for name in tried)
        raise UnreadableFile(f"Expected the header of {expected}; the first line is: {first}")
    name = max(known, key=lambda name: len(known[name].spellings))
    return name, known[name]
