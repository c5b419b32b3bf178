"""What buyers, sellers and banks do: paying, refunds, disputes."""

from __future__ import annotations

from dataclasses import dataclass

from tests.stripe_double.account import Account, Refusal, Thing

REASONS = (None, "duplicate", "fraudulent", "requested_by_customer")


@dataclass(frozen=True)
class Payer:
    """Who pays, as they fill in the form."""

    name: str = "Giulia Rossi"
    email: str = "giulia@example.com"
    country: str = "IT"
    phone: str | None = None

    @property
    def address(self) -> Thing:
        return {
            "line1": "Via Roma 1",
            "line2": None,
            "postal_code": "20121",
            "city": "Milano",
            "state": None,
            "country": self.country,
        }


def pay(
    account: Account,
    id: str,
    payer: Payer | None = None,
    *,
    later: bool = False,
    late: bool = False,
) -> Thing:
    """A buyer pays a session. `later`: with a method that settles after days; `late`: although it
    is over. Raises Refusal."""
    with account.lock:
        account.sweep()
        session = account.found(account.sessions, id, "checkout.session")
        if session["status"] == "complete" or (session["status"] == "expired" and not late):
            raise Refusal(400, f"This session is {session['status']}.")
        payer = payer or Payer()
        free = session["amount_total"] == 0
        intent = None if free else _intent(account, session, payer, later)
        session.update(
            status="complete",
            payment_status="no_payment_required" if free else "unpaid" if later else "paid",
            payment_intent=intent["id"] if intent else None,
            customer_details={
                "name": payer.name,
                "email": payer.email,
                "phone": payer.phone,
                "address": payer.address,
                "tax_exempt": "none",
                "tax_ids": [],
            },
            url=None,
        )
        if session["shipping_address_collection"]:
            shipping = {"name": payer.name, "address": payer.address}
            session["collected_information"]["shipping_details"] = shipping
        if intent and not later:
            _charged(account, intent)
        account.happen("checkout.session.completed", session)
        return session


def settle(account: Account, id: str, *, good: bool) -> Thing:
    """What was to be paid later is paid, or is not."""
    with account.lock:
        session = account.found(account.sessions, id, "checkout.session")
        intent = account.intents[session["payment_intent"]]
        if good:
            session["payment_status"] = "paid"
            _charged(account, intent)
            account.happen("checkout.session.async_payment_succeeded", session)
        else:
            intent["status"] = "requires_payment_method"
            account.happen("payment_intent.payment_failed", intent)
            account.happen("checkout.session.async_payment_failed", session)
        return session


def refund(account: Account, given: Thing) -> Thing:
    """Raises Refusal."""
    if unknown := set(given) - {"payment_intent", "charge", "amount", "reason", "metadata"}:
        raise Refusal(400, f"Received unknown parameter: {min(unknown)}")
    if "payment_intent" not in given:
        raise Refusal(400, "One of the following params should be provided: payment_intent.")
    if given.get("reason") not in REASONS:
        raise Refusal(400, "Invalid reason", param="reason")
    intent = account.found(account.intents, given["payment_intent"], "payment_intent")
    charge = account.charges.get(intent["latest_charge"] or "")
    if charge is None:
        raise Refusal(400, "This PaymentIntent does not have a successful charge to refund.")
    rest = charge["amount"] - charge["amount_refunded"]
    if rest == 0:
        text = f"Charge {charge['id']} has already been refunded."
        raise Refusal(400, text, code="charge_already_refunded")
    amount = int(given.get("amount", rest))
    if not 0 < amount <= rest:
        text = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({rest})"
        raise Refusal(400, text, param="amount")
    made = {
        "id": account.id("re"),
        "object": "refund",
        "amount": amount,
        "charge": charge["id"],
        "created": account.now(),
        "currency": charge["currency"],
        "metadata": given.get("metadata") or {},
        "payment_intent": intent["id"],
        "reason": given.get("reason"),
        "status": account.switches.refunds,
    }
    account.refunds[made["id"]] = made
    account.happen("refund.created", made)
    if made["status"] == "failed":
        made["failure_reason"] = "expired_or_canceled_card"
        account.happen("refund.failed", made)
    else:
        _refunded(account, charge, amount)
    return made


def change_refund(account: Account, id: str, status: str) -> Thing:
    """A refund that was pending or seemed good becomes this."""
    with account.lock:
        made = account.found(account.refunds, id, "refund")
        failed = status in ("failed", "canceled")
        made["status"] = status
        if failed:
            made["failure_reason"] = "expired_or_canceled_card"
            charge = account.charges[made["charge"]]
            charge["amount_refunded"] -= made["amount"]
            charge["refunded"] = False
        account.happen("refund.failed" if status == "failed" else "refund.updated", made)
        return made


def dispute(account: Account, payment: str) -> Thing:
    """The buyer's bank asks for the money back."""
    with account.lock:
        intent = account.found(account.intents, payment, "payment_intent")
        opened = {
            "id": account.id("du"),
            "object": "dispute",
            "amount": intent["amount"],
            "charge": intent["latest_charge"],
            "created": account.now(),
            "currency": intent["currency"],
            "livemode": account.livemode,
            "metadata": {},
            "payment_intent": intent["id"],
            "reason": "fraudulent",
            "status": "needs_response",
        }
        account.disputes[opened["id"]] = opened
        account.happen("charge.dispute.created", opened)
        account.happen("charge.dispute.funds_withdrawn", opened)
        return opened


def close_dispute(account: Account, id: str, *, won: bool) -> Thing:
    """The bank has decided."""
    with account.lock:
        closed = account.found(account.disputes, id, "dispute")
        closed["status"] = "won" if won else "lost"
        if won:
            account.happen("charge.dispute.funds_reinstated", closed)
        account.happen("charge.dispute.closed", closed)
        return closed


def _intent(account: Account, session: Thing, payer: Payer, later: bool) -> Thing:
    made = {
        "id": account.id("pi"),
        "object": "payment_intent",
        "amount": session["amount_total"],
        "amount_received": 0,
        "created": account.now(),
        "currency": session["currency"],
        "latest_charge": None,
        "livemode": account.livemode,
        "metadata": session["payment_intent_data"].get("metadata", {}),
        "receipt_email": payer.email,
        "status": "processing" if later else "succeeded",
    }
    account.intents[made["id"]] = made
    return made


def _charged(account: Account, intent: Thing) -> None:
    charge = {
        "id": account.id("ch"),
        "object": "charge",
        "amount": intent["amount"],
        "amount_refunded": 0,
        "created": account.now(),
        "currency": intent["currency"],
        "livemode": account.livemode,
        "metadata": dict(intent["metadata"]),
        "paid": True,
        "payment_intent": intent["id"],
        "refunded": False,
        "status": "succeeded",
    }
    account.charges[charge["id"]] = charge
    intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
    account.happen("charge.succeeded", charge)
    account.happen("payment_intent.succeeded", intent)


def _refunded(account: Account, charge: Thing, amount: int) -> None:
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    account.happen("charge.refunded", charge)
