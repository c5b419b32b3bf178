"""Where a request may go that a seller gave the address of."""

from __future__ import annotations

import asyncio
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.outbound.answering import Answer, Asked, answering
from vetrina.connectors.polling import PollFailed
from vetrina.outbound.destinations import is_public
from vetrina.outbound.http_client import NO_SHOP, HttpClient

NOW_MS = 1_763_690_000_000


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.3.4", "192.168.1.1"),  # noqa: S104
        *("169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "shop.test"),
    ],
)
def test_what_is_not_on_the_internet(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8"])
def test_what_is_on_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What the network's name server knows: one list of addresses a name, used up one by one."""
    known: dict[str, list[str]] = {}

    async def look_up(_: object, host: str, port: int, **__: Any) -> list[Any]:
        if not known.get(host):
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host].pop(0), port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", look_up)
    return known


async def why(client: HttpClient, url: str) -> str:
    try:
        with pytest.raises(PollFailed) as failed:
            await client.get(url, {"authorization": "Bearer secret"}, None, NOW_MS)
    finally:
        await client.close()
    return str(failed.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_this_machine_is_not_asked_without_the_setting(host: str) -> None:
    asked: list[Asked] = []
    with answering(lambda one: asked.append(one) or Answer()) as address:  # type: ignore[func-returns-value]
        port = urlsplit(address).port
        assert await why(HttpClient(), f"http://{host}:{port}/orders") == NO_SHOP
    assert asked == []


async def test_refused_tls_and_404_cannot_be_told_apart() -> None:
    """Their differences told which ports of a network answer, and what."""
    with answering(lambda _: Answer(404)) as address:
        missing = await why(HttpClient(private_addresses=True), address)
        secure = address.replace("http://", "https://")
        no_tls = await why(HttpClient(private_addresses=True), secure)
    nobody = await why(HttpClient(private_addresses=True), address)
    assert {missing, no_tls, nobody} == {NO_SHOP}


async def test_a_name_is_resolved_once_and_what_was_checked_is_asked(
    names: dict[str, list[str]],
) -> None:
    """A name that answers differently the second time led past the check."""
    asked: list[Asked] = []
    with answering(lambda one: asked.append(one) or Answer()) as address:  # type: ignore[func-returns-value]
        port = urlsplit(address).port
        url = f"http://shop.test:{port}/orders"
        names.update({"shop.test": ["127.0.0.1"], "127.0.0.1": ["127.0.0.1"]})
        client = HttpClient(private_addresses=True)
        await client.get(url, {}, None, NOW_MS)
        await client.close()
        assert asked[0].headers["host"] == f"shop.test:{port}"
        names["shop.test"] = ["127.0.0.1"]
        assert await why(HttpClient(), url) == NO_SHOP
        assert await why(HttpClient(), url) == NO_SHOP
    assert len(asked) == 1
