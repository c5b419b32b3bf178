"""Authenticated encryption of stored responses: only who made the request can open them again.

A response may hold a new key, and the database keeps it for a day. The key of the cipher comes from
the caller's key and the Idempotency-Key, of which the database has neither, so a copy of it tells
nothing. AES-256-GCM (NIST SP 800-38D) under a key made with HKDF-SHA256 (RFC 5869).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12
KEY_BYTES = 32
TAG_BYTES = 16
OLD_SALT_BYTES = 16
OLD_TAG_BYTES = 32


class BadSeal(ValueError):
    """Not sealed with this secret, or changed since."""


def seal(secret: bytes, text: bytes) -> bytes:
    """A random nonce, then the encrypted text with its tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + _cipher(secret).encrypt(nonce, text, None)


def unseal(secret: bytes, sealed: bytes) -> bytes:
    """The text again, also of what earlier versions sealed. Raises BadSeal."""
    nonce, encrypted = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    if len(encrypted) >= TAG_BYTES:
        try:
            return _cipher(secret).decrypt(nonce, encrypted, None)
        except InvalidTag:
            pass
    text = _open_old(secret, sealed)
    if text is None:
        raise BadSeal("expected a text sealed with the same secret")
    return text


def joined(*parts: bytes) -> bytes:
    """One secret of several parts; each carries its length, so that no two lists give the same."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _cipher(secret: bytes) -> AESGCM:
    kdf = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"vetrina response")
    return AESGCM(kdf.derive(secret))


def _open_old(secret: bytes, sealed: bytes) -> bytes | None:
    """What versions before `cryptography` was a dependency sealed; None when it is not that.

    A stored response lives for a day, so this may go with the next release. The key stream is
    SHAKE-256 over secret and salt, the tag an HMAC-SHA256 over salt and text.
    """
    salt, tag = sealed[:OLD_SALT_BYTES], sealed[OLD_SALT_BYTES : OLD_SALT_BYTES + OLD_TAG_BYTES]
    hidden = sealed[OLD_SALT_BYTES + OLD_TAG_BYTES :]
    key = hashlib.shake_256(joined(b"tag", secret, salt)).digest(OLD_TAG_BYTES)
    if not hmac.compare_digest(tag, hmac.digest(key, joined(salt, hidden), "sha256")):
        return None
    stream = hashlib.shake_256(joined(b"stream", secret, salt)).digest(len(hidden))
    text = int.from_bytes(hidden, "big") ^ int.from_bytes(stream, "big")
    return text.to_bytes(len(hidden), "big")
