import asyncio

from tests.web.conftest import SharedBus, problem
from vetrina.bus.port import BusHealth
from vetrina.store.errors import StoreError
from vetrina.store.sql.store import FILE
from vetrina.web import health


async def test_alive(site):
    answer = await site.http.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_ready(site):
    answer = await site.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, "reasons": []})


async def test_every_reason_is_told_and_no_detail(site):
    async def gone():
        raise StoreError("cannot open postgres://admin:hunter2@db")

    async def deaf():
        raise ConnectionError("redis://:hunter2@cache")

    site.store.ping, site.bus.ping = gone, deaf
    site.context.supervisor.failing["timers"] = "ZeroDivisionError"
    site.context.hub.draining = True
    answer = await site.http.get("/readyz")
    assert answer.status_code == 503
    told = answer.json()
    assert told["ready"] is False
    assert told["reasons"] == [
        "The store does not answer (StoreError).",
        "The bus does not answer (ConnectionError).",
        "The task timers failed (ZeroDivisionError) and is being started again.",
        "The server is shutting down.",
    ]
    assert "hunter2" not in answer.text
    assert (await site.http.get("/healthz")).status_code == 200


async def test_a_probe_that_hangs_is_a_reason(site, monkeypatch):
    monkeypatch.setattr(health, "PROBE_S", 0)
    site.bus.ping = asyncio.Event().wait
    answer = await site.http.get("/readyz")
    assert answer.status_code == 503
    assert "The bus did not answer within 0 s." in answer.json()["reasons"]


async def test_a_bus_that_is_away_is_told_and_makes_no_process_unready(site):
    """A balancer that believed otherwise would drop every process, since all share the bus."""
    site.context.bus = SharedBus(BusHealth(False, "Redis does not answer"))
    answer = await site.http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "reasons": [f"The bus: Redis does not answer. {health.LATER}"],
    }


async def test_a_shared_bus_that_seems_well_and_does_not_answer_is_told_as_well(site):
    site.context.bus = SharedBus(BusHealth())
    answer = await site.http.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "reasons": [f"The bus does not answer (ConnectionError). {health.LATER}"],
    }


async def test_without_its_store_a_process_is_not_ready_whatever_the_bus_does(site):
    async def gone():
        raise StoreError("gone")

    site.store.ping = gone
    site.context.bus = SharedBus(BusHealth(False, "Redis does not answer"))
    answer = await site.http.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert [reason.split()[1] for reason in answer.json()["reasons"]] == ["store", "bus:"]


async def test_metrics_are_text_for_prometheus(site):
    await site.show()
    answer = await site.http.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert 'vetrina_http_requests_total{route="/api/v1/shows",status="201"} 1.0' in answer.text
    assert "vetrina_http_seconds_bucket" in answer.text


async def test_a_database_file_that_was_removed_makes_a_process_unready(site):
    await site.show()
    for file in site.context.settings.data.glob(f"{FILE}*"):
        file.unlink()
    answer = await site.http.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["reasons"] == ["The store cannot write now; the log says why."]
    answer = await site.command({"type": "announce", "text": "Is it there?"})
    problem(answer, 503, "busy")
