"""Stripe's webhooks: signed with a time, by the library of Stripe."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import delivery_id, dropped_names, parsed, refusing
from vetrina.connectors.port import (
    NO_OPTIONS,
    BadSignature,
    Connector,
    Delivery,
    Headers,
    Opaque,
    Reason,
)
from vetrina.connectors.stripe.events import EVENT_TYPES, stripe_payments, stripe_reports
from vetrina.connectors.stripe.models import StripeEvent
from vetrina.connectors.stripe.payments import is_ours, payment_notices

SIGNATURE = "stripe-signature"
SECRET_PREFIX = "whsec_"  # noqa: S105  (what Stripe's secrets begin with)
TOLERANCE_MS = 5 * 60 * 1000
_SECONDS = re.compile(r"[0-9]{1,12}")


class Stripe(Connector):
    """Webhooks of a Stripe account; each address there has its own secret."""

    kind = "stripe"
    title = "Stripe"

    def prepare(self) -> None:
        """The library is large and reads others: only those who have Stripe pay for it."""
        import stripe  # noqa: F401

    def check_secret(self, secret: str) -> str | None:
        if not secret.startswith(SECRET_PREFIX):
            return "expected the signing secret of the webhook, which begins with whsec_"
        return super().check_secret(secret)

    def verify(
        self,
        headers: Headers,
        body: bytes,
        secrets: Sequence[str],
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> None:
        given = headers.get(SIGNATURE, "")
        sent_at = _sent_at(given)
        if sent_at is None or not given.isascii():
            raise BadSignature.missing("Stripe-Signature with a time")
        if not any([_signed_by(secret, given, body) for secret in secrets]):
            raise BadSignature(Reason.WRONG_SECRET)
        if abs(sent_at * 1000 - now_ms) > TOLERANCE_MS:
            raise BadSignature(Reason.TOO_OLD)

    @refusing
    def read(self, headers: Headers, body: bytes, opaque: Opaque) -> Delivery:
        payload = parsed(body)
        if payload.get("object") == "v2.core.event":
            # A thin event: it has no data, and nothing of what we ask for comes that way.
            return Delivery(delivery_id(str(payload.get("id"))))
        kind = payload.get("type")
        if isinstance(kind, str) and kind not in EVENT_TYPES:
            return Delivery(delivery_id(str(payload.get("id"))))
        dropped: list[str] = []
        event = read_as(StripeEvent, payload, dropped)
        reports = stripe_reports(event, opaque, dropped)
        without = _without(event)
        names, payments = dropped_names(dropped), stripe_payments(event, opaque)
        notices = payment_notices(event)
        id, live = delivery_id(event.id), event.live
        return Delivery(id, reports, without, names, payments, notices, live)

    def sign(
        self,
        headers: Headers,
        body: bytes,
        secret: str,
        now_ms: int,
        options: Mapping[str, str] = NO_OPTIONS,
    ) -> dict[str, str]:
        from stripe import WebhookSignature

        signed = WebhookSignature.generate_signature_header(body.decode(), secret, now_ms // 1000)
        return {**headers, SIGNATURE: signed}


def _without(event: StripeEvent) -> Reason | None:
    """Why there are no reports; where buyers pay here there never are."""
    if is_ours(event):
        return None
    return Reason.NOT_PAID if _is_unpaid(event) else Reason.OTHER_NEWS


def _is_unpaid(event: StripeEvent) -> bool:
    """A checkout that was completed and will be paid later."""
    told = event.data.object
    return told.get("payment_status") == "unpaid" and told.get("mode") != "setup"


def _sent_at(given: str) -> int | None:
    """The first `t`, the one that the library verifies; another could say anything."""
    items = (item.partition("=") for item in given.split(","))
    time = next((text for name, _, text in items if name == "t"), "")
    return int(time) if _SECONDS.fullmatch(time) else None


def _signed_by(secret: str, given: str, body: bytes) -> bool:
    """The library checks the signature; it would read the machine's clock, so the age is ours."""
    from stripe import SignatureVerificationError, WebhookSignature

    try:
        return bool(WebhookSignature.verify_header(body.decode(), given, secret, tolerance=None))
    except (SignatureVerificationError, ValueError, IndexError):
        return False
