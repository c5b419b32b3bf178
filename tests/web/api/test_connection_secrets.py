"""A secret that was let go of is good in no process any more."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import httpx
import pytest

from tests.fakes import FakeClock
from tests.running_server import CONTROL_KEY
from tests.valkey import valkey_server
from tests.web.shops import NOW_MS, SAMPLES
from vetrina.app import running
from vetrina.connectors import CONNECTORS
from vetrina.settings import Settings

SAMPLE = SAMPLES["generic/paid"]
PATIENCE = 2_000


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with valkey_server() as server:
        yield server.url


@pytest.fixture
async def two(tmp_path: Path, redis: str) -> AsyncIterator[list[httpx.AsyncClient]]:
    """Two whole processes over one database and a real Valkey. Their clock stands still."""
    settings = Settings(data=tmp_path, redis=redis, control_key=CONTROL_KEY)
    clock = FakeClock(NOW_MS)
    async with AsyncExitStack() as stack:
        made = []
        for _ in range(2):
            one = await stack.enter_async_context(running(settings, clock, holds_data=False))
            transport = httpx.ASGITransport(app=one.asgi)
            client = httpx.AsyncClient(transport=transport, base_url="http://shop.example")
            client.headers["authorization"] = f"Bearer {CONTROL_KEY}"
            made.append(await stack.enter_async_context(client))
        yield made


async def deliver(process: httpx.AsyncClient, connection: str, secret: str) -> int:
    signed = CONNECTORS["generic"].sign(SAMPLE.headers, SAMPLE.body, secret, NOW_MS, {})
    headers = {**signed, **SAMPLE.headers}
    answer = await process.post(f"/webhooks/{connection}", content=SAMPLE.body, headers=headers)
    return answer.status_code


async def test_a_secret_let_go_of_in_one_process_is_refused_by_the_other(
    two: list[httpx.AsyncClient],
) -> None:
    """By a message: while the clock stands still nobody looks into the database."""
    one, other = two
    made = (await one.post("/api/v1/connections", json={"kind": "generic"})).json()
    connection, old = f"/api/v1/connections/{made['id']}", made["secret"]
    assert await deliver(other, made["id"], old) == 200
    new = (await one.post(f"{connection}/secrets", json={})).json()["secret"]
    for _ in range(PATIENCE):
        if await deliver(other, made["id"], new) == 200:
            break
    assert await deliver(other, made["id"], new) == await deliver(other, made["id"], old) == 200

    assert (await one.delete(f"{connection}/secrets")).status_code == 204
    assert await deliver(one, made["id"], old) == 401
    for _ in range(PATIENCE):
        if await deliver(other, made["id"], old) == 401:
            break
    assert await deliver(other, made["id"], old) == 401
    assert await deliver(other, made["id"], new) == 200

    assert (await one.delete(connection)).status_code == 204
    for _ in range(PATIENCE):
        if await deliver(other, made["id"], new) == 404:
            break
    assert await deliver(other, made["id"], new) == 404
