"""A checkout: what a buyer is about to pay, with a reservation of its stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vetrina.domain.money import Money

Adapter = Literal["stripe", "shopify", "woocommerce", "link", "test"]


@dataclass(frozen=True, slots=True)
class WantedLine:
    """What a buyer asks for. `sku` is that of a variant, or of a product without options.

    `price` is what one piece cost on the buyer's screen; None where that is not told.
    """

    sku: str
    quantity: int
    price: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckoutLine:
    """A line as it was priced; an order keeps it for good, whatever becomes of the product.

    `unit` is what one piece costs, `own_unit` what it costs without its deal; `discount` is the
    line's share of the voucher. `deal` is the deal of the checkout's show, `choice` that of a
    variant ("M / Olive"), `image` as products carry it.
    """

    sku: str
    product: str
    title: str
    choice: str = ""
    image: str | None = None
    quantity: int
    unit: Money
    own_unit: Money
    discount: Money
    deal: str | None = None

    @property
    def goods(self) -> Money:
        """All pieces, before the voucher."""
        return Money(self.unit.amount * self.quantity, self.unit.currency)

    @property
    def total(self) -> Money:
        """What is paid for the line."""
        return Money(self.goods.amount - self.discount.amount, self.unit.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """What was offered, and stays so: price, voucher and delivery are frozen.

    `id` is that of the order that comes of it; `token` of the buyer is not here. `test`: it takes
    no stock of the shop, only of the rehearsal's deals. `deadline_s` is how long its stock is kept
    once it can be paid; `tax` is contained in `total`, None where nothing is said of it. `origin`
    is our address as the buyer reached it: the payment provider is told the same each time.
    """

    id: str
    shop: str
    adapter: Adapter
    lines: tuple[CheckoutLine, ...]
    discount: Money
    shipping: Money
    total: Money
    tax: Money | None = None
    show: str | None = None
    market: str | None = None
    voucher: str | None = None
    via: str | None = None
    test: bool = False
    lang: str = "en"
    origin: str = ""
    created_at: int
    deadline_s: int = 600

    @property
    def currency(self) -> str:
        """Of every amount in it."""
        return self.total.currency

    @property
    def goods(self) -> Money:
        """All lines, before the voucher."""
        return Money(sum(line.goods.amount for line in self.lines), self.currency)
