"""Security headers: what pages may load, who may frame them, and what other sites get of us."""

from __future__ import annotations

import re
from enum import Enum, auto
from typing import Final

from starlette.requests import Request
from starlette.types import Message, Send

OPENER: Final = "cross-origin-opener-policy"
RESOURCE: Final = "cross-origin-resource-policy"
FOR_EVERYBODY: Final = {RESOURCE: "cross-origin"}
"""For files and pictures that hold no secret and that other sites may show."""
_ISOLATED: Final = ((OPENER.encode(), b"same-origin"), (RESOURCE.encode(), b"same-origin"))


class Page(Enum):
    """Kinds of pages, by what they may load."""

    OVERLAY = auto()
    CONTROL = auto()
    VIEWER = auto()
    PLAIN = auto()


_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def page_headers(page: Page, import_map_hash: str, request: Request) -> dict[str, str]:
    """The headers of an HTML answer. Never cached without asking: an update counts at once."""
    headers = {
        "cache-control": "no-cache",
        "content-security-policy": content_security_policy(page, import_map_hash, request),
        "permissions-policy": _PERMISSIONS,
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    if page in (Page.OVERLAY, Page.CONTROL):
        headers["x-robots-tag"] = "noindex, nofollow"
    if page is Page.OVERLAY:
        # Nobody opens it, and a change of process is what an old OBS should not have to do.
        headers[OPENER] = "unsafe-none"
    if page is Page.VIEWER:
        # Who may frame it says frame-ancestors alone.
        headers |= FOR_EVERYBODY
    return headers


def isolated(send: Send) -> Send:
    """Every answer is ours alone, unless it says otherwise: no other site holds a window on it or
    gets it as a part of its own page."""

    async def send_isolated(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            said = {name for name, _ in headers}
            message["headers"] = headers + [pair for pair in _ISOLATED if pair[0] not in said]
        await send(message)

    return send_isolated


def content_security_policy(page: Page, import_map_hash: str, request: Request) -> str:
    """Own scripts only. Streamers style overlays by OBS's Custom CSS, which is inline."""
    inline = " 'unsafe-inline'" if page is Page.OVERLAY else ""
    rules = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "connect-src": f"'self'{_sockets(request)}",
        "font-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
        "frame-src": "'self'" if page in (Page.CONTROL, Page.PLAIN) else "'none'",
        "img-src": "'self' https: data: blob:",
        "manifest-src": "'self'",
        "media-src": "'self'",
        "object-src": "'none'",
        "script-src": f"'self' {import_map_hash}",
        "style-src": f"'self'{inline}",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _sockets(request: Request) -> str:
    """Our own socket by name: not every browser counts ws: as part of 'self'."""
    host = request.headers.get("host", "")
    return f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
