"""Secrets port: the key with which secrets of shops are encrypted, and its rotation."""

from __future__ import annotations

from typing import Protocol


class SecretStore(Protocol):
    """Webhook secrets, and keys of shops and payment providers, are encrypted wherever they are."""

    async def encrypt_secrets(self) -> None:
        """Prove that this process has the right key, and encrypt what an earlier version wrote.

        A new database gets its key here. Raises StoreUnusable for a wrong or missing key.
        """
        ...

    async def check_key(self) -> None:
        """Only look. Raises StoreUnusable for a wrong or missing key."""
        ...

    async def reencrypt(self) -> int:
        """Encrypt everything anew with the newest key; how many secrets that were.

        Raises StoreUnusable where one is encrypted with a key that is not here.
        """
        ...

    async def forget_unreadable(self) -> int:
        """Let go of what no key here can read, and go on with the newest one; how many they were.

        Connections stay, without their secret, and payment settings without their key.
        """
        ...
