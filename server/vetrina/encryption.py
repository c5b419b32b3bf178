"""Encryption of what the database keeps secret, with a key that is not in the database (Fernet)."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from vetrina.data_key import FILE, OWNER_ONLY, data_key, new_key

SETTING: Final = "VETRINA_ENCRYPTION_KEY"


class WrongKey(LookupError):
    """There is no key, or it was encrypted with another one. The message names the key's place."""


class Cipher:
    """The keys of an installation, newest first: that one encrypts, each may decrypt.

    `given`: keys with commas between them; without them they are lines of a file in `folder`, read
    each time, so that a key that another process has added counts at once.
    """

    def __init__(self, folder: Path, given: str | None = None) -> None:
        self._path = folder / FILE
        self._given = given

    @property
    def place(self) -> str:
        """Where the keys are, for messages."""
        return SETTING if self._given is not None else str(self._path)

    @property
    def keys(self) -> tuple[str, ...]:
        """Newest first. Raises WrongKey when there is none."""
        if self._given is not None:
            return tuple(key.strip() for key in self._given.split(","))
        try:
            lines = self._path.read_text("ascii").split()
        except FileNotFoundError:
            raise WrongKey(f"there is no {self._path}, and {SETTING} is not set") from None
        except (OSError, UnicodeDecodeError) as error:
            raise WrongKey(f"{self._path} cannot be read ({error})") from None
        return tuple(lines)

    def prepare(self) -> None:
        """Make the file where there is to be one and is none. Raises OSError."""
        if self._given is None and not self._path.exists():
            data_key(self._path.parent)

    def add_key(self) -> None:
        """Put a new key before the others of the file. Raises WrongKey, OSError."""
        lines = "\n".join((new_key().decode(), *self.keys))
        own = self._path.with_name(f"{FILE}.{secrets.token_hex(4)}")
        descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        try:
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{lines}\n")
                file.flush()
                os.fsync(file.fileno())
            own.replace(self._path)
        finally:
            with suppress(FileNotFoundError):
                own.unlink()

    def encrypt(self, plain: bytes) -> bytes:
        """With the newest key. Raises WrongKey."""
        return self._fernet().encrypt(plain)

    def decrypt(self, token: bytes) -> bytes:
        """Raises WrongKey."""
        try:
            return self._fernet().decrypt(token)
        except InvalidToken:
            raise WrongKey(f"{self.place} holds another key") from None

    def _fernet(self) -> MultiFernet:
        keys = self.keys
        try:
            return _fernet_of(keys)
        except ValueError:
            raise WrongKey(f"{self.place} holds something that is no key") from None


@lru_cache(maxsize=8)
def _fernet_of(keys: Sequence[str]) -> MultiFernet:
    return MultiFernet([Fernet(key) for key in keys])
