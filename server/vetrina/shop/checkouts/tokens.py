"""What a buyer's browser is known by, and what opens a checkout. Only digests of them are kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from typing import Final

from vetrina.encryption import Cipher

TOKEN_BYTES: Final = 24
DIGEST_CHARS: Final = 32


class Tokens:
    """The token of a checkout is made of its id with the installation's key, which is not in the
    database: the provider can be told the same address of the buyer's page again after a crash.

    `salt` is the installation's; digests of buyers and payers stay the same when the key changes.
    """

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher
        self._key = self._salt = b""

    def open(self, salt: bytes) -> None:
        """Take up the keys. Raises WrongKey, OSError."""
        self._cipher.prepare()
        self._key = hashlib.sha256(b"checkout tokens" + self._cipher.keys[0].encode()).digest()
        self._salt = salt

    def of_checkout(self, id: str) -> str:
        """`ck_…`, which the buyer alone is told."""
        made = hmac.digest(self._key, id.encode(), "sha256")[:TOKEN_BYTES]
        return "ck_" + base64.urlsafe_b64encode(made).decode()

    def buyer(self, token: str) -> str:
        """The digest of what a browser sends as its cookie."""
        return self._salted("buyer", token)

    def payer(self, email: str | None) -> str | None:
        """The digest of an e-mail address, in whatever case it is written."""
        return self._salted("payer", email.strip().lower()) if email else None

    def _salted(self, kind: str, text: str) -> str:
        return hmac.digest(self._salt, f"{kind} {text}".encode(), "sha256").hex()[:DIGEST_CHARS]


def digest_of(token: str) -> str:
    """What the store knows a checkout's token by."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_order_id() -> str:
    """Of a checkout and of the order that comes of it."""
    return f"o_{secrets.token_hex(10)}"
