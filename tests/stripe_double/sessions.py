"""Checkout Sessions: made, expired, and their rules as Stripe documents them."""

from __future__ import annotations

from typing import Any

from tests.stripe_double.account import Account, Refusal, Thing

SOONEST_S, LATEST_S = 30 * 60, 24 * 60 * 60
LEAST = 50
KNOWN = frozenset(
    "adaptive_pricing allow_promotion_codes automatic_tax billing_address_collection cancel_url "
    "client_reference_id currency custom_text customer_creation customer_email discounts "
    "excluded_payment_method_types expand expires_at invoice_creation line_items locale metadata "
    "mode payment_intent_data phone_number_collection redirect_on_completion return_url "
    "shipping_address_collection shipping_options submit_type success_url ui_mode".split()
)
UI_MODES = ("hosted_page", "embedded_page", "elements")
# Where the last of three digits has to be zero.
THOUSANDTHS = ("bhd", "jod", "kwd", "omr", "tnd")


def create_session(account: Account, given: Thing) -> Thing:
    """Raises Refusal."""
    if unknown := sorted(set(given) - KNOWN):
        _refuse(f"Received unknown parameter: {unknown[0]}", unknown[0], "parameter_unknown")
    if given.get("mode") != "payment":
        _refuse("Only the mode payment is known here.", "mode")
    ui_mode = given.get("ui_mode", "hosted_page")
    if ui_mode not in UI_MODES:
        _refuse(f"Invalid ui_mode: must be one of {', '.join(UI_MODES)}", "ui_mode")
    _check_urls(given, ui_mode)
    lines = [_line(account, one) for one in _some(given, "line_items", 100)]
    currencies = {line["currency"] for line in lines}
    if len(currencies) != 1:
        _refuse("All line items must have the same currency.", "line_items")
    currency = currencies.pop()
    expires_at = int(given.get("expires_at", account.now() + LATEST_S))
    if not SOONEST_S <= expires_at - account.now() <= LATEST_S:
        _refuse(
            "The `expires_at` timestamp must be between 30 minutes and 24 hours from now.",
            "expires_at",
        )
    subtotal = sum(line["amount_subtotal"] for line in lines)
    discount = _discount(account, given, subtotal, currency)
    shipping = _shipping(given, currency)
    total = subtotal - discount + (shipping["amount_total"] if shipping else 0)
    if 0 < total < LEAST:
        _refuse("The Checkout Session's total amount is too low.", None, "amount_too_small")
    if currency in THOUSANDTHS and total % 10:
        _refuse("The last digit of a three-decimal amount must be 0.", "line_items")
    session = _session(account, given, ui_mode, currency, expires_at)
    session.update(
        amount_subtotal=subtotal,
        amount_total=total,
        shipping_cost=shipping,
        total_details={
            "amount_discount": discount,
            "amount_shipping": shipping["amount_total"] if shipping else 0,
            "amount_tax": 0,
        },
    )
    account.sessions[session["id"]] = session
    account.lines[session["id"]] = lines
    return session


def expire_session(account: Account, id: str) -> Thing:
    """Raises Refusal for one that is not open."""
    session = account.found(account.sessions, id, "checkout.session")
    if session["status"] != "open":
        raise Refusal(
            400,
            'Only Checkout Sessions with a status in ["open"] can be expired. This Checkout '
            f"Session has a status of `{session['status']}`.",
        )
    account.end(session)
    return session


def _session(account: Account, given: Thing, ui_mode: str, currency: str, expires_at: int) -> Thing:
    id = account.id("cs")
    embedded = ui_mode != "hosted_page"
    reference = given.get("client_reference_id")
    if reference is not None and len(reference) > 200:
        _refuse("client_reference_id: at most 200 characters", "client_reference_id")
    return {
        "id": id,
        "object": "checkout.session",
        "adaptive_pricing": {"enabled": _true(given.get("adaptive_pricing", {}).get("enabled"))},
        "allow_promotion_codes": _true(given.get("allow_promotion_codes")) or None,
        "cancel_url": given.get("cancel_url"),
        "client_reference_id": reference,
        "client_secret": f"{id}_secret_of_the_tests" if embedded else None,
        "collected_information": {"business_name": None, "shipping_details": None},
        "created": account.now(),
        "currency": currency,
        "customer": None,
        "customer_creation": given.get("customer_creation", "if_required"),
        "customer_details": None,
        "customer_email": given.get("customer_email"),
        "discounts": [{"coupon": one.get("coupon")} for one in given.get("discounts", [])],
        "expires_at": expires_at,
        "excluded_payment_method_types": given.get("excluded_payment_method_types"),
        "livemode": account.livemode,
        "locale": given.get("locale"),
        "metadata": _metadata(given),
        "mode": "payment",
        "payment_intent": None,
        "payment_link": None,
        "payment_method_types": ["card"],
        "payment_status": "unpaid",
        "return_url": given.get("return_url"),
        "shipping_address_collection": given.get("shipping_address_collection"),
        "status": "open",
        "submit_type": given.get("submit_type"),
        "success_url": given.get("success_url"),
        "ui_mode": ui_mode,
        "url": None if embedded else f"{account.address}/c/pay/{id}",
        "payment_intent_data": given.get("payment_intent_data", {}),
    }


def _check_urls(given: Thing, ui_mode: str) -> None:
    wanted, refused = ("success_url", "return_url")
    if ui_mode != "hosted_page":
        wanted, refused = refused, wanted
    if wanted not in given:
        _refuse(f"Missing required param: {wanted}.", wanted, "parameter_missing")
    for name in {refused, *(("cancel_url",) if wanted == "return_url" else ())}:
        if name in given:
            _refuse(f"`{name}` can not be used with this ui_mode.", name)
    for name in (wanted, "cancel_url"):
        if name in given and not given[name].startswith(("http://", "https://")):
            _refuse("Not a valid URL", name, "url_invalid")


def _line(account: Account, given: Thing) -> Thing:
    data = given.get("price_data") or {}
    product = data.get("product_data") or {}
    if not product.get("name"):
        _refuse("Missing required param: line_items[0][price_data][product_data][name].")
    if not all(one.startswith(("http://", "https://")) for one in product.get("images", [])):
        _refuse("Not a valid URL", "line_items", "url_invalid")
    unit, quantity = _whole(data, "unit_amount"), _whole(given, "quantity")
    if quantity < 1:
        _refuse("This value must be greater than or equal to 1.", "line_items", "parameter_invalid")
    return {
        "id": account.id("li"),
        "object": "item",
        "currency": str(data.get("currency", "")).lower(),
        "description": product["name"],
        "quantity": quantity,
        "price": {
            "unit_amount": unit,
            "product_data": {"metadata": product.get("metadata", {})},
        },
        "amount_subtotal": unit * quantity,
        "amount_total": unit * quantity,
    }


def _discount(account: Account, given: Thing, subtotal: int, currency: str) -> int:
    discounts = given.get("discounts", [])
    if not discounts:
        return 0
    if len(discounts) > 1 or "allow_promotion_codes" in given:
        _refuse("You may only specify one of these parameters: discounts.", "discounts")
    coupon = account.found(account.coupons, discounts[0].get("coupon", ""), "coupon")
    if coupon["currency"] != currency or not coupon["valid"]:
        _refuse("This coupon cannot be used here.", "discounts")
    return min(subtotal, int(coupon["amount_off"]))


def _shipping(given: Thing, currency: str) -> Thing | None:
    options = given.get("shipping_options", [])
    if not options:
        return None
    if len(options) > 5:
        _refuse("At most 5 shipping options.", "shipping_options")
    data = options[0]["shipping_rate_data"]
    if not data.get("display_name") or data["fixed_amount"]["currency"].lower() != currency:
        _refuse("The shipping rate needs a name, and the currency of the lines.")
    amount = _whole(data["fixed_amount"], "amount")
    return {"amount_subtotal": amount, "amount_tax": 0, "amount_total": amount}


def _metadata(given: Thing) -> Thing:
    metadata = given.get("metadata") or {}
    for key, value in metadata.items():
        if len(key) > 40 or len(value) > 500 or set(key) & set("[]"):
            _refuse("Metadata keys have 40 characters, values 500.", "metadata")
    return metadata


def _some(given: Thing, name: str, most: int) -> list[Thing]:
    found = given.get(name) or []
    if not isinstance(found, list) or not 1 <= len(found) <= most:
        _refuse(f"{name}: expected 1 to {most}", name, "parameter_missing")
    return found


def _whole(given: Thing, name: str) -> int:
    value = str(given.get(name, ""))
    if not value.isdigit():
        _refuse(f"Invalid integer: {value}", name, "parameter_invalid_integer")
    return int(value)


def _true(value: Any) -> bool:
    return value == "true"


def _refuse(message: str, param: str | None = None, code: str | None = None) -> None:
    raise Refusal(400, message, param=param, code=code)
