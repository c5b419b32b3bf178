"""A product as the catalogue keeps it: everything a shop page shows, with its variants. Pure.

`Product` is the light form of it that shows, overlays and phones carry around.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from vetrina.domain.catalogue.product import FIELD_CHECKS, Product
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money

OPTIONS: Final = 3
VARIANTS: Final = 100
IMAGES: Final = 10
DESCRIPTION_BYTES: Final = 64 * 1024
LABEL_CHARS: Final = 120

ProductStatus = Literal["draft", "active", "archived"]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address, and what it shows for those who do not see it."""

    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One choice of a product. `values` stand in the order of the product's options."""

    sku: str
    price: Money
    values: tuple[str, ...] = ()
    stock: int | None = None
    image: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A product and its variants; without options it is its own only variant.

    `key` is what the source calls the product: a handle, a parent's SKU, a group. `description`
    is clean HTML of a few harmless elements.
    """

    key: str
    title: str
    variants: tuple[Variant, ...]
    options: tuple[str, ...] = ()
    description: str = ""
    brand: str = ""
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    images: tuple[Image, ...] = ()
    link: str | None = None
    status: ProductStatus = "draft"

    def __post_init__(self) -> None:
        FIELD_CHECKS["title"](self.title)
        FIELD_CHECKS["link"](self.link)
        _check_count("options", self.options, OPTIONS)
        _check_count("images", self.images, IMAGES)
        _check_count("variants", self.variants, VARIANTS)
        if not self.variants:
            raise InvalidValue("variants", "expected at least one")
        if len(self.description.encode()) > DESCRIPTION_BYTES:
            raise InvalidValue("description", f"expected at most {DESCRIPTION_BYTES >> 10} KiB")
        for image in self.images:
            FIELD_CHECKS["image"](image.url)
        self._check_variants()

    def _check_variants(self) -> None:
        taken: dict[tuple[str, ...], str] = {}
        for variant in self.variants:
            for field in ("sku", "stock", "image"):
                FIELD_CHECKS[field](getattr(variant, field))
            if len(variant.values) != len(self.options):
                raise InvalidValue(
                    "options",
                    f"expected a value for {' and '.join(self.options) or 'no option'}"
                    f" of {variant.sku}, got {', '.join(variant.values) or 'none'}",
                )
            other = taken.setdefault(variant.values, variant.sku)
            if other != variant.sku:
                chosen = " / ".join(variant.values)
                raise InvalidValue("options", f"{other} and {variant.sku} are both {chosen}")
        if len({variant.sku for variant in self.variants}) < len(self.variants):
            raise InvalidValue("sku", "expected another one for each variant")
        if len({variant.price.currency for variant in self.variants}) > 1:
            raise InvalidValue("price", "expected one currency for all variants")

    def products(self) -> list[Product]:
        """What can be pinned and sold: one product for each variant, named by its choice."""
        picture = self.images[0].url if self.images else None
        return [
            Product(
                sku=variant.sku,
                title=" – ".join(filter(None, (self.title, " / ".join(variant.values)))),
                price=variant.price,
                image=variant.image or picture,
                link=self.link,
                stock=variant.stock,
            )
            for variant in self.variants
        ]


def _check_count(field: str, values: Sequence[object], most: int) -> None:
    if len(values) > most:
        raise InvalidValue(field, f"expected at most {most}, got {len(values)}")
