"""What a cart costs: deals, voucher, shipping and the tax inside. Pure.

Nothing of the browser is believed but what is wanted: prices come from what is sold. In order:
price or deal, voucher, shipping of the market, the tax that all of it holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from vetrina.domain.catalogue.entry import ProductStatus
from vetrina.domain.errors import Refused
from vetrina.domain.markets.market import Market
from vetrina.domain.money import Money
from vetrina.domain.selling.allocation import tax_inside
from vetrina.domain.selling.checkout import CheckoutLine, WantedLine
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.selling.voucher_rules import discounts

MOST_PIECES: Final = 10**6
MOST_LINES: Final = 100
MOST_MONEY: Final = 10**12


@dataclass(frozen=True, slots=True, kw_only=True)
class Sellable:
    """What is sold under a SKU at this moment.

    `deal` is the running deal of the checkout's show and `deal_price` what a piece costs in it.
    `choices`: it is bought as one of its variants, and this is the SKU of the whole.
    """

    sku: str
    product: str
    title: str
    choice: str = ""
    image: str | None = None
    price: Money
    deal_price: Money | None = None
    deal: str | None = None
    min_age: int | None = None
    status: ProductStatus = "active"
    choices: bool = False

    @property
    def unit(self) -> Money:
        """What a piece costs now."""
        return self.price if self.deal is None else self.deal_price or self.price


@dataclass(frozen=True, slots=True, kw_only=True)
class PricedCart:
    """The parts of a checkout that its price consists of; they add up."""

    lines: tuple[CheckoutLine, ...]
    goods: Money
    discount: Money
    shipping: Money
    total: Money
    tax: Money | None = None
    market: str | None = None
    voucher: str | None = None


def price_cart(
    wanted: Sequence[WantedLine],
    sold: Mapping[str, Sellable],
    *,
    now: int,
    market: Market | None = None,
    voucher: Voucher | None = None,
    show: str | None = None,
    adult: bool = False,
) -> PricedCart:
    """`sold` is by SKU, `now` the server's time in ms; `adult` is the buyer's word to be of age.

    Raises Refused: out_of_range, unknown_sku, variant_needed, not_for_sale, wrong_currency,
    age_required, price_changed, voucher_refused, not_in_market.
    """
    asked = _summed(wanted)
    for sku in asked:
        _check_sold(sku, sold.get(sku))
    _check_currency([sold[sku] for sku in asked], wanted)
    _check_age([sold[sku] for sku in asked], adult)
    _check_prices(wanted, sold)
    lines = tuple(_line(sold[sku], quantity) for sku, quantity in asked.items())
    if voucher is not None:
        lines = tuple(
            replace(line, discount=Money(off, line.unit.currency))
            for line, off in zip(lines, discounts(voucher, lines, show=show, now=now), strict=True)
        )
    return _added_up(lines, market, voucher)


def _summed(wanted: Sequence[WantedLine]) -> dict[str, int]:
    """Pieces by SKU, in the order in which they were first asked for."""
    asked: dict[str, int] = {}
    for line in wanted:
        if line.quantity < 1:
            raise Refused(
                "out_of_range", f"Expected 1 piece of {line.sku} or more, got {line.quantity}."
            )
        asked[line.sku] = asked.get(line.sku, 0) + line.quantity
    for sku, quantity in asked.items():
        if quantity > MOST_PIECES:
            raise Refused(
                "out_of_range", f"Expected at most {MOST_PIECES} pieces of {sku}, got {quantity}."
            )
    if not 1 <= len(asked) <= MOST_LINES:
        raise Refused(
            "out_of_range", f"Expected 1 to {MOST_LINES} different products, got {len(asked)}."
        )
    return asked


def _check_sold(sku: str, sellable: Sellable | None) -> None:
    if sellable is None:
        raise Refused("unknown_sku", f"There is no product {sku}.")
    if sellable.status != "active":
        raise Refused("not_for_sale", f"{sellable.title} is not for sale.")
    if sellable.choices:
        raise Refused("variant_needed", f"{sellable.title} is bought as one of its variants.")


def _check_currency(sellables: Sequence[Sellable], wanted: Sequence[WantedLine]) -> None:
    currencies = {one.unit.currency for one in sellables}
    seen = {line.price.currency for line in wanted if line.price is not None}
    if len(currencies | seen) > 1:
        told = ", ".join(sorted(currencies | seen))
        raise Refused("wrong_currency", f"Expected all prices in one currency, got {told}.")


def _check_age(sellables: Sequence[Sellable], adult: bool) -> None:
    oldest = max((one for one in sellables if one.min_age), key=_min_age, default=None)
    if oldest is not None and not adult:
        raise Refused(
            "age_required",
            f"{oldest.title} is sold to people of {oldest.min_age} years or more."
            " Say that you are.",
            {"min_age": oldest.min_age, "sku": oldest.sku},
        )


def _min_age(sellable: Sellable) -> int:
    return sellable.min_age or 0


def _check_prices(wanted: Sequence[WantedLine], sold: Mapping[str, Sellable]) -> None:
    """Lower or higher: what is charged is what was seen."""
    changed = {
        line.sku: {"sku": line.sku, "seen": asdict(line.price), "now": asdict(now)}
        for line in wanted
        if line.price is not None and line.price != (now := sold[line.sku].unit)
    }
    if changed:
        names = ", ".join(sold[sku].title for sku in changed)
        raise Refused(
            "price_changed",
            f"The price changed meanwhile: {names}. Look at it, and buy again.",
            {"prices": list(changed.values())},
        )


def _line(sellable: Sellable, quantity: int) -> CheckoutLine:
    unit = sellable.unit
    if unit.amount * quantity > MOST_MONEY:
        raise _too_much()
    return CheckoutLine(
        sku=sellable.sku,
        product=sellable.product,
        title=sellable.title,
        choice=sellable.choice,
        image=sellable.image,
        quantity=quantity,
        unit=unit,
        own_unit=sellable.price,
        discount=Money(0, unit.currency),
        deal=sellable.deal,
    )


def _added_up(
    lines: tuple[CheckoutLine, ...], market: Market | None, voucher: Voucher | None
) -> PricedCart:
    currency = lines[0].unit.currency
    goods = sum(line.goods.amount for line in lines)
    discount = sum(line.discount.amount for line in lines)
    shipping = _shipping(Money(goods - discount, currency), market)
    total = goods - discount + shipping
    if goods > MOST_MONEY or total > MOST_MONEY:
        raise _too_much()
    tax = None if market is None else market.tax_bps
    return PricedCart(
        lines=lines,
        goods=Money(goods, currency),
        discount=Money(discount, currency),
        shipping=Money(shipping, currency),
        total=Money(total, currency),
        tax=None if tax is None else Money(tax_inside(total, tax), currency),
        market=market.code if market else None,
        voucher=voucher.code if voucher else None,
    )


def _shipping(goods: Money, market: Market | None) -> int:
    """`goods` after every discount."""
    if market is None:
        return 0
    if market.shipping.currency != goods.currency:
        raise Refused(
            "not_in_market",
            f"{market.name} is sold to in {market.shipping.currency}, these prices are in"
            f" {goods.currency}.",
        )
    free = market.free_from is not None and goods.amount >= market.free_from.amount
    return 0 if free else market.shipping.amount


def _too_much() -> Refused:
    return Refused("out_of_range", f"Expected at most {MOST_MONEY} minor units in all.")
