"""Which addresses are one and the same, however a proxy writes them."""

from __future__ import annotations

from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

DEFAULT_PORTS: Final = (":80", ":443")
_PROTO: Final = b"x-forwarded-proto"
_SOCKET_SCHEMES: Final = {b"ws": b"http", b"wss": b"https"}


def without_default_port(host: str) -> str:
    """A host in lower case, as a browser writes it in `Origin`: default ports equal none.

    Both of them for either scheme: a proxy that speaks TLS may pass on the port behind it.
    """
    host = host.lower()
    for port in DEFAULT_PORTS:
        host = host.removesuffix(port)
    return host


class ForwardedProto:
    """Outside of whatever believes `X-Forwarded-Proto`: one value, http or https.

    Each proxy of a chain adds its own, and the first one is what the browser spoke. Some say the
    scheme of a socket; those who read it make that of a handshake by themselves.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve with the header in its plain form."""
        headers = scope.get("headers", ())
        told = next((value for name, value in headers if name == _PROTO), None)
        if told is not None:
            first = told.partition(b",")[0].strip().lower()
            plain = (_PROTO, _SOCKET_SCHEMES.get(first, first))
            kept = [pair for pair in headers if pair[0] != _PROTO]
            scope = {**scope, "headers": [*kept, plain]}
        await self._app(scope, receive, send)
