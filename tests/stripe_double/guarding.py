"""What stands before every request to the interface: keys and their rights, rates, repeats."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass, field

from tests.stripe_double.account import Account, Refusal, Thing

RIGHTS = {
    "checkout": "rak_checkout_session",
    "coupons": "rak_coupon",
    "refunds": "rak_charge",
    "payment_intents": "rak_payment_intent",
    "events": "rak_event",
    "disputes": "rak_dispute",
    "webhook_endpoints": "rak_webhook",
}


@dataclass(frozen=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    given: Thing
    headers: dict[str, str]

    @property
    def changes(self) -> bool:
        return self.method != "GET"


@dataclass(frozen=True)
class Said:
    """What goes back."""

    status: int
    body: Thing
    headers: dict[str, str] = field(default_factory=dict)


def check_key(account: Account, asked: Asked) -> None:
    """Raises Refusal."""
    key = asked.headers.get("authorization", "").removeprefix("Bearer ")
    if key not in account.keys:
        raise Refusal(401, f"Invalid API Key provided: {key[:8]}****{key[-4:]}")
    account.livemode = "_live_" in key
    rights = account.keys[key]
    if rights is None:
        return
    resource = asked.path.removeprefix("/v1/").partition("/")[0]
    needed = f"{RIGHTS.get(resource, resource)}_{'write' if asked.changes else 'read'}"
    if needed not in rights and needed.replace("_read", "_write") not in rights:
        text = f"The provided key '{key[:8]}****' does not have the required permissions for this "
        text += f"endpoint. Having the '{needed}' permission would allow this request to continue."
        raise Refusal(403, text)


class Rate:
    """Changing requests a second, as a bucket of one second."""

    def __init__(self) -> None:
        self._left = 0.0
        self._at: float | None = None

    def take(self, per_second: float | None) -> None:
        """Raises Refusal."""
        if per_second is None:
            return
        now = time.monotonic()
        gone = per_second if self._at is None else (now - self._at) * per_second
        self._left, self._at = min(per_second, self._left + gone), now
        if self._left < 1:
            raise busy()
        self._left -= 1


def busy() -> Refusal:
    return Refusal(429, "Too many requests.", "rate_limit_error", code="rate_limit")


class Repeats:
    """Answers by idempotency key: the first is the answer of every repeat, also a 500."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, Said | None]] = {}

    def known(self, asked: Asked) -> Said | None:
        """The first answer. Raises Refusal for other parameters, and while the first is on its
        way."""
        key = asked.headers.get("idempotency-key")
        if key is None or not asked.changes:
            return None
        if len(key) > 255:
            raise Refusal(400, "Idempotency keys have at most 255 characters.")
        if key not in self._kept:
            self._kept[key] = (_sign(asked), None)
            return None
        sign, said = self._kept[key]
        if sign != _sign(asked):
            text = "Keys for idempotent requests can only be used with the same parameters they "
            raise Refusal(400, text + "were first used with.", "idempotency_error")
        if said is None:
            text = "There is currently another in-progress request using this Idempotent Key."
            raise Refusal(409, text, "idempotency_error", code="idempotency_key_in_use")
        return Said(said.status, said.body, {"idempotent-replayed": "true"})

    def keep(self, asked: Asked, said: Said | None) -> None:
        """None: nothing was begun, and the key is free again."""
        key = asked.headers.get("idempotency-key")
        if key is None or not asked.changes:
            return
        if said is None:
            self._kept.pop(key, None)
        else:
            self._kept[key] = (_sign(asked), Said(said.status, json.loads(json.dumps(said.body))))


def _sign(asked: Asked) -> str:
    return json.dumps([asked.method, asked.path, asked.given], sort_keys=True)
