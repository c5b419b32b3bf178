"""What clients and operators hear while the database is away, and that it goes on afterwards."""

import asyncio

import httpx
import pytest

from tests.postgres import PostgresServer
from vetrina.app import running
from vetrina.settings import Settings
from vetrina.store.postgresql import database as module

KEY = "ctl_0123456789abcdefghijklmn"
HEADERS = {"authorization": f"Bearer {KEY}"}
SHOW = {"slug": "spring", "title": "Spring", "currency": "EUR", "status": "live"}


@pytest.fixture
def own_server():
    server = PostgresServer()
    server.start()
    yield server
    server.close()


@pytest.fixture
async def client(own_server, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "PAUSES_S", (0.01, 0.01))
    url = own_server.url(own_server.create())
    settings = Settings(data=tmp_path / "data", database=url, control_key=KEY)
    async with running(settings) as application:
        transport = httpx.ASGITransport(application.asgi)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://vetrina", headers=HEADERS
        ) as made:
            yield made


async def test_what_cannot_be_written_is_503_and_happens_when_it_is_sent_again(client, own_server):
    assert (await client.post("/api/v1/shows", json=SHOW)).status_code == 201
    own_server.kill()
    say = {"type": "announce", "text": "Hello"}
    once = {"idempotency-key": "one"}
    commands = "/api/v1/shows/spring/commands"
    refused = await asyncio.gather(
        client.post(commands, json=say, headers=once),
        client.post("/api/v1/products", json={"sku": "A", "title": "A", "price":
                    {"amount": 1, "currency": "EUR"}}),
        client.get("/api/v1/shows/spring/events"),
    )  # fmt: skip
    for answer in refused:
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["retry-after"] == "1"
        problem = answer.json()
        assert problem["code"] == "busy"
        assert problem["detail"].startswith("The database does not answer.")
        assert str(own_server.home) not in answer.text
    ready = await client.get("/readyz")
    assert ready.status_code == 503
    assert "The store: The database does not answer." in ready.json()["reasons"]

    own_server.start()
    made = await client.post(commands, json=say, headers=once)
    again = await client.post(commands, json=say, headers=once)
    assert (made.status_code, again.json()) == (200, made.json())
    log = (await client.get("/api/v1/shows/spring/events")).json()["events"]
    assert [event["type"] for event in log].count("announced") == 1
    assert (await client.get("/api/v1/products")).json() == {"products": []}
