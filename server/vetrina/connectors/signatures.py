"""HMAC-SHA256 over raw bodies, compared in constant time."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable


def mac(secret: str, message: bytes) -> bytes:
    """The HMAC of a message under a secret that is used as text."""
    return hmac.new(secret.encode("utf-8", "surrogatepass"), message, hashlib.sha256).digest()


def base64_mac(secret: str, message: bytes) -> str:
    """As Shopify, WooCommerce and Fourthwall write it."""
    return base64.b64encode(mac(secret, message)).decode()


def is_one_of(given: str, expected: Iterable[str]) -> bool:
    """Whether a signature is among those that our secrets make. All are compared, always."""
    text = given.strip().encode("utf-8", "surrogatepass")
    return any([hmac.compare_digest(text, signature.encode()) for signature in expected])


def digest(*parts: str | bytes) -> str:
    """A short name for what several parts say together."""
    state = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else part.encode("utf-8", "surrogatepass")
        state.update(len(data).to_bytes(8, "big") + data)
    return state.hexdigest()
