"""Security headers: what pages may load, who may frame them, and what other sites get of us."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.types import Message, Send

OPENER: Final = "cross-origin-opener-policy"
RESOURCE: Final = "cross-origin-resource-policy"
FOR_EVERYBODY: Final = {RESOURCE: "cross-origin"}
"""For files and pictures that hold no secret and that other sites may show."""
ISOLATED: Final = ((OPENER.encode(), b"same-origin"), (RESOURCE.encode(), b"same-origin"))


class Page(Enum):
    """Kinds of pages, by what they may load."""

    OVERLAY = auto()
    CONTROL = auto()
    VIEWER = auto()
    PLAIN = auto()
    PAYING = auto()
    """The payment provider's frame stands on it."""


_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?")
_PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=({}), usb=()"


@dataclass(frozen=True, slots=True)
class Frame:
    """What the frame of a payment provider needs, as sources of a policy."""

    scripts: tuple[str, ...]
    frames: tuple[str, ...]
    asked: tuple[str, ...]


_FRAMES: Final = {
    # https://docs.stripe.com/security/guide#content-security-policy
    "https://js.stripe.com": Frame(
        ("https://js.stripe.com", "https://*.js.stripe.com"),
        (
            "https://js.stripe.com",
            "https://*.js.stripe.com",
            "https://checkout.stripe.com",
            "https://hooks.stripe.com",
        ),
        ("https://api.stripe.com", "https://checkout.stripe.com"),
    )
}


def frame_of(script: str) -> Frame:
    """By the address of the provider's script; another one than we know is alone with itself."""
    parts = urlsplit(script)
    origin = f"{parts.scheme}://{parts.netloc}"
    return _FRAMES.get(origin, Frame((origin,), (origin,), (origin,)))


def page_headers(
    page: Page, import_map_hash: str, request: Request, frame: Frame | None = None
) -> dict[str, str]:
    """The headers of an HTML answer. Never cached without asking: an update counts at once.

    `frame`: what a page for paying may load besides.
    """
    paying = " ".join(["self", *(f'"{one}"' for one in frame.frames)]) if frame else ""
    headers = {
        "cache-control": "no-cache",
        "content-security-policy": content_security_policy(page, import_map_hash, request, frame),
        "permissions-policy": _PERMISSIONS.format(paying),
        "referrer-policy": "no-referrer",
        "x-content-type-options": "nosniff",
    }
    if page in (Page.OVERLAY, Page.CONTROL):
        headers["x-robots-tag"] = "noindex, nofollow"
    if page is Page.OVERLAY:
        # Nobody opens it, and a change of process is what an old OBS should not have to do.
        headers[OPENER] = "unsafe-none"
    if frame is not None:
        # A bank may ask in a window of its own.
        headers[OPENER] = "same-origin-allow-popups"
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
            message["headers"] = headers + [pair for pair in ISOLATED if pair[0] not in said]
        await send(message)

    return send_isolated


def content_security_policy(
    page: Page, import_map_hash: str, request: Request, frame: Frame | None = None
) -> str:
    """Own scripts only. Streamers style overlays by OBS's Custom CSS, which is inline."""
    inline = " 'unsafe-inline'" if page is Page.OVERLAY else ""
    framed = "'self'" if page in (Page.CONTROL, Page.PLAIN) else "'none'"
    scripts = asked = ""
    if frame is not None:
        framed = " ".join(frame.frames)
        scripts, asked = (" ".join(("", *some)) for some in (frame.scripts, frame.asked))
    rules = {
        "default-src": "'none'",
        "base-uri": "'none'",
        "connect-src": f"'self'{_sockets(request)}{asked}",
        "font-src": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
        "frame-src": framed,
        "img-src": "'self' https: data: blob:",
        "manifest-src": "'self'",
        "media-src": "'self'",
        "object-src": "'none'",
        "script-src": f"'self' {import_map_hash}{scripts}",
        "style-src": f"'self'{inline}",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _sockets(request: Request) -> str:
    """Our own socket by name: not every browser counts ws: as part of 'self'."""
    host = request.headers.get("host", "")
    return f" ws://{host} wss://{host}" if _HOST.fullmatch(host) else ""
