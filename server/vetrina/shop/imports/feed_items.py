"""Items of a Google Merchant feed as rows, from XML (RSS 2.0 or Atom) or from a table.

XML is read as a stream, and one with a document type is refused: an entity in it could be made to
fill the memory, or to read a file.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from io import BytesIO
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from vetrina.shop.imports.findings import UnreadableFile
from vetrina.shop.imports.table import Header, Row

NAMES: Final = (
    "id",
    "title",
    "description",
    "link",
    "image_link",
    "additional_image_link",
    "availability",
    "price",
    "sale_price",
    "sale_price_effective_date",
    "brand",
    "product_type",
    "item_group_id",
    "color",
    "size",
    "material",
    "pattern",
    "age_group",
    "gender",
)
KNOWN: Final = {name.replace("_", " "): name for name in NAMES}
NEEDED: Final = frozenset({"id", "title", "price"})
# What one item may say several times.
REPEATED: Final = "additional_image_link"
SEPARATOR: Final = ","
_ITEMS = ("item", "entry")
_XML_START = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<(?:\?xml|rss|feed|rdf)", re.IGNORECASE)


def is_xml(raw: bytes) -> bool:
    """Whether the file says that it is XML; UTF-16 by its mark, which its parser knows."""
    marked = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    return bool(_XML_START.match(raw)) or (marked and raw[2:4].strip(b"\0") == b"<")


def xml_header() -> Header:
    """XML names its fields itself."""
    return Header(NAMES, {name: f"g:{name}" for name in NAMES}, SEPARATOR)


def xml_rows(raw: bytes) -> Iterator[Row]:
    """Each item, numbered from 1. Raises UnreadableFile at the line that is no XML."""
    number = 0
    try:
        for _, element in iterparse(BytesIO(raw), events=("end",), forbid_dtd=True):
            if _local(element) in _ITEMS:
                number += 1
                yield Row(number, _cells(element))
                element.clear()
    except DefusedXmlException as error:
        raise UnreadableFile(
            "Expected a feed without a document type (<!DOCTYPE …>): entities are not read."
        ) from error
    except (ParseError, ValueError, LookupError) as error:
        raise UnreadableFile(f"The feed is no well-formed XML: {error}.") from error
    if number == 0:
        raise UnreadableFile("Expected a feed with <item> or <entry> elements, and found none.")


def _cells(item: Element) -> dict[str, str]:
    """The fields by name, with or without the prefix; the first of those that come twice."""
    cells: dict[str, str] = {}
    for child in item:
        name = _local(child)
        text = "".join(child.itertext()).strip() or child.get("href", "")
        if name not in NAMES or not text:
            continue
        if name == REPEATED and name in cells:
            cells[name] = f"{cells[name]}{SEPARATOR}{text}"
        else:
            cells.setdefault(name, text)
    return cells


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2].casefold()
