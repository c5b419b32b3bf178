"""Below a path, with a proxy that leaves it and with one that takes it away."""

from __future__ import annotations

from collections.abc import Iterator

import orjson
import pytest
from websockets.asyncio.client import connect

from tests.deploy.nginx import Nginx
from tests.running_server import Served, make_show, purchase, signed

PATH = "/vetrina"
Site = tuple[Served, Nginx, dict[str, str]]


@pytest.fixture(scope="module", params=["left", "taken away"])
def site(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    nginx = Nginx(folder / "nginx", below=PATH, strips=request.param == "taken away")
    server = Served(folder / "data", public_url=f"{nginx.address}{PATH}")
    try:
        server.start()
        nginx.knows(server.port)
        nginx.start()
        yield server, nginx, make_show(server, "drop")["urls"]
    finally:
        nginx.stop()
        server.stop()


def test_pages_and_calls(site: Site) -> None:
    _, nginx, urls = site
    with nginx.client() as client:
        for path in ("/", "/control", "/docs", "/live/drop", "/healthz", "/qr/drop/1.svg"):
            assert client.get(f"{PATH}{path}").status_code == 200, path
        for url in (urls["viewer"], urls["overlay"], urls["control"]):
            assert url.startswith(f"{nginx.address}{PATH}/")
            assert client.get(url).status_code == 200
        for path in ("/metrics", f"{PATH}/metrics", "/%6detrics"):
            assert client.get(f"{PATH}{path}").status_code == 404, path


async def test_the_socket(site: Site) -> None:
    _, nginx, _ = site
    address = f"wss://127.0.0.1:{nginx.port}{PATH}/ws"
    async with connect(address, ssl=nginx.trust(), origin=nginx.address) as viewer:
        hello = {"type": "hello", "v": 1, "role": "viewer", "show": "drop", "last": None}
        await viewer.send(orjson.dumps(hello).decode())
        assert orjson.loads(await viewer.recv())["type"] == "welcome"


def test_a_delivery_and_a_button(site: Site) -> None:
    server, nginx, _ = site
    made = server.call("POST", "/api/v1/connections", {"kind": "generic", "show": "drop"})
    button = server.call("POST", "/api/v1/shows/drop/keys", {"role": "hook", "actions": ["panic"]})
    body = purchase("A-1")
    with nginx.client() as client:
        answer = client.post(made["url"], content=body, headers=signed(made["secret"], "A-1", body))
        assert answer.json() == {"outcome": "applied"}
        assert client.get(f"{PATH}/hooks/{button['key']}/panic").status_code == 200
    assert made["url"].startswith(f"{nginx.address}{PATH}/webhooks/")
    assert button["key"] not in nginx.log
