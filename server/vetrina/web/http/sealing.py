"""Seals for answers that may hold a new key: only who made the request can open them again.

The database keeps a sealed answer for a day. It has neither the caller's key nor the
Idempotency-Key, so a copy of it tells nothing. The key stream is SHAKE-256 over both and a fresh
salt, the tag is an HMAC over salt and text (encrypt, then authenticate).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

SALT_BYTES = 16
TAG_BYTES = 32


class BadSeal(ValueError):
    """Not sealed with this secret, or changed since."""


def seal(secret: bytes, text: bytes) -> bytes:
    """Salt, tag, then the text under a key stream that is used for nothing else."""
    salt = secrets.token_bytes(SALT_BYTES)
    hidden = _under_stream(secret, salt, text)
    return salt + _tag(secret, salt, hidden) + hidden


def unseal(secret: bytes, sealed: bytes) -> bytes:
    """The text again. Raises BadSeal."""
    salt, tag = sealed[:SALT_BYTES], sealed[SALT_BYTES : SALT_BYTES + TAG_BYTES]
    hidden = sealed[SALT_BYTES + TAG_BYTES :]
    if not hmac.compare_digest(tag, _tag(secret, salt, hidden)):
        raise BadSeal("expected a text sealed with the same secret")
    return _under_stream(secret, salt, hidden)


def joined(*parts: bytes) -> bytes:
    """One secret of several parts; each carries its length, so that no two lists give the same."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)


def _under_stream(secret: bytes, salt: bytes, text: bytes) -> bytes:
    stream = hashlib.shake_256(joined(b"stream", secret, salt)).digest(len(text))
    return (int.from_bytes(text, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(text), "big")


def _tag(secret: bytes, salt: bytes, hidden: bytes) -> bytes:
    key = hashlib.shake_256(joined(b"tag", secret, salt)).digest(TAG_BYTES)
    return hmac.digest(key, joined(salt, hidden), "sha256")
