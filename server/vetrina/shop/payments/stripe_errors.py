"""What goes wrong with Stripe, as the port tells it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from vetrina.connectors.polling import PollFailed
from vetrina.domain.errors import InvalidValue
from vetrina.shop.payments.port import PaymentError, ProviderAway, ProviderRefused

if TYPE_CHECKING:
    import stripe

MESSAGE_CHARS: Final = 300
LONGEST_ADVICE_S: Final = 600.0
_RIGHT = re.compile(r"\brak_[a-z_]{1,60}\b")
_KEY = re.compile(r"\b[prs]k_\w+[\w*]*")


@contextmanager
def stripe_errors() -> Iterator[None]:
    """Raises PaymentError for whatever Stripe, or the way to it, makes of a request."""
    from stripe import StripeError

    try:
        yield
    except PollFailed:
        raise ProviderAway("Stripe did not answer.") from None
    except StripeError as error:
        raise _told(error) from None
    except InvalidValue as error:
        raise ProviderRefused("amount", error.message) from None


def is_kept_failure(error: stripe.StripeError) -> bool:
    """Whether Stripe repeats the answer to an earlier request with this idempotency key, and will
    for a day: the same wish needs another key."""
    headers = error.headers or {}
    return (error.http_status or 0) >= 500 and headers.get("idempotent-replayed") == "true"


def _told(error: stripe.StripeError) -> PaymentError:
    status = error.http_status or 0
    if status in (0, 409, 429) or status >= 500:
        return ProviderAway(f"Stripe asks to come later ({status}).", _advice(error))
    if status == 401:
        return ProviderRefused(
            "wrong_key", "Stripe does not know this key: copy it again from the page API keys."
        )
    if status == 403:
        found = _RIGHT.search(str(error.user_message or ""))
        right = f" {found[0].removeprefix('rak_')}" if found else ""
        return ProviderRefused(
            "missing_right", f"The key lacks a right at Stripe{right}: give it that in API keys."
        )
    message = _KEY.sub("a key", str(error.user_message or "no reason"))
    return ProviderRefused(str(error.code or "refused"), f"Stripe says: {message[:MESSAGE_CHARS]}")


def _advice(error: stripe.StripeError) -> float | None:
    text = (error.headers or {}).get("retry-after", "").strip()
    return min(float(text), LONGEST_ADVICE_S) if text.isascii() and text.isdigit() else None
