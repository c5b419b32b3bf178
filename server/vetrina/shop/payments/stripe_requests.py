"""What Stripe is asked for, as parameters of its interface. Pure.

The same checkout is asked for in the same words whoever asks, or its idempotency key would be
refused: nothing here depends on the moment, but for long stretches of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from vetrina.connectors.stripe.amounts import stripe_amount
from vetrina.connectors.stripe.payments import ORDER, REFUND
from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout, CheckoutLine
from vetrina.shop.payments.port import ReturnUrls

Mode = Literal["hosted", "embedded"]
Params = dict[str, Any]

UI_MODES: Final = {"hosted": "hosted_page", "embedded": "embedded_page"}
SHORTEST_MS: Final = 31 * 60_000
"""Stripe keeps a session for 30 minutes at least; no two clocks are the same."""
LONGEST_MS: Final = 23 * 3_600_000
SPARE_MS: Final = 15 * 60_000
NAME_CHARS: Final = 250
COUPON_CHARS: Final = 40
LANGUAGES: Final = ("en", "it", "de", "es", "fr")
DELAYED: Final = (
    "acss_debit",
    "au_becs_debit",
    "bacs_debit",
    "boleto",
    "customer_balance",
    "konbini",
    "multibanco",
    "nz_bank_account",
    "oxxo",
    "payto",
    "sepa_debit",
    "sofort",
    "us_bank_account",
)
"""Ways to pay that settle after days: a deal does not wait for them."""
NOT_DELIVERED: Final = frozenset("AS CC CU CX FM HM IR KP MH MP NF PW SD SY UM VI".split())
"""Countries that Stripe takes no address of."""
REASONS: Final = ("duplicate", "fraudulent", "requested_by_customer")


@dataclass(frozen=True, slots=True)
class Wish:
    """A session to be made: `key` is the first part of its idempotency key."""

    key: str
    params: Params


def session_wish(
    checkout: Checkout, urls: ReturnUrls, mode: Mode, countries: Sequence[str], now: int
) -> Wish:
    """Raises InvalidValue for an amount that Stripe cannot charge."""
    place, expires_at = _stretch(checkout, now)
    params: Params = {
        "mode": "payment",
        "ui_mode": UI_MODES[mode],
        "client_reference_id": checkout.id,
        "metadata": {ORDER: checkout.id},
        "payment_intent_data": {
            "description": f"{urls.shop_name} {checkout.id}"[:NAME_CHARS],
            "metadata": {ORDER: checkout.id},
        },
        "line_items": [_line(line) for line in checkout.lines],
        "adaptive_pricing": {"enabled": False},
        "submit_type": "pay",
        "locale": checkout.lang if checkout.lang in LANGUAGES else "auto",
        "expires_at": expires_at // 1000,
        **_back(urls, mode),
        **_delivery(checkout, countries),
    }
    if checkout.discount.amount:
        params["discounts"] = [{"coupon": coupon_id(checkout)}]
    if any(line.deal for line in checkout.lines):
        params["excluded_payment_method_types"] = list(DELAYED)
    return Wish(f"{checkout.id}:{place}", params)


def coupon_params(checkout: Checkout) -> Params:
    """What its voucher takes off, as a coupon for this order alone."""
    return {
        "id": coupon_id(checkout),
        "amount_off": stripe_amount(checkout.discount),
        "currency": checkout.currency.lower(),
        "duration": "once",
        "max_redemptions": 1,
        "name": (checkout.voucher or "Voucher")[:COUPON_CHARS],
        "metadata": {ORDER: checkout.id},
    }


def coupon_id(checkout: Checkout) -> str:
    """Ours, so that it is made once."""
    return f"vetrina-{checkout.id}"


def refund_params(payment: str, amount: Money, refund: str, reason: str) -> Params:
    """Raises InvalidValue. A reason that Stripe does not know stays with us."""
    return {
        "payment_intent": payment,
        "amount": stripe_amount(amount),
        "metadata": {REFUND: refund},
        "reason": reason if reason in REASONS else "requested_by_customer",
    }


def _stretch(checkout: Checkout, now: int) -> tuple[int, int]:
    """Which stretch of time since it was reserved it is, and when a session of that one ends.

    A stretch is longer than the stock is kept, so that everybody who asks again in that time names
    the same end; and then the session is there for half an hour at least, as Stripe wants it.
    """
    length = min(checkout.deadline_s * 1000 + SPARE_MS, LONGEST_MS - SHORTEST_MS)
    place = max(0, now - checkout.created_at) // length
    return place, checkout.created_at + (place + 1) * length + SHORTEST_MS


def _line(line: CheckoutLine) -> Params:
    name = f"{line.title} ({line.choice})" if line.choice else line.title
    product: Params = {"name": name[:NAME_CHARS], "metadata": {"sku": line.sku[:500]}}
    if line.image is not None and line.image.startswith("https://"):
        product["images"] = [line.image]
    return {
        "quantity": line.quantity,
        "price_data": {
            "currency": line.unit.currency.lower(),
            "unit_amount": stripe_amount(line.unit),
            "product_data": product,
        },
    }


def _back(urls: ReturnUrls, mode: Mode) -> Params:
    if mode == "embedded":
        return {"return_url": urls.done}
    return {"success_url": urls.done, "cancel_url": urls.cancelled}


def _delivery(checkout: Checkout, countries: Sequence[str]) -> Params:
    shipping = {
        "shipping_rate_data": {
            "type": "fixed_amount",
            "display_name": _DELIVERY.get(checkout.lang, _DELIVERY["en"]),
            "fixed_amount": {
                "amount": stripe_amount(checkout.shipping),
                "currency": checkout.currency.lower(),
            },
        }
    }
    allowed = [one for one in countries if one not in NOT_DELIVERED]
    if not allowed:
        # Nobody has said where to: the address of whoever pays has to do.
        return {"billing_address_collection": "required", "shipping_options": [shipping]}
    return {
        "shipping_address_collection": {"allowed_countries": allowed},
        "shipping_options": [shipping],
    }


_DELIVERY = {
    "en": "Delivery",
    "it": "Spedizione",
    "de": "Versand",
    "es": "Envío",
    "fr": "Livraison",
}
