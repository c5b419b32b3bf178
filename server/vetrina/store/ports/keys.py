"""Keys port: API keys, and the one-time codes that log a browser in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.access import Role
from vetrina.store.ports.answers import SealedResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key without its secret. `show` None: all shows. `actions`: what a hook key may do.

    `last_used_at` is up to an hour old; None: never, or not since it is noted.
    """

    id: str
    role: Role
    show: str | None
    label: str
    created_at: int
    actions: tuple[str, ...] = ()
    revoked_at: int | None = None
    last_used_at: int | None = None


@dataclass(frozen=True, slots=True)
class FirstKey:
    """A key to be written with its show, and the answer of the request that makes both."""

    key: Key
    digest: str
    answer: SealedResponse | None = None


class KeyStore(Protocol):
    """Keys by the hash of their secret, and one-time login codes."""

    async def add_key(self, key: Key, digest: str, answer: SealedResponse | None = None) -> None:
        """Write a key under the SHA-256 of its secret (hex), and the request's answer with it.

        Raises Conflict for a key that exists and for a request that was answered.
        """
        ...

    async def key(self, digest: str) -> Key | None:
        """The key with this digest, revoked or not; None when there is none."""
        ...

    async def keys(self, show: str | None = None) -> list[Key]:
        """All keys, or those of one show; oldest first."""
        ...

    async def revoke_key(self, key_id: str, at: int) -> Key | None:
        """Mark a key revoked and return it; None for an unknown id. Twice keeps the first time."""
        ...

    async def revoked_since(self, at: int) -> list[str]:
        """The ids of the keys that were revoked at or after a time."""
        ...

    async def note_key_used(self, key_id: str, at: int) -> None:
        """Write when a key was last used."""
        ...

    async def add_login_code(self, digest: str, expires_at: int) -> None:
        """Write a one-time code."""
        ...

    async def exchange_login_code(
        self, code: str, key: Key, digest: str, answer: SealedResponse | None = None
    ) -> bool:
        """Use a code up and write the key, both or neither. False: unknown, used or expired.

        `code` is the code's digest, `digest` that of the key's secret. Raises like `add_key`.
        """
        ...
