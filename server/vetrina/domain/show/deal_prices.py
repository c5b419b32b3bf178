"""What a deal costs, and what may be said of it: its prices, its limits, its comparison."""

from __future__ import annotations

from collections.abc import Sequence

from vetrina.domain.catalogue.discount import discounted, percent_off
from vetrina.domain.catalogue.price_history import reference_price
from vetrina.domain.catalogue.product import BagItem, Product
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.past_deals import HOUR_MS
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Deal, VariantPrice


def prior_price(state: ShowState, item: BagItem, price: Money, now: int) -> Money | None:
    """The price a reduction may be compared with, or None: then nothing is struck through.

    Past deals count, so that a deal of 10 minutes is not the argument for the next one.
    """
    product = item.product
    own, declared = product.price, product.prior_price
    was = reference_price(product.sku, own, declared, state.history, now)
    return was if was is not None and was.amount > price.amount else None


def percent_of(
    state: ShowState,
    product: Product,
    price: Money,
    was: Money | None,
    prices: Sequence[VariantPrice],
    now: int,
) -> int | None:
    """What may be said: where variants differ, the least that is true for each of them."""
    if product.price_to is None:
        return None if was is None else percent_off(price, was)
    history = state.history
    priors = {
        one.sku: reference_price(one.sku, one.price, one.prior_price, history, now)
        for one in product.variants
    }
    said = [
        percent_off(one.price, prior) if (prior := priors.get(one.sku)) else 0 for one in prices
    ]
    least = min(said, default=0)
    return least if least > 0 else None


def prices_of(
    command: cmd.StartDeal, product: Product
) -> tuple[Money, Money | None, tuple[VariantPrice, ...]]:
    """The lowest price, the highest where they differ, and each variant's."""
    if command.price is not None and product.price_to is not None:
        message = f"The variants of {product.sku} have different prices: say a percent."
        raise Refused("percent_needed", message)
    prices = tuple(
        VariantPrice(one.sku, _deal_price(command, one.price)) for one in product.variants
    )
    if not prices:
        return _deal_price(command, product.price), None, ()
    amounts = sorted((one.price for one in prices), key=lambda price: price.amount)
    low, high = amounts[0], amounts[-1]
    return low, high if high != low else None, prices


def _deal_price(command: cmd.StartDeal, own: Money) -> Money:
    return discounted(own, command.percent or 0) if command.price is None else command.price


def is_below(product: Product, deal: Deal) -> bool:
    """Whether the product, or one of its variants, costs what the deal asks for it, or less."""
    if not product.variants or not deal.prices:
        return product.price.amount <= deal.price.amount
    asked = {one.sku: one.price.amount for one in deal.prices}
    return any(one.price.amount <= asked.get(one.sku, -1) for one in product.variants)


def check_price(
    command: cmd.StartDeal,
    item: BagItem,
    price: Money,
    prices: Sequence[VariantPrice],
    limits: Limits,
) -> None:
    own = item.product.price
    if price.currency != own.currency:
        raise Refused("wrong_currency", f"{command.sku} is priced in {own.currency}.")
    if not 0 <= price.amount < own.amount:
        raise Refused("price_not_lower", "The deal's price must be below the product's price.")
    own_prices = {one.sku: one.price for one in item.product.variants}
    if any(one.price.amount >= own_prices[one.sku].amount for one in prices):
        raise Refused("price_not_lower", "The deal's price must be below each variant's price.")
    percent = command.percent or (own.amount - price.amount) * 100 / own.amount
    low, high = limits.deal_discount_min_percent, limits.deal_discount_max_percent
    if not low <= percent <= high:
        raise Refused("discount_out_of_range", f"A deal takes {low} to {high} percent off.")


def check_cooldown(state: ShowState, item: BagItem, price: Money, now: int, limits: Limits) -> None:
    """The same offer over and over is no offer: its countdown would be a lie.

    It is another one only where it is dearer by as much as makes a discount, not by a cent.
    """
    if state.status == "rehearsal":
        return
    since = now - limits.deal_cooldown_h * HOUR_MS
    step = item.product.price.amount * limits.deal_discount_min_percent / 100
    for past in state.history.get(item.product.sku, ()):
        same = past.kind == "deal" and past.price.currency == price.currency
        recent = past.until_ms is None or past.until_ms > since
        if same and recent and price.amount < past.price.amount + step:
            hours = limits.deal_cooldown_h
            raise Refused(
                "deal_cooldown", f"{item.product.sku} had this deal within {hours} hours."
            )
