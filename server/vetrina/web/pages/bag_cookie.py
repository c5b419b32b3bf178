"""The bag of a browser, in a cookie: what is in it and nothing about who it is.

base64url of a JSON list: `[sku, quantity, price seen]` for each line, then texts such as
`voucher:FAENZA10`. What cannot be read counts as empty: anybody may write a cookie.
"""

from __future__ import annotations

import base64
import binascii
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response

from vetrina.domain.selling.buyer_bag import MOST_LINES, MOST_PIECES, BagLine, BuyerBag

NAME: Final = "vetrina_bag"
DAYS: Final = 30
BYTES: Final = 3_800
"""A browser drops what is longer than 4,096 with the cookie's name and attributes."""
TEXTS: Final = ("voucher", "market", "show", "order")
_SKU_CHARS: Final = 64
_TEXT_CHARS: Final = 64
_MOST_MINOR: Final = 10**12


def bag_of(request: Request) -> BuyerBag:
    """What the browser carries."""
    return read_bag(request.cookies.get(NAME, ""))


def read_bag(text: str) -> BuyerBag:
    """The bag again; empty for anything else."""
    if not text or len(text) > 2 * BYTES:
        return BuyerBag()
    try:
        told = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error):
        return BuyerBag()
    parts = told if isinstance(told, list) else []
    lines: dict[str, BagLine] = {}
    for line in filter(None, map(_line, parts)):
        if len(lines) < MOST_LINES:
            lines.setdefault(line.sku, line)
    named = dict(_named(part) for part in parts if isinstance(part, str))
    return BuyerBag(
        lines=tuple(lines.values()),
        voucher=named.get("voucher"),
        market=named.get("market"),
        show=named.get("show"),
        order=named.get("order"),
    )


def written(bag: BuyerBag) -> str:
    """The cookie's value."""
    parts: list[Any] = [
        [line.sku, line.quantity, *(() if line.seen is None else (line.seen,))]
        for line in bag.lines
    ]
    parts += [f"{name}:{value}" for name in TEXTS if (value := getattr(bag, name))]
    return base64.urlsafe_b64encode(orjson.dumps(parts)).decode().rstrip("=")


def fits(bag: BuyerBag) -> bool:
    """Whether a browser keeps it."""
    return len(written(bag)) <= BYTES


def keep_bag(response: Response, bag: BuyerBag, path: str, *, secure: bool) -> None:
    """Let the browser carry it, on the pages of the shop and of shows."""
    value = written(bag) if bag != BuyerBag() else ""
    response.set_cookie(
        NAME, value, max_age=DAYS * 86_400 if value else 0, path=path, secure=secure,
        httponly=True, samesite="lax",
    )  # fmt: skip


def _line(part: Any) -> BagLine | None:
    if not isinstance(part, list) or len(part) not in (2, 3):
        return None
    sku, quantity, *seen = part
    if not isinstance(sku, str) or not 1 <= len(sku) <= _SKU_CHARS or not sku.isprintable():
        return None
    if not _whole(quantity, 1, MOST_PIECES) or any(not _whole(one, 0, _MOST_MINOR) for one in seen):
        return None
    return BagLine(sku, quantity, seen[0] if seen else None)


def _named(part: str) -> tuple[str, str]:
    name, _, value = part.partition(":")
    return name, value[:_TEXT_CHARS]


def _whole(value: Any, least: int, most: int) -> bool:
    return type(value) is int and least <= value <= most
