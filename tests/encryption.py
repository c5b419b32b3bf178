"""The key of tests whose database lies in no data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from vetrina.encryption import Cipher

KEY: Final = "dGhlIGtleSBvZiB0aGUgdGVzdHMgb2YgdGhpcyBvbmU="
CIPHER: Final = Cipher(Path("there is none"), KEY)
