"""A product in a request body: every field is checked, so that all mistakes are told at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from vetrina.connectors.rich_text import clean_html
from vetrina.domain.catalogue.entry import (
    IMAGES,
    LABEL_CHARS,
    OLDEST,
    UNIT_CHARS,
    CatalogueEntry,
    Image,
    ProductStatus,
    UnitPrice,
)
from vetrina.domain.catalogue.fields import FIELD_CHECKS
from vetrina.domain.catalogue.variant import OPTION_CHARS, OPTIONS, VARIANTS, Variant
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money
from vetrina.web.api.safety_body import SafetyBody

DESCRIPTION_CHARS = 64 * 1024
LABELS = 50


def _checked(field: str) -> AfterValidator:
    """The domain's own rule for a field."""

    def check(value: Any) -> Any:
        FIELD_CHECKS[field](value)
        return value

    return AfterValidator(check)


def _price_or_variants(price: Any, info: ValidationInfo) -> Any:
    told = info.data.get("variants", "wrong ones, which are told of")
    if price is None and not told:
        raise ValueError("expected a price, or variants with theirs")
    return price


Label = Annotated[str, Field(min_length=1, max_length=LABEL_CHARS)]
Choice = Annotated[str, Field(min_length=1, max_length=OPTION_CHARS)]


@dataclass(frozen=True, kw_only=True)
class MoneyBody:
    """Minor units and an ISO 4217 code: `{"amount": 1890, "currency": "EUR"}` is 18.90 euro."""

    amount: Annotated[int, Field(ge=0, le=10**15)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]

    def money(self) -> Money:
        """The domain's value."""
        return Money(self.amount, self.currency)


@dataclass(frozen=True, kw_only=True)
class ImageBody:
    """A picture, and what it shows for those who do not see it."""

    url: Annotated[str, _checked("image")]
    alt: Annotated[str, Field(max_length=LABEL_CHARS)] = ""


@dataclass(frozen=True, kw_only=True)
class UnitPriceBody:
    """What a litre, a kilogram or a metre costs."""

    price: MoneyBody
    unit: Annotated[str, Field(min_length=1, max_length=UNIT_CHARS)]


@dataclass(frozen=True, kw_only=True)
class VariantBody:
    """One choice of a product. `values` stand in the order of the product's options."""

    sku: Annotated[str, _checked("sku")]
    price: MoneyBody
    values: Annotated[list[Choice], Field(max_length=OPTIONS)]
    prior_price: MoneyBody | None = None
    stock: Annotated[int | None, _checked("stock")] = None
    image: Annotated[str | None, _checked("image")] = None
    stock_was: Annotated[int | None, _checked("stock")] = None

    def variant(self) -> Variant:
        """The domain's value. Raises InvalidValue."""
        return Variant(
            sku=self.sku,
            price=self.price.money(),
            values=tuple(self.values),
            prior_price=_money(self.prior_price),
            stock=self.stock,
            image=self.image,
        )


@dataclass(frozen=True, kw_only=True)
class ProductBody:
    """One product. Of the first seven what is left away is null; of the others it stays as it is.

    With `variants` the product's price and stock are theirs, and its own are not read. `stock_was`
    is the stock that the caller knew of: what is there changes by the difference.
    """

    sku: Annotated[str, _checked("sku")]
    title: Annotated[str, _checked("title")]
    prior_price: MoneyBody | None = None
    image: Annotated[str | None, _checked("image")] = None
    link: Annotated[str | None, _checked("link")] = None
    stock: Annotated[int | None, _checked("stock")] = None
    options: Annotated[list[Choice] | None, Field(max_length=OPTIONS)] = None
    variants: Annotated[list[VariantBody] | None, Field(max_length=VARIANTS)] = None
    price: Annotated[
        MoneyBody | None, Field(validate_default=True), AfterValidator(_price_or_variants)
    ] = None
    description: Annotated[str | None, Field(max_length=DESCRIPTION_CHARS)] = None
    images: Annotated[list[ImageBody] | None, Field(max_length=IMAGES)] = None
    brand: Annotated[str | None, Field(max_length=LABEL_CHARS)] = None
    categories: Annotated[list[Label] | None, Field(max_length=LABELS)] = None
    tags: Annotated[list[Label] | None, Field(max_length=LABELS)] = None
    unit_price: UnitPriceBody | None = None
    min_age: Annotated[int | None, Field(ge=0, le=OLDEST)] = None
    safety: SafetyBody | None = None
    status: ProductStatus | None = None
    stock_was: Annotated[int | None, _checked("stock")] = None

    def entry(self, known: CatalogueEntry | None) -> CatalogueEntry:
        """The product as it will be, beside what is known of it. Raises InvalidValue."""
        options, variants = self._variants(known)
        key = known.key if known and not options else self.sku
        unit = self.unit_price
        return CatalogueEntry(
            key=key,
            title=self.title,
            options=options,
            variants=variants,
            link=self.link,
            images=self._images(known),
            description=_kept(
                None if self.description is None else clean_html(self.description),
                known.description if known else "",
            ),
            brand=_kept(self.brand, known.brand if known else ""),
            categories=_kept(_tuple(self.categories), known.categories if known else ()),
            tags=_kept(_tuple(self.tags), known.tags if known else ()),
            status=_kept(self.status, known.status if known else "active"),
            source=known.source if known else "manual",
            unit_price=UnitPrice(unit.price.money(), unit.unit)
            if unit
            else known.unit_price
            if known
            else None,
            min_age=_kept(self.min_age, known.min_age if known else None) or None,
            safety=self.safety.safety() if self.safety else known.safety if known else None,
        )

    def known_stocks(self, known: CatalogueEntry | None) -> dict[str, int | None]:
        """The stock, by SKU, on which this was written. Variants that are left away stay as they
        are, their pieces too."""
        if self.variants is None and known is not None and known.options:
            return {one.sku: one.stock for one in known.variants}
        told = [(one.sku, one.stock_was) for one in self.variants or (self,)]
        return {sku: was for sku, was in told if was is not None}

    def _variants(
        self, known: CatalogueEntry | None
    ) -> tuple[tuple[str, ...], tuple[Variant, ...]]:
        """Those that are told; else those that are known; else the product is its own."""
        if self.variants:
            return tuple(self.options or ()), tuple(one.variant() for one in self.variants)
        if self.options:
            raise InvalidValue("variants", "expected at least one for these options")
        if self.variants is None and known is not None and known.options:
            return known.options, known.variants
        if self.price is None:
            raise InvalidValue("price", "expected a price, or variants with theirs")
        alone = Variant(
            sku=self.sku,
            price=self.price.money(),
            prior_price=_money(self.prior_price),
            stock=self.stock,
        )
        return (), (alone,)

    def _images(self, known: CatalogueEntry | None) -> tuple[Image, ...]:
        """`image` alone becomes the first one; without it there is none."""
        if self.images is not None:
            return tuple(Image(one.url, one.alt) for one in self.images)
        if self.image is None:
            return ()
        before = known.images if known else ()
        same = [one for one in before if one.url == self.image]
        others = [one for one in before[1:] if one.url != self.image]
        return (*(same or [Image(self.image)]), *others)[:IMAGES]


def _kept(told: Any, known: Any) -> Any:
    return known if told is None else told


def _tuple(values: list[str] | None) -> tuple[str, ...] | None:
    return None if values is None else tuple(values)


def _money(body: MoneyBody | None) -> Money | None:
    return None if body is None else body.money()
