"""Our own JSON: what `vetrina catalogue export` writes, and what programs of sellers may write.

`{"products": [{"key", "title", "variants": [{"sku", "price": {"amount", "currency"}, …}], …}]}`
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any, Final

import orjson
from pydantic import TypeAdapter, ValidationError

from vetrina.connectors.rich_text import clean_html
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.shop.imports.findings import Found, RowProblem, shown
from vetrina.shop.imports.json_items import items

_ENTRY: TypeAdapter[CatalogueEntry] = TypeAdapter(CatalogueEntry)


_MARK: Final = b"\xef\xbb\xbf"
BEGIN: Final = b'{"products": [\n'
SEPARATOR: Final = b",\n"
END: Final = b"\n]}\n"


def one(entry: CatalogueEntry) -> bytes:
    """A product on a line of its own; parts without a value are left out."""
    return orjson.dumps(_shortened(asdict(entry)))


def written(entries: Sequence[CatalogueEntry]) -> bytes:
    """The file that `read` reads back to the same entries."""
    return BEGIN + SEPARATOR.join(map(one, entries)) + END


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        short = {name: _shortened(part) for name, part in value.items()}
        return {name: part for name, part in short.items() if part not in (None, "", [], ())}
    return [_shortened(part) for part in value] if isinstance(value, list | tuple) else value


def read(raw: bytes) -> Iterator[Found | RowProblem]:
    """Products in the order of the file, numbered from 1. Raises UnreadableFile."""
    for number, item in enumerate(items(raw.removeprefix(_MARK), "products"), start=1):
        try:
            yield Found(number, _entry(item))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            field = ".".join(str(part) for part in first["loc"])
            yield RowProblem(number, field, f"{first['msg']}, got {shown(str(first['input']))}")


def _entry(item: Any) -> CatalogueEntry:
    if isinstance(item, dict):
        item = dict(item)
        item.setdefault("key", _key(item))
        if isinstance(item.get("description"), str):
            item["description"] = clean_html(item["description"])
        if "variants" not in item and "sku" in item:
            item["variants"] = [{name: item.get(name) for name in ("sku", "price", "stock")}]
    return _ENTRY.validate_python(item)


def _key(item: dict[str, Any]) -> Any:
    variants = item.get("variants")
    if isinstance(variants, list) and variants and isinstance(variants[0], dict):
        return variants[0].get("sku")
    return item.get("sku")
