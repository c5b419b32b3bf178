"""What `vetrina doctor` says of who takes the money, in words that a seller can act on."""

from __future__ import annotations

from vetrina.cli.connection_checks import Finding
from vetrina.store.ports.connections import Connection
from vetrina.store.ports.payments import PaymentSettings

WHERE = "in the control panel, under Payments"
PLACES = {"hosted": "on a page of Stripe", "embedded": "on a page of yours, in a frame of Stripe"}


def about_payments(
    settings: PaymentSettings | None, connection: Connection | None
) -> Finding | None:
    """None where nobody has chosen: products lead to their own links then."""
    match settings:
        case None:
            return None
        case PaymentSettings(adapter="stripe", key=None):
            return Finding(
                "wrong", f"Nobody can pay: the key of Stripe is missing. Give it {WHERE}."
            )
        case PaymentSettings(adapter="stripe"):
            return _stripe(settings, connection)
        case PaymentSettings(adapter="shopify" | "woocommerce") if connection is None:
            text = f"Nobody can pay: the connection to the shop is gone. Choose one {WHERE}."
            return Finding("wrong", text)
        case PaymentSettings(adapter="link"):
            return Finding("fine", "Products are sold where their own links lead.")
        case PaymentSettings(adapter="test"):
            return Finding("notice", "Buyers pay with nothing: every order is a test.")
        case _:
            return Finding("fine", "Buyers pay in the connected shop.")


def _stripe(settings: PaymentSettings, connection: Connection | None) -> Finding:
    if connection is None or not connection.secrets:
        return Finding(
            "wrong",
            "Stripe tells nobody of what is paid, so orders wait until their time is over: give "
            f"the signing secret of the webhook {WHERE}.",
        )
    if not settings.live:
        return Finding(
            "notice",
            "Stripe is in test mode: buyers pay no money, and their orders look like real ones. "
            f"Give a live key {WHERE} before the show.",
        )
    return Finding("fine", f"Buyers pay with Stripe, {PLACES[settings.mode]}.")
