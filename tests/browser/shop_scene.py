"""The demo's shop, on a server whose clock a picture holds still."""

from __future__ import annotations

from typing import Any

from tests.browser.shop import Shop
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.live.demo_shop import PRODUCTS, SHOP
from vetrina.protocol.jsonable import plain
from vetrina.web.assets.locations import STATIC_DIR


async def fill_shop(shop: Shop) -> None:
    """The profile and all products, as a seller puts them in; the first is the newest."""
    pictures = {path.name: await _saved(shop, path.read_bytes()) for path in _pictures()}
    await shop.call("PUT", "/shop", plain(SHOP))
    entries = [product.entry(pictures) for product in reversed(PRODUCTS)]
    await shop.call("POST", "/products", [_body(entry) for entry in entries])


def _pictures() -> list[Any]:
    return sorted((STATIC_DIR / "demo").glob("*.webp"))


async def _saved(shop: Shop, picture: bytes) -> str:
    headers = {"content-type": "image/webp"}
    saved = await shop.http.post("/api/v1/images", content=picture, headers=headers)
    assert saved.is_success, saved.text
    return str(saved.json()["url"])


def _body(entry: CatalogueEntry) -> dict[str, Any]:
    told = {name: value for name, value in plain(entry).items() if name not in ("key", "source")}
    if not entry.options:
        (alone,) = told.pop("variants")
        told |= {name: alone[name] for name in ("price", "prior_price", "stock")}
        told.pop("options", None)
    return {**told, "sku": entry.sku}
