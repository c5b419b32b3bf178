"""Whose connection it is behind a proxy, for handshakes that pass no ASGI middleware."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

FORWARDED_FOR = b"x-forwarded-for"


class TrustedProxies(Protocol):
    """uvicorn's own list, so that both ways believe the same proxies."""

    def __contains__(self, host: str | None) -> bool: ...

    def get_trusted_client_address(self, x_forwarded_for: str) -> tuple[str, int]: ...


def forwarded_client(trusted: TrustedProxies, peer: str, headers: Mapping[bytes, bytes]) -> str:
    """The client's address as uvicorn's `ProxyHeadersMiddleware` finds it: the peer's own, unless
    that is a trusted proxy and names another."""
    forwarded = headers.get(FORWARDED_FOR)
    if forwarded is None or (peer or None) not in trusted:
        return peer
    host, _ = trusted.get_trusted_client_address(forwarded.decode("latin-1"))
    return host or peer
