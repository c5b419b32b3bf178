"""A product as the catalogue keeps it: everything a shop page shows, with its variants. Pure.

`Product` is the light form of it that shows, overlays and phones carry around.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from vetrina.domain.catalogue.fields import FIELD_CHECKS
from vetrina.domain.catalogue.product import Product
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.catalogue.variant import Variant, check_count, check_variants, summary
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money

IMAGES: Final = 10
DESCRIPTION_BYTES: Final = 64 * 1024
LABEL_CHARS: Final = 120
UNIT_CHARS: Final = 20
OLDEST: Final = 120

ProductStatus = Literal["draft", "active", "archived"]


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address, and what it shows for those who do not see it."""

    url: str
    alt: str = ""


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What a litre, a kilogram or a metre of it costs (Directive 98/6/EC, Article 3)."""

    price: Money
    unit: str

    def __post_init__(self) -> None:
        if not 1 <= len(self.unit.strip()) <= UNIT_CHARS:
            raise InvalidValue("unit_price", f"expected a unit of 1 to {UNIT_CHARS} characters")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueEntry:
    """A product and its variants; without options it is its own only variant.

    `key` is what the source calls the product: a handle, a parent's SKU, a group. Where there are
    options it is the product's SKU too. `description` is clean HTML of a few harmless elements.
    `source`: `manual`, `import`, or a connection's id. `min_age` in years, None for everybody.
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
    source: str = "manual"
    unit_price: UnitPrice | None = None
    min_age: int | None = None
    safety: Safety | None = None

    def __post_init__(self) -> None:
        FIELD_CHECKS["title"](self.title)
        FIELD_CHECKS["link"](self.link)
        check_count("images", self.images, IMAGES)
        for image in self.images:
            FIELD_CHECKS["image"](image.url)
        if len(self.description.encode()) > DESCRIPTION_BYTES:
            raise InvalidValue("description", f"expected at most {DESCRIPTION_BYTES >> 10} KiB")
        if self.min_age is not None and not 0 < self.min_age <= OLDEST:
            raise InvalidValue("min_age", f"expected 1 to {OLDEST} years, or null")
        if self.options:
            FIELD_CHECKS["sku"](self.key)
            check_variants(self.key, self.options, self.variants)
        elif len(self.variants) != 1 or self.variants[0].values:
            raise InvalidValue("variants", "expected one without values where there is no option")

    @property
    def sku(self) -> str:
        """The product's own SKU."""
        return self.key if self.options else self.variants[0].sku

    def product(self) -> Product:
        """The light form: what can be pinned, dealt and sold."""
        price, price_to, prior_price, stock = summary(self.variants)
        picture = self.images[0].url if self.images else None
        return Product(
            sku=self.sku,
            title=self.title,
            price=price,
            price_to=price_to,
            prior_price=prior_price,
            image=picture or next(filter(None, (one.image for one in self.variants)), None),
            link=self.link,
            stock=stock,
            options=self.options,
            variants=self.variants if self.options else (),
        )


def entry_of(product: Product, status: ProductStatus = "active") -> CatalogueEntry:
    """What is known of a product of which only the light form was told."""
    alone = Variant(
        sku=product.sku,
        price=product.price,
        prior_price=product.prior_price,
        stock=product.stock,
    )
    return CatalogueEntry(
        key=product.sku,
        title=product.title,
        options=product.options,
        variants=product.variants or (alone,),
        images=(Image(product.image),) if product.image else (),
        link=product.link,
        status=status,
    )
