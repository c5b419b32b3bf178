"""HAProxy and Caddy with the files of deploy/, as nginx is tested, before a real server.

Each is left out where it is not installed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from websockets.asyncio.client import connect

from tests.deploy.caddy import Caddy
from tests.deploy.files import installed
from tests.deploy.haproxy import Haproxy
from tests.deploy.nginx import Nginx
from tests.deploy.reverse_proxy import ReverseProxy, started
from tests.deploy.stand_ins import CONTENT, NOTHING, UNREADY, dead_port, stand_in
from tests.running_server import CONTROL_KEY, Served, make_show, purchase, served, signed

CONTROL = {"authorization": f"Bearer {CONTROL_KEY}"}
COMMANDS = "/api/v1/shows/drop/commands"
KINDS: dict[str, type[ReverseProxy]] = {"haproxy": Haproxy, "caddy": Caddy}
Before = Callable[..., ReverseProxy]
BOTH = [pytest.param(name, marks=installed(name)) for name in KINDS]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("server") / "data") as process:
        make_show(process, "drop")
        yield process


@pytest.fixture(params=BOTH)
def before(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Before]:
    """`before(8001)`: the proxy before that port."""
    kind: Any = KINDS[request.param]
    with ExitStack() as stack:

        def start(*processes: int, **options: bool) -> ReverseProxy:
            return stack.enter_context(started(kind(tmp_path / "proxy", *processes, **options)))

        yield start


async def test_a_socket_passes(before: Before, server: Served) -> None:
    proxy = before(server.port)
    async with connect(f"wss://127.0.0.1:{proxy.port}/ws", ssl=proxy.trust()) as viewer:
        hello = {"type": "hello", "v": 1, "role": "viewer", "show": "drop", "last": None}
        await viewer.send(orjson.dumps(hello).decode())
        assert orjson.loads(await viewer.recv())["type"] == "welcome"


def test_pages_and_calls_pass_with_their_way_back(before: Before, server: Served) -> None:
    proxy = before(server.port)
    with proxy.client(**CONTROL) as host:
        assert host.get("/readyz").json()["ready"]
        home = host.get("/")
        assert "Vetrina" in home.text
        assert home.headers["strict-transport-security"] == "max-age=31536000"
        body = {"slug": secrets.token_hex(4), "title": "Links", "currency": "EUR"}
        made = host.post("/api/v1/shows", json=body).json()
    assert made["urls"]["viewer"].startswith(f"{proxy.address}/live/")


def test_plain_http_is_sent_to_https(before: Before, server: Served) -> None:
    answer = httpx.get(f"http://127.0.0.1:{before(server.port).plain_port}/live/drop?lang=it")
    assert answer.status_code in (301, 308)
    assert answer.headers["location"].startswith("https://127.0.0.1")
    assert answer.headers["location"].endswith("/live/drop?lang=it")


NUMBERS = ["/metrics", "/%6detrics", "/metric%73", "/%6D%65trics", "/metrics?x=1"]


@pytest.mark.parametrize("path", NUMBERS)
def test_the_numbers_do_not_pass_however_they_are_spelled(
    before: Before, server: Served, path: str
) -> None:
    with before(server.port).client() as client:
        answer = client.get(path)
    assert answer.status_code == 404
    assert "vetrina_" not in answer.text


@pytest.mark.parametrize("path", NUMBERS)
def test_nor_through_nginx(tmp_path: Path, server: Served, path: str) -> None:
    with started(Nginx(tmp_path / "nginx", server.port)) as nginx, nginx.client() as client:
        answer = client.get(path)
    assert answer.status_code == 404
    assert "vetrina_" not in answer.text


def test_nobody_brings_an_address_along(before: Before) -> None:
    with stand_in(CONTENT) as process:
        forged = {"x-forwarded-for": "198.51.100.1", "x-forwarded-proto": "gopher"}
        with before(process.port).client(**forged) as client:
            assert client.get("/live/drop").is_success
    [head] = [head.lower() for head in process.heads if "/live/drop" in head]
    assert "x-forwarded-for: 127.0.0.1\r\n" in head
    assert "x-forwarded-proto: https\r\n" in head
    assert "198.51.100.1" not in head


def test_a_dead_process_is_passed_over(before: Before, server: Served) -> None:
    proxy = before(dead_port(), server.port, dead_port())
    body = {"role": "hook", "actions": ["pin.next"]}
    button = server.call("POST", "/api/v1/shows/drop/keys", body)["key"]
    with proxy.client(**CONTROL) as host:
        for _ in range(4):
            assert host.get("/live/drop").is_success
            assert host.get(f"/hooks/{button}/pin.next").is_success
            assert host.post(COMMANDS, json={"type": "pin_product", "sku": "MUG-1"}).is_success


@pytest.mark.parametrize(
    ("method", "path", "most"),
    [
        ("GET", "/hooks/hook_0123456789/pin.next", 1),
        ("GET", "/hooks/hook_0123456789/pin%2enext", 1),
        ("GET", "/%68ooks/hook_0123456789/pin.next", 1),
        ("POST", COMMANDS, 1),
    ],
)
def test_what_may_have_happened_is_not_asked_for_again(
    before: Before, method: str, path: str, most: int
) -> None:
    """Both processes die in the middle: the first one may have done what it was asked."""
    with (
        stand_in(NOTHING, seems_well=True) as first,
        stand_in(NOTHING, seems_well=True) as second,
        before(first.port, second.port).client() as client,
    ):
        assert client.request(method, path).status_code == 502
        assert len(first.heads) + len(second.heads) == most


@pytest.mark.parametrize(
    "path",
    [
        "/overlay/{}",
        "/overlay/{}/deal?lang=it",
        "/hooks/{}/pin.next",
        "/%6fverlay/{}",
        "/hooks%2F{}/x",
    ],
)
def test_no_key_is_in_a_log(tmp_path: Path, server: Served, path: str) -> None:
    key = "ovl_" + secrets.token_urlsafe(24)
    with started(Haproxy(tmp_path / "proxy", server.port)) as proxy, proxy.client() as client:
        client.get(path.format(key))
        client.get("/live/drop")
        proxy.wait_for("/live/drop")
        assert "/*" in proxy.log
        assert key not in proxy.log


@installed("caddy")
def test_no_key_is_in_the_log_of_caddys_errors(tmp_path: Path) -> None:
    key = "hook_" + secrets.token_urlsafe(24)
    with started(Caddy(tmp_path / "proxy", dead_port())) as proxy, proxy.client() as client:
        for path in (f"/overlay/{key}", f"/hooks/{key}/panic", "/live/x"):
            assert client.get(path).status_code in (502, 503)
        proxy.wait_for("/live/x")
        assert key not in proxy.log


def test_a_head_that_does_not_end_is_not_waited_for(before: Before, server: Served) -> None:
    with before(server.port, impatient=True).dial() as slow:
        slow.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
        answer = _all(slow)
    assert not answer or b" 408 " in answer


@installed("caddy")
def test_a_body_that_does_not_end_is_not_waited_for(tmp_path: Path, server: Served) -> None:
    caddy = Caddy(tmp_path / "proxy", server.port, impatient=True)
    with started(caddy), caddy.dial() as slow:
        head = f"POST /webhooks/con_1 HTTP/1.1\r\nHost: 127.0.0.1:{caddy.port}\r\n"
        slow.sendall(f"{head}Content-Length: 1000\r\n\r\na".encode())
        assert b" 200 " not in _all(slow)


@installed("caddy")
async def test_times_for_heads_and_bodies_do_not_end_a_socket(
    tmp_path: Path, server: Served
) -> None:
    """They are shorter here than what the socket waits for."""
    proxy = Caddy(tmp_path / "proxy", server.port, impatient=True)
    with started(proxy):
        async with connect(f"wss://127.0.0.1:{proxy.port}/ws", ssl=proxy.trust()) as viewer:
            hello = {"type": "hello", "v": 1, "role": "viewer", "show": "drop", "last": None}
            await viewer.send(orjson.dumps(hello).decode())
            assert orjson.loads(await viewer.recv())["type"] == "welcome"
            with proxy.dial() as slow:  # its end is two seconds of the proxy's own clock away
                slow.sendall(b"GET / HTTP/1.1\r\nX-Slow: ")
                _all(slow)
            await viewer.send('{"type":"ping"}')
            while orjson.loads(await viewer.recv())["type"] != "pong":
                pass


def _all(connection: Any) -> bytes:
    """Until the other side closes; fails with TimeoutError when it does not."""
    got = b""
    while more := connection.recv(65_536):
        got += more
    return got


def test_a_delivery_passes_a_process_that_is_not_ready(before: Before, server: Served) -> None:
    made = server.call("POST", "/api/v1/connections", {"kind": "generic", "show": "drop"})
    with stand_in(UNREADY) as unready, before(unready.port, server.port).client() as shop:
        order = secrets.token_hex(4)
        body = purchase(order)
        headers = signed(made["secret"], order, body)
        for _ in range(4):
            answer = shop.post(f"/webhooks/{made['id']}", content=body, headers=headers)
            if answer.status_code == 200:
                break
    assert answer.json()["outcome"] in ("applied", "duplicate")
