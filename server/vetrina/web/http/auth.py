"""Authentication: API keys, kept as hashes, and a cache of those in use."""

from __future__ import annotations

import hashlib
import logging
import re
import secrets
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

from starlette.requests import Request

from vetrina.clock import Clock
from vetrina.domain.access import Role
from vetrina.store.errors import StoreError
from vetrina.store.ports.keys import Key, KeyStore
from vetrina.web.http.problem import Problem

PREFIXES: dict[Role, str] = {Role.CONTROL: "ctl_", Role.OVERLAY: "ovl_", Role.HOOK: "hook_"}
SECRET_BYTES = 24
CACHED_KEYS = 1024
# Whether a device is still in use shows well enough; more would be a write for every look-up.
USE_NOTED_MS = 3_600_000
# A notice of revocation may get lost between processes; then the store is asked again after this.
CACHED_S = 5.0
logger = logging.getLogger(__name__)
_SHAPE = re.compile(r"(ctl|ovl|hook)_[A-Za-z0-9_-]{16,128}")


def digest_of(secret: str) -> str:
    """What is stored in place of a secret: its SHA-256, in hex.

    The secrets are random and long, so that a slow or salted hash would add nothing.
    """
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def mint(role: Role) -> str:
    """A new secret with 192 random bits and the prefix of its role."""
    return PREFIXES[role] + secrets.token_urlsafe(SECRET_BYTES)


def new_key_id() -> str:
    """The public name of a key, by which it is listed and revoked."""
    return f"key_{secrets.token_hex(8)}"


class Authenticator:
    """Finds the key that belongs to a secret, with a small memory for the busy ones.

    `forget` makes a revocation count at once in this process. An answer that was on its way from
    the store meanwhile is not remembered.
    """

    def __init__(self, store: KeyStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._known: OrderedDict[str, tuple[Key, float]] = OrderedDict()
        self._revocations = 0

    async def key(self, secret: str) -> Key | None:
        """The valid key with this secret; None for an unknown or revoked one. Raises StoreError."""
        if _SHAPE.fullmatch(secret) is None:
            return None
        digest = digest_of(secret)
        known = self._known.get(digest)
        if known is not None and self._clock.monotonic() < known[1]:
            self._known.move_to_end(digest)
            return known[0]
        try:
            return await self._look_up(digest)
        except StoreError:
            # The store is away: an overlay goes on with what is in memory, as viewers do.
            if known is None or known[0].role is not Role.OVERLAY or digest not in self._known:
                raise
            return known[0]

    def remembered(self, secret: str) -> Key | None:
        """The key with this secret, if it is in use and need not be looked up again by now."""
        known = self._known.get(digest_of(secret)) if self._known else None
        return known[0] if known is not None and self._clock.monotonic() < known[1] else None

    def was_good(self, secret: str) -> bool:
        """Whether this secret had a valid key when it was last looked up, not long ago."""
        return bool(self._known) and digest_of(secret) in self._known

    def forget(self, key_id: str) -> None:
        """The key was revoked, here or elsewhere."""
        self._revocations += 1
        for digest in [d for d, (key, _) in self._known.items() if key.id == key_id]:
            del self._known[digest]

    async def _look_up(self, digest: str) -> Key | None:
        before = self._revocations
        key = await self._store.key(digest)
        if key is None or key.revoked_at is not None:
            self._known.pop(digest, None)
            return None
        await self._note_use(key)
        if before == self._revocations:
            self._known[digest] = (key, self._clock.monotonic() + CACHED_S)
            self._known.move_to_end(digest)
            if len(self._known) > CACHED_KEYS:
                self._known.popitem(last=False)
        return key

    async def _note_use(self, key: Key) -> None:
        now = self._clock.now_ms()
        if key.last_used_at is not None and now - key.last_used_at < USE_NOTED_MS:
            return
        try:
            await self._store.note_key_used(key.id, now)
        except StoreError:
            logger.warning("the use of a key could not be noted; it is good all the same")


def goes_first(keys: Authenticator, scope: Mapping[str, Any]) -> bool:
    """Whether a request need not wait for strangers': it has a key that was good not long ago.

    Health checks, too, for whoever asks decides whether this process is alive.
    """
    if scope["path"].endswith("/healthz"):
        return True
    given = next((value for name, value in scope["headers"] if name == b"authorization"), None)
    secret = None if given is None else _secret_of(given.decode("latin-1"))
    return secret is not None and keys.was_good(secret)


def bearer(request: Request) -> str | None:
    """The secret of the Authorization header, None without one."""
    return _secret_of(request.headers.get("authorization", ""))


def _secret_of(authorization: str) -> str | None:
    scheme, _, secret = authorization.partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def unauthorized() -> Problem:
    """No key, a wrong one or a revoked one: the caller learns no more than that."""
    return Problem(
        401,
        "unauthorized",
        "This call needs a valid control key: `Authorization: Bearer ctl_…`.",
        headers={"www-authenticate": "Bearer"},
    )


def forbidden() -> Problem:
    """A valid key that is not good for this call."""
    return Problem(403, "forbidden", "This key is not allowed to do that.")
