"""The nginx of deploy/nginx.conf before a real server, and before processes that fail."""

from __future__ import annotations

import asyncio
import io
import re
import secrets
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from PIL import Image
from websockets.asyncio.client import ClientConnection, connect

from tests.deploy.nginx import TEST_ADDRESS, Nginx, nginx_before
from tests.deploy.stand_ins import CONTENT, NOTHING, UNREADY, dead_port, stand_in
from tests.running_server import CONTROL_KEY, Served, make_show, purchase, served, signed
from tests.waiting import PATIENCE_S, until

CONTROL = {"authorization": f"Bearer {CONTROL_KEY}"}
COMMANDS = "/api/v1/shows/drop/commands"
PIN = {"type": "pin_product", "sku": "MUG-1"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with a show; two sockets from one address are its limit."""
    data = tmp_path_factory.mktemp("server") / "data"
    with served(data, connections_per_address="2") as started:
        make_show(started, "drop")
        yield started


@pytest.fixture
def before(tmp_path: Path, server: Served) -> Iterator[Any]:
    """`before(8001)`: an nginx before that port, else before the server."""
    with ExitStack() as stack:

        def start(*processes: int) -> Nginx:
            return stack.enter_context(nginx_before(tmp_path / "nginx", processes or [server.port]))

        yield start


HELLO = {"type": "hello", "v": 1, "role": "viewer", "show": "drop", "last": None}


def watching(nginx: Nginx, **headers: str) -> connect:
    """A socket through nginx. Only from this machine's own address any number is allowed."""
    address = f"wss://127.0.0.1:{nginx.port}/ws"
    return connect(address, ssl=nginx.trust(), additional_headers=headers, open_timeout=PATIENCE_S)


async def greeted(socket: ClientConnection) -> dict[str, Any]:
    await socket.send(orjson.dumps(HELLO).decode())
    return await read(socket, "welcome")


async def read(socket: ClientConnection, kind: str) -> dict[str, Any]:
    """The next frame of that type."""
    async with asyncio.timeout(PATIENCE_S):
        while True:
            frame: dict[str, Any] = orjson.loads(await socket.recv())
            if frame["type"] == kind:
                return frame


async def test_a_socket_passes_with_its_compression(before, server):
    nginx = before()
    async with watching(nginx) as viewer:
        assert viewer.response is not None
        assert viewer.response.status_code == 101
        assert "permessage-deflate" in viewer.response.headers["sec-websocket-extensions"]
        assert (await greeted(viewer))["show"] == "drop"
        with nginx.client(**CONTROL) as host:
            assert host.post(COMMANDS, json=PIN).is_success
        [event] = (await read(viewer, "events"))["events"]
        assert event["type"] == "product_pinned"
        assert event["pin"]["product"]["sku"] == "MUG-1"


def test_pages_calls_and_readiness_pass_and_the_numbers_do_not(before, server):
    with before().client() as client:
        assert client.get("/readyz").json() == {"ready": True, "reasons": []}
        assert client.get("/healthz").is_success
        assert "Vetrina" in client.get("/").text
        assert client.get("/metrics").status_code == 404


def test_links_lead_back_through_the_proxy(before, server):
    nginx = before()
    body = {"slug": secrets.token_hex(4), "title": "Links", "currency": "EUR"}
    with nginx.client(**CONTROL) as host:
        made = host.post("/api/v1/shows", json=body).json()
    assert made["urls"]["viewer"].startswith(f"{nginx.address}/live/")


def test_plain_http_is_sent_to_https(before, server):
    answer = httpx.get(
        f"http://127.0.0.1:{before().plain_port}/live/drop?lang=it", timeout=PATIENCE_S
    )
    assert answer.status_code == 301
    assert answer.headers["location"] == "https://127.0.0.1/live/drop?lang=it"


def test_a_large_picture_passes(before, server):
    noise = Image.frombytes("RGB", (1100, 800), secrets.token_bytes(1100 * 800 * 3))
    picture = io.BytesIO()
    noise.save(picture, "PNG")
    assert picture.tell() > 2 * 1024 * 1024
    with before().client(**CONTROL, **{"content-type": "image/png"}) as host:
        answer = host.post("/api/v1/images", content=picture.getvalue())
    assert answer.status_code == 201, answer.text


async def test_limits_count_the_viewers_own_addresses(before, server):
    nginx = before()
    one, other = {TEST_ADDRESS: "203.0.113.7"}, {TEST_ADDRESS: "203.0.113.8"}
    async with watching(nginx, **one) as first, watching(nginx, **one) as second:
        assert (await greeted(first))["show"] == (await greeted(second))["show"] == "drop"
        async with watching(nginx, **one) as too_many:
            await too_many.send(orjson.dumps(HELLO).decode())
            assert (await read(too_many, "bye"))["code"] == "overloaded"
        async with watching(nginx, **other) as third:
            assert (await greeted(third))["show"] == "drop"


def test_nobody_brings_an_address_along(before):
    with stand_in(CONTENT) as process:
        forged = {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "gopher"}
        with before(process.port).client(**forged) as client:
            assert client.get("/", headers={TEST_ADDRESS: "203.0.113.7"}).is_success
    head = process.heads[0].lower()
    assert "x-forwarded-for: 203.0.113.7\r\n" in head
    assert "x-forwarded-proto: https\r\n" in head
    assert "198.51.100.1" not in head


async def test_a_dead_process_is_passed_over(before, server):
    body = {"role": "hook", "actions": ["pin.next"]}
    button = server.call("POST", "/api/v1/shows/drop/keys", body)["key"]
    nginx = before(dead_port(), server.port, dead_port())
    with nginx.client(**CONTROL) as host:
        for _ in range(8):
            assert host.get("/readyz").is_success
            assert host.get(f"/hooks/{button}/pin.next").is_success
            assert host.post(COMMANDS, json=PIN).is_success
    async with AsyncExitStack() as stack:
        await watch(8, nginx, stack)


async def test_a_process_that_is_killed_is_passed_over_and_found_again(before, server, tmp_path):
    with served(tmp_path / "other") as other:
        make_show(other, "drop")
        nginx = before(server.port, other.port)
        async with AsyncExitStack() as stack:
            await watch(6, nginx, stack)
            await until(lambda: [viewers_of(each) for each in (server, other)] == [3, 3])
            other.kill()
            await watch(6, nginx, stack)
            await until(lambda: viewers_of(server) == 9)
            other.start()
            # The emptier one is filled up first, and at once.
            await watch(6, nginx, stack)
            await until(lambda: viewers_of(other) == 6)
            server.kill()
            await watch(6, nginx, stack)
            await until(lambda: viewers_of(other) == 12)
            server.start()


async def watch(viewers: int, nginx: Nginx, stack: AsyncExitStack) -> None:
    """So many more viewers, until the stack ends."""
    for _ in range(viewers):
        viewer = await stack.enter_async_context(watching(nginx))
        assert (await greeted(viewer))["show"] == "drop"


def viewers_of(server: Served) -> int:
    """How many watch there, by its own numbers."""
    told = httpx.get(f"{server.address}/metrics", timeout=PATIENCE_S).text
    found = re.search(r'^vetrina_connections\{role="viewer"\} (\d+)', told, re.MULTILINE)
    return int(found[1]) if found else 0


async def test_a_process_that_is_not_ready_passes_sockets_and_deliveries_on(before, server):
    made = server.call("POST", "/api/v1/connections", {"kind": "generic", "show": "drop"})
    with stand_in(UNREADY) as unready:
        nginx = before(unready.port, server.port)
        with nginx.client() as shop:
            for number in range(4):
                order = f"N-{number}"
                body = purchase(order)
                headers = signed(made["secret"], order, body)
                answer = shop.post(f"/webhooks/{made['id']}", content=body, headers=headers)
                assert answer.json() == {"outcome": "applied"}
        async with AsyncExitStack() as stack:
            await watch(4, nginx, stack)
    asked = [head.partition(" HTTP")[0] for head in unready.heads]
    assert "GET /ws" in asked
    assert f"POST /webhooks/{made['id']}" in asked


@pytest.mark.parametrize(
    ("method", "path", "times"),
    [
        ("GET", "/live/drop", 2),
        ("GET", "/hooks/hook_0123456789/pin.next", 2),
        ("POST", "/webhooks/con_1", 2),
        ("POST", COMMANDS, 1),
    ],
)
def test_what_was_asked_is_asked_again_only_where_that_does_no_harm(before, method, path, times):
    """Both processes die in the middle: the first one may have done what it was asked."""
    with stand_in(NOTHING) as first, stand_in(NOTHING) as second:
        with before(first.port, second.port).client() as client:
            assert client.request(method, path).status_code == 502
        assert len(first.heads) + len(second.heads) == times


@pytest.mark.parametrize("own", [None, "deal-1"])
def test_a_press_that_is_asked_again_is_known_as_the_same(before, own):
    """The second process sees what the first one may have done, by the same Idempotency-Key."""
    with stand_in(NOTHING) as first, stand_in(NOTHING) as second:
        headers = {"idempotency-key": own} if own else {}
        with before(first.port, second.port).client() as client:
            client.get("/hooks/hook_0123456789/pin.next", headers=headers)
            client.get("/hooks/hook_0123456789/pin.next")
            client.get("/live/drop")
    heads = [*first.heads, *second.heads]
    presses = [keys(head) for head in heads if "/hooks/" in head]
    assert sorted(map(presses.count, presses)) == [2, 2, 2, 2]
    assert all(len(key) == 1 and key[0] for key in presses)
    assert own is None or [own] in presses
    assert [keys(head) for head in heads if "/live/" in head] == [[], []]


def keys(head: str) -> list[str]:
    return re.findall(r"(?im)^idempotency-key: *(.*?)\r?$", head)


def test_no_key_is_in_a_log(before, server):
    nginx = before(server.port)
    keys = ["ovl_" + secrets.token_urlsafe(24), "hook_" + secrets.token_urlsafe(24)]
    paths = [f"/overlay/{keys[0]}", f"/overlay/{keys[0]}/deal?lang=it"]
    paths += [f"/hooks/{keys[1]}/pin.next", f"/hooks/{keys[1]}/pin.set/MUG-1"]
    with nginx.client() as client:
        answers = {client.get(path).status_code for path in paths}
    assert answers <= {200, 401, 404}
    nginx.wait_for("/hooks/*/pin.set/MUG-1")
    for key in keys:
        assert key not in nginx.log
    assert "/overlay/*/deal" in nginx.log


def test_no_key_is_in_the_log_of_errors(before):
    nginx = before(dead_port())
    key = "hook_" + secrets.token_urlsafe(24)
    with nginx.client() as client:
        for path in (f"/overlay/{key}", f"/hooks/{key}/pin.next", f"/hooks/{key}/panic", "/live/x"):
            assert client.get(path).status_code == 502
    nginx.wait_for("/live/x")
    assert key not in nginx.log
