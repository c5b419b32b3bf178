"""A product as a request body of the interface: all of it."""

from __future__ import annotations

from typing import Any

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.protocol.jsonable import plain


def written_product(entry: CatalogueEntry) -> dict[str, Any]:
    """What `POST /api/v1/products` takes."""
    told = plain(entry)
    body = {name: value for name, value in told.items() if name not in ("key", "source")}
    body["sku"] = entry.sku
    if not entry.options:
        (alone,) = body.pop("variants")
        del body["options"]
        body.update({name: alone[name] for name in ("price", "prior_price", "stock")})
    return body
