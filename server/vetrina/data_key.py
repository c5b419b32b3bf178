"""The installation's own key: a file in the data folder that its owner alone may read.

Each line is a key, the newest first: `vetrina encryption-key rotate` puts another one before them.
"""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

FILE = "vetrina.key"
KEY_BYTES = 32
OWNER_ONLY = 0o600


def data_key(folder: Path, given: str | None = None) -> bytes:
    """32 bytes in URL-safe base64: `given`, or those of the file, which is made when it is missing.

    Raises OSError where the file can neither be read nor made.
    """
    if given is not None:
        return given.encode()
    path = folder / FILE
    try:
        return path.read_bytes().split()[0]
    except FileNotFoundError:
        return _made(path)


def new_key() -> bytes:
    """Random bytes in URL-safe base64, as the library `cryptography` wants them for Fernet."""
    return base64.urlsafe_b64encode(secrets.token_bytes(KEY_BYTES))


def _made(path: Path) -> bytes:
    """Whole or not at all, and once: another process may make one at the same moment."""
    made = new_key()
    path.parent.mkdir(parents=True, exist_ok=True)
    own = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(made + b"\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(own, path)
        except FileExistsError:
            return path.read_bytes().split()[0]
        return made
    finally:
        own.unlink()
