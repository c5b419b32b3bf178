"""The bag as pages and scripts tell it: its lines, its sums, and what stands in the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from vetrina.domain.errors import Refused
from vetrina.domain.markets.market import Market
from vetrina.domain.money import Money
from vetrina.domain.selling.pricing import PricedCart
from vetrina.domain.selling.shop import ShopProfile
from vetrina.protocol.root_path import below
from vetrina.shop.bag_pricing import PricedBag, PricedLine
from vetrina.shop.selling_on import Selling
from vetrina.web.pages.shop_cards import product_path
from vetrina.web.pages.words import Words

FEW: Final = 10
REFUSALS: Final = {
    "limit_reached": "no_limit",
    "deal_over": "no_deal",
    "price_changed": "no_price",
    "age_required": "no_age",
    "not_in_market": "no_market",
    "only_in_rehearsal": "no_test",
    "voucher_refused": "voucher_not_good",
}


def refusal_text(refused: Refused, titles: Mapping[str, str], words: Words) -> str:
    """Why nothing was ordered, with what is left of what is short."""
    if refused.code == "sold_out":
        title = titles.get(str(refused.details.get("sku", "")), "")
        left = refused.details.get("left", 0)
        return words("no_short", n=left, title=title) if left else words("no_sold_out", title=title)
    return words(REFUSALS.get(refused.code, "no_sale"))


def _trouble_text(line: PricedLine, words: Words) -> str:
    """What stands in the way of a line, or what is worth knowing of its stock."""
    match line.trouble:
        case "short":
            return words("short", n=line.left)
        case "sold_out":
            return words("sold_out")
        case "gone":
            return words("gone")
        case "choose":
            return words("choose_one")
        case "currency":
            return words("other_currency")
        case _:
            return ""


def _voucher_text(bag: PricedBag, words: Words) -> str:
    """Why a voucher takes nothing off; empty where it does, or there is none."""
    if not bag.voucher_trouble:
        return ""
    if bag.voucher_trouble == "min_spend" and bag.min_spend is not None:
        return words("voucher_min_spend", price=words.money(bag.min_spend))
    key = "voucher_products" if bag.voucher_trouble == "products" else "voucher_not_good"
    return words(key)


def bag_told(
    bag: PricedBag, shop: ShopProfile, selling: Selling, words: Words, root: str
) -> dict[str, Any]:
    """The bag for the page and for a script, its texts in the language of the page."""
    cart = bag.cart
    return {
        "count": bag.bag.count,
        "lines": [_line(line, shop, words, root) for line in bag.lines],
        "voucher": bag.bag.voucher or "",
        "voucher_trouble": _voucher_text(bag, words),
        "markets": [{"code": one.code, "name": one.name} for one in bag.markets],
        "market": bag.market.code if bag.market else "",
        "sums": [] if cart is None else _sums(cart, bag.market, words),
        "total": "" if cart is None else str(cart.total.amount),
        "total_text": "" if cart is None else words.money(cart.total),
        "total_name": words("total_tax" if cart is not None and cart.tax else "total"),
        "no_delivery": words("no_delivery") if bag.no_delivery else "",
        "tax_text": _tax_text(bag, words),
        "ready": bag.ready,
        "min_age": bag.min_age,
        "paid": words(_paid_key(selling)),
        "kept": words("kept_minutes", n=shop.reserve_minutes) if selling.holds else "",
    }


def _paid_key(selling: Selling) -> str:
    """How it is paid, as a word of the bag."""
    if selling.test:
        return "paid_test"
    return "paid_stripe" if selling.adapter == "stripe" else "paid_shop"


def _tax_text(bag: PricedBag, words: Words) -> str:
    """The tax in the total, where the market says how much."""
    tax = bag.cart.tax if bag.cart else None
    return words("of_which_tax", price=words.money(tax)) if tax else ""


def _sums(cart: PricedCart, market: Market | None, words: Words) -> list[dict[str, str]]:
    sums = [{"part": "goods", "name": words("goods"), "value": words.money(cart.goods)}]
    if cart.discount.amount:
        named = words("voucher_named", code=cart.voucher or "")
        off = words.money(Money(-cart.discount.amount, cart.discount.currency))
        sums.append({"part": "voucher", "name": named, "value": off.replace("-", "−")})
    if market is not None:
        name = words("delivery_to", market=market.name)
        cost = words.money(cart.shipping) if cart.shipping.amount else words("free")
        sums.append({"part": "delivery", "name": name, "value": cost})
    return sums


def _line(line: PricedLine, shop: ShopProfile, words: Words, root: str) -> dict[str, Any]:
    path = product_path(f"/shop/{shop.handle}", line.product)
    return {
        "sku": line.sku,
        "title": line.title,
        "choice": line.choice,
        "image": below(root, line.image) if line.image else None,
        "href": root + path + (f"?variant={line.sku}" if line.choice else ""),
        "quantity": line.quantity,
        "price": line.unit.amount if line.unit else None,
        "each": _each_text(line, words),
        "goods": words.money(line.goods) if line.goods else "",
        "deal": bool(line.deal),
        "ends_at": line.ends_at,
        "changed": words("price_changed", price=words.money(line.seen)) if line.seen else "",
        "trouble": _trouble_text(line, words),
        "few": _few_text(line, words),
        "unit_price": _unit_text(line, words),
        "most": line.left,
    }


def _each_text(line: PricedLine, words: Words) -> str:
    """What a piece costs, where there are several."""
    if line.unit is None or line.quantity < 2:
        return ""
    return words("each", price=words.money(line.unit))


def _few_text(line: PricedLine, words: Words) -> str:
    """How many are left, where that is worth a word."""
    if line.trouble or line.left is None or line.left > FEW:
        return ""
    return words("only_left", n=line.left)


def _unit_text(line: PricedLine, words: Words) -> str:
    """The price of a litre or a kilogram."""
    told = line.unit_price
    if told is None or line.trouble in ("gone", "choose"):
        return ""
    return words("per_unit", price=words.money(told.price), unit=told.unit)
