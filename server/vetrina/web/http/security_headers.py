"""Headers that pages carry: what they may load, who may frame them, what they may tell others."""

from __future__ import annotations

import re
from enum import Enum, auto

from starlette.requests import Request


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
    return headers


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
