"""Keys port: API keys, and the one-time codes that log a browser in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from vetrina.domain.access import Role
from vetrina.store.ports.answers import SealedResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A key without its secret. `show` None: all shows. `actions`: what a hook key may do.

    `last_used_at` is up to an hour old; None: never, or not since it is noted. `made_by` is the id
    of the key that made it, or the code that it came from; None: the server, or nobody knows.
    """

    id: str
    role: Role
    show: str | None
    label: str
    created_at: int
    actions: tuple[str, ...] = ()
    revoked_at: int | None = None
    last_used_at: int | None = None
    made_by: str | None = None


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

        A key whose maker is revoked by now is revoked from the beginning.
        Raises Conflict for a key that exists and for a request that was answered.
        """
        ...

    async def key(self, digest: str) -> Key | None:
        """The key with this digest, revoked or not; None when there is none."""
        ...

    async def keys(self, show: str | None = None) -> list[Key]:
        """All keys, or those of one show; oldest first."""
        ...

    async def revoke_key(self, key_id: str, at: int, *, with_made: bool = False) -> list[Key]:
        """Mark a key revoked, and `with_made` all that it made, that these made, and so on.

        They are returned, the key first; none for an unknown id. Twice keeps the first time.
        """
        ...

    async def revoked_since(self, at: int) -> list[str]:
        """The ids of the keys that were revoked at or after a time."""
        ...

    async def note_key_used(self, key_id: str, at: int) -> None:
        """Write when a key was last used."""
        ...

    async def add_login_code(
        self, digest: str, expires_at: int, made_by: str | None = None
    ) -> None:
        """Write a one-time code. `made_by`: the key that made it."""
        ...

    async def exchange_login_code(
        self, code: str, key: Key, digest: str, answer: SealedResponse | None = None
    ) -> bool:
        """Use a code up and write the key, both or neither; its maker is the code's.

        False: the code is unknown, used or expired, or its maker is revoked.
        `code` is the code's digest, `digest` that of the key's secret. Raises like `add_key`.
        """
        ...
