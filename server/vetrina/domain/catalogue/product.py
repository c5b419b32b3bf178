"""Products, and the bag: the products of one show with their call numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from vetrina.domain.catalogue.fields import FIELD_CHECKS, TITLE_CHARS, shortened
from vetrina.domain.catalogue.variant import Variant, check_variants, summary
from vetrina.domain.errors import InvalidValue
from vetrina.domain.json_form import SPARSE, TEAM
from vetrina.domain.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """One thing that can be bought.

    `prior_price` is the lowest price of the last 30 days as the seller declares it; without it
    no comparison is ever shown (Directive 98/6/EC, Article 6a). `stock` None means not tracked,
    0 sold out. `image` is a path of ours or an https address, `link` the shop's product page: an
    address, or a path where the shop stands on this server's own host.

    With `options` it is bought as one of its `variants`, and its own price and stock are theirs
    taken together: `price` the lowest, `price_to` the highest where they differ, `prior_price` only
    where all share one offer, `stock` the sum. Viewers are sent it without options and variants.
    """

    sku: str
    title: str
    price: Money
    prior_price: Money | None = None
    image: str | None = None
    link: str | None = None
    stock: int | None = None
    price_to: Money | None = field(default=None, metadata=SPARSE)
    options: tuple[str, ...] = field(default=(), metadata=TEAM)
    variants: tuple[Variant, ...] = field(default=(), metadata=TEAM)

    def __post_init__(self) -> None:
        for name, check in FIELD_CHECKS.items():
            check(getattr(self, name))
        if self.price.amount < 0:
            raise InvalidValue("price", "expected zero or more minor units")
        if self.prior_price is not None and self.prior_price.currency != self.price.currency:
            raise InvalidValue("prior_price", f"expected {self.price.currency} like the price")
        if self.options or self.variants:
            self._check_variants()

    def _check_variants(self) -> None:
        check_variants(self.sku, self.options, self.variants)
        told = (self.price, self.price_to, self.prior_price, self.stock)
        if told != summary(self.variants):
            raise InvalidValue("variants", "expected price and stock of the product to be theirs")

    def skus(self) -> Iterator[str]:
        """Every SKU that means this product: its own, then those of its variants."""
        yield self.sku
        yield from (variant.sku for variant in self.variants)

    def variant(self, sku: str) -> Variant | None:
        """The variant of this SKU, or None."""
        return next((variant for variant in self.variants if variant.sku == sku), None)

    def with_variants(self, variants: Sequence[Variant]) -> Product:
        """The product with these in place of its variants, price and stock with them."""
        price, price_to, prior_price, stock = summary(variants)
        return replace(
            self,
            variants=tuple(variants),
            price=price,
            price_to=price_to,
            prior_price=prior_price,
            stock=stock,
        )

    def with_stock(self, sku: str, stock: int | None) -> Product:
        """The product with another stock of its own or of one of its variants."""
        if not self.variants:
            return replace(self, stock=stock)
        return self.with_variants(
            [replace(one, stock=stock) if one.sku == sku else one for one in self.variants]
        )

    def stocked_like(self, other: Product) -> Product:
        """The product with the stock that another version of it has; a variant it lacks keeps its
        own."""
        if not self.variants:
            return replace(self, stock=other.stock)
        stocks = {one.sku: one.stock for one in other.variants}
        return self.with_variants(
            [replace(one, stock=stocks.get(one.sku, one.stock)) for one in self.variants]
        )

    def stocked_at(self, stocks: Mapping[str, int | None]) -> Product:
        """The product with these pieces, by SKU of its own or of its variants; others stay."""
        product = self
        for one in self.variants or (self,):
            if one.sku in stocks and stocks[one.sku] != one.stock:
                product = product.with_stock(one.sku, stocks[one.sku])
        return product

    def stocks(self) -> dict[str, int | None]:
        """The pieces of each SKU that is bought: of its variants, or of its own."""
        return {one.sku: one.stock for one in self.variants or (self,)}

    def edited_from(self, was: Mapping[str, int | None], left: Mapping[str, int | None]) -> Product:
        """The product with what is `left` of each SKU by now, changed by as much as its stock here
        differs from that of `was`, on which it was edited. SKUs that either lacks stay as here."""
        told = self.stocks()
        return self.stocked_at(
            {
                sku: _edited(told[sku], was[sku], left[sku])
                for sku in told.keys() & was.keys() & left.keys()
            }
        )

    def named(self, sku: str) -> str:
        """The title, with the choice where the SKU is that of a variant.

        Together they are no longer than a title may be: the choice is what must be read.
        """
        variant = self.variant(sku)
        choice = shortened(variant.choice, TITLE_CHARS // 2) if variant else ""
        if not choice:
            return self.title
        return f"{shortened(self.title, TITLE_CHARS - len(choice) - 3)} – {choice}"


def _edited(told: int | None, was: int | None, left: int | None) -> int | None:
    if told == was:
        return left
    if told is None or was is None or left is None:
        return told
    return max(0, left + told - was)


@dataclass(frozen=True, slots=True)
class BagItem:
    """A product in a show's bag. `number` is said aloud by the host and never reused."""

    number: int
    product: Product


@dataclass(frozen=True, slots=True)
class BagEntry:
    """A line of the bag without the product itself, as `bag_changed` lists it."""

    sku: str
    number: int
