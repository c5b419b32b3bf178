"""Both ways of a handshake believe the same proxies, and find the same client."""

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from vetrina.process.forwarded_client import forwarded_client

TRUSTED = ["127.0.0.1", "10.0.0.0/8", "*", "proxy.example", ["127.0.0.1", "10.0.0.0/8"]]
PEERS = ["", "127.0.0.1", "10.1.2.3", "203.0.113.7", "::1"]
FORWARDED = [
    None,
    b"",
    b"198.51.100.1",
    b"198.51.100.1, 10.0.0.9",
    b"203.0.113.9, 198.51.100.1:443",
    b"[2001:db8::1]:443",
    b"10.0.0.1, 127.0.0.1",
    b"caf\xe9",
]


@pytest.mark.parametrize("trusted", TRUSTED, ids=str)
@pytest.mark.parametrize("forwarded", FORWARDED)
async def test_the_client_is_the_one_that_the_middleware_finds(trusted, forwarded):
    found = []

    async def app(scope, receive, send):
        found.append(scope["client"][0] if scope["client"] else "")

    middleware = ProxyHeadersMiddleware(app, trusted)
    headers = [] if forwarded is None else [(b"x-forwarded-for", forwarded)]
    for peer in PEERS:
        scope = {"type": "websocket", "scheme": "ws", "headers": headers}
        await middleware({**scope, "client": (peer, 1) if peer else None}, None, None)
        assert forwarded_client(middleware.trusted_hosts, peer, dict(headers)) == found.pop()
