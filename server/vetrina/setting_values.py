"""Values of settings: what one may be, beside its type."""

from __future__ import annotations

import base64
import re
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from vetrina.data_key import KEY_BYTES

CONTROL_KEY = re.compile(r"ctl_[A-Za-z0-9_-]{22,128}")
"""What `web.http.auth` takes for a key, and long enough not to be guessed."""
OWN_PATHS = frozenset(
    "api asyncapi.json checkouts control demo docs go handbook healthz hooks live media metrics "
    "openapi.json orders overlay overlays qr qr.svg readyz shop sitemap.xml static webhooks "
    "ws".split()
)
"""How paths of ours begin: below one of these nobody could tell which is meant."""
_SUB_PATH = re.compile(r"(/[A-Za-z0-9_-]+)+")
NUMBER_MAX: Final = 10**9
_WHOLE = re.compile(r"[0-9]{1,10}")
_NUMBER = re.compile(r"[0-9]{1,10}(\.[0-9]{1,6})?")


def check_number(text: str, *, whole: bool) -> None:
    """Raises ValueError for a number that is read loosely or overflows: it would mean no limit."""
    expected, form = ("a whole number", _WHOLE) if whole else ("a number", _NUMBER)
    if not form.fullmatch(text) or float(text) > NUMBER_MAX:
        raise ValueError(f"expected {expected} from 0 to 10^9, without sign and exponent")


def plain_address(value: str | None) -> str | None:
    """An address of ours, without a slash at its end. Raises ValueError."""
    if value is None:
        return None
    expected = "expected an address such as https://shop.example or https://shop.example/live-shop"
    if not value.startswith(("http://", "https://")):
        raise ValueError(expected)
    if "?" in value or "#" in value:
        raise ValueError("expected an address without a query (?) and a fragment (#)")
    value = value.rstrip("/")
    path = urlsplit(value).path
    if path and not _SUB_PATH.fullmatch(path):
        raise ValueError(f"{expected}, with a path of letters, digits, -, _ and single /")
    if path.split("/")[1:2] and path.split("/")[1] in OWN_PATHS:
        raise ValueError(f"{expected}; its path begins like one of our own, /{path.split('/')[1]}")
    return value


def strong_key(value: SecretStr | None) -> SecretStr | None:
    """A control key that can log in. Raises ValueError, without the key in it."""
    text = value.get_secret_value() if value is not None else None
    if text is not None and CONTROL_KEY.fullmatch(text) is None:
        raise ValueError(
            "expected ctl_ and 22 to 128 random characters of A-Z, a-z, 0-9, _ and -; "
            "any other key could never log in"
        )
    return value


def cipher_key(value: SecretStr | None) -> SecretStr | None:
    """Keys of the right length, with commas. Raises ValueError, without the keys in it."""
    for key in value.get_secret_value().split(",") if value is not None else ():
        try:
            size = len(base64.urlsafe_b64decode(key.strip()))
        except ValueError:
            size = 0
        if size != KEY_BYTES:
            raise ValueError(
                "expected 32 random bytes in URL-safe base64, 44 characters, as "
                "`vetrina encryption-key make` prints them; while it is changed, the new key, a "
                "comma and the old one"
            )
    return value
