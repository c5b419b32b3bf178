"""Addresses as proxies write them."""

import pytest
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from vetrina.web.http.hosts import ForwardedProto, without_default_port


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("Shop.example:443", "shop.example"),
        ("shop.example:80", "shop.example"),
        ("shop.example:8080", "shop.example:8080"),
        ("shop.example:4443", "shop.example:4443"),
        ("[::1]:443", "[::1]"),
        ("[::80]", "[::80]"),
    ],
)
def test_a_default_port_is_none(written, plain):
    assert without_default_port(written) == plain


@pytest.mark.parametrize(
    ("told", "kind", "scheme"),
    [
        ([b"https,http"], "http", "https"),
        ([b"https, http"], "http", "https"),
        ([b"https", b"http"], "http", "https"),
        ([b"http,https"], "http", "http"),
        ([b"wss"], "http", "https"),
        ([b"WS"], "http", "http"),
        ([b"wss"], "websocket", "wss"),
        ([b"https,http"], "websocket", "wss"),
        ([b"gopher"], "http", "http"),
        ([], "http", "http"),
    ],
)
async def test_the_first_scheme_that_a_proxy_told_counts(told, kind, scheme):
    assert await scheme_of(told, kind, "127.0.0.1") == scheme


async def test_a_stranger_is_not_believed():
    assert await scheme_of([b"https,http"], "http", "203.0.113.7") == "http"


async def scheme_of(told, kind, client):
    """The scheme that the application sees, behind the proxy that is trusted."""
    seen = []

    async def app(scope, receive, send):
        seen.append(scope["scheme"])

    headers = [(b"host", b"shop.example"), *((b"x-forwarded-proto", value) for value in told)]
    plain = "http" if kind == "http" else "ws"
    scope = {"type": kind, "scheme": plain, "client": (client, 1), "headers": headers}
    await ForwardedProto(ProxyHeadersMiddleware(app, "127.0.0.1"))(scope, None, None)
    return seen[0]
