"""What can be said about a field of a product without knowing the others. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from vetrina.domain.errors import InvalidValue

SKU_CHARS = 64
TITLE_CHARS = 200
URL_CHARS = 2048


def shortened(text: str, most: int) -> str:
    """The text, with `…` in place of what is more than so many characters."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _check_sku(sku: str) -> None:
    if not 1 <= len(sku) <= SKU_CHARS:
        raise InvalidValue("sku", f"expected 1 to {SKU_CHARS} characters")
    if sku != sku.strip() or not sku.isprintable():
        raise InvalidValue("sku", "expected printable characters and no outer spaces")


def _check_title(title: str) -> None:
    if not title.strip() or len(title) > TITLE_CHARS:
        raise InvalidValue("title", f"expected 1 to {TITLE_CHARS} characters")


def _check_stock(stock: int | None) -> None:
    if stock is not None and not 0 <= stock <= 10**9:
        raise InvalidValue("stock", "expected 0 or more, or null when it is not tracked")


def _check_image(image: str | None) -> None:
    if image is not None and image.startswith("/media/") and len(image) <= URL_CHARS:
        return
    _check_url("image", image, ("https",))


def _check_link(link: str | None) -> None:
    """A path starts with one slash: two, or a backslash, would lead to another host."""
    if link is not None and link.startswith("/") and not link.startswith("//"):
        if "\\" in link or " " in link or not link.isprintable() or len(link) > URL_CHARS:
            raise InvalidValue("link", "expected a path without spaces and backslashes")
        return
    _check_url("link", link, ("http", "https"))


def _check_url(field: str, url: str | None, schemes: tuple[str, ...]) -> None:
    if url is None:
        return
    expected = " or ".join(f"{scheme}://" for scheme in schemes)
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise InvalidValue(field, f"expected an address that starts with {expected}") from error
    if parts.scheme not in schemes or not parts.netloc or len(url) > URL_CHARS:
        raise InvalidValue(field, f"expected an address that starts with {expected}")
    if not url.isprintable() or " " in url:
        raise InvalidValue(field, "expected an address without spaces")


# What can be said about a field without knowing the others; each raises InvalidValue.
FIELD_CHECKS: Final[Mapping[str, Callable[[Any], None]]] = {
    "sku": _check_sku,
    "title": _check_title,
    "stock": _check_stock,
    "image": _check_image,
    "link": _check_link,
}
