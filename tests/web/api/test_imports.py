"""Imports over HTTP: a file or an address comes in, a process of its own reads it."""

from __future__ import annotations

import asyncio
from io import BytesIO
from typing import Any

import httpx
import orjson
import pytest

from tests.outbound.answering import Answer, answering
from tests.shop.imports.files import GOOGLE_XML, SHOPIFY_OLD, SHOPIFY_ROWS
from tests.waiting import PATIENCE_S
from tests.web.conftest import Site, fields, problem, site_over
from vetrina.shop.imports import jobs
from vetrina.shop.imports.comparing import ApplyOptions
from vetrina.shop.imports.job import WantedImport
from vetrina.shop.imports.options import ReadingOptions
from vetrina.store.ports.import_jobs import ToldImport
from vetrina.web.api import imports as api

FILE = SHOPIFY_OLD + SHOPIFY_ROWS
BAD = "bad,Bad,,,,,,,,,,,,,,free,,,,,,\n"
SHORT = "Handle,Title,Variant SKU,Variant Price\n"


async def sent(site: Site, text: str | bytes, query: str = "currency=EUR") -> httpx.Response:
    raw = text.encode() if isinstance(text, str) else text
    return await site.http.post(
        f"/api/v1/catalogue/imports?{query}", files={"file": ("a.csv", raw)}, headers=site.auth
    )


async def imported(site: Site, text: str | bytes, query: str = "currency=EUR") -> dict[str, Any]:
    answered = await sent(site, text, query)
    assert answered.status_code == 200, answered.text
    return await over(site, answered.json())


async def over(site: Site, told: dict[str, Any]) -> dict[str, Any]:
    job = site.context.imports.find(told["id"])
    assert job is not None
    await asyncio.wait_for(job.over.wait(), PATIENCE_S)
    return (await site.get(f"/catalogue/imports/{told['id']}")).json()


def counts(told: dict[str, Any]) -> tuple[Any, ...]:
    names = ("status", "created", "changed", "unchanged", "problems")
    status, *numbers = (told[name] for name in names)
    return (status, *numbers)


async def test_a_dry_run_tells_row_by_row_and_writes_nothing(site):
    told = await imported(site, FILE + BAD, "currency=EUR&dry_run=true")
    assert counts(told) == ("done", 2, 0, 0, 1)
    assert told["described"] == "Shopify's product CSV, UTF-8, comma between cells"
    assert told["failed"][0]["field"] == "Variant Price"
    assert (told["failed"][0]["row"], "free" in told["failed"][0]["message"]) == (7, True)
    shirt = told["changes"][0]
    assert (shirt["row"], shirt["sku"], shirt["verdict"]) == (2, "linen-shirt", "created")
    assert (await site.get("/products")).json() == {"products": []}


async def test_the_same_file_twice_changes_nothing(site):
    assert counts(await imported(site, FILE)) == ("done", 2, 0, 0, 0)
    assert counts(await imported(site, FILE, "")) == ("done", 0, 0, 2, 0)
    listed = (await site.get("/products")).json()["products"]
    assert [one["sku"] for one in listed] == ["linen-shirt", "mug"]


async def test_an_edit_by_hand_stays_and_is_told(site):
    await imported(site, FILE)
    (mug,) = [p for p in (await site.get("/products")).json()["products"] if p["sku"] == "mug"]
    await site.post("/products", {**mug, "title": "My mug"})
    told = await imported(site, FILE)
    assert told["kept"] == 1
    assert [one["kept"] for one in told["changes"] if one["sku"] == "mug"] == [["title"]]
    told = await imported(site, FILE, "overwrite=true")
    assert counts(told)[1:3] == (0, 1)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"name;price\n", "the first line is: name;price"),
        (b"", "The file is empty."),
        (b"PK\x03\x04zip", "Save the table as CSV"),
        (FILE.encode(), "names no currency"),
        (b'<?xml version="1.0"?><!DOCTYPE a><rss><item/></rss>', "document type"),
    ],
)
async def test_a_file_that_cannot_be_read_says_why(site, raw, words):
    told = await imported(site, raw, "")
    assert (told["status"], words in told["detail"]) == ("failed", True), told


async def test_a_file_at_an_address(store, tmp_path, clock):
    body = GOOGLE_XML.encode()
    async with site_over(store, tmp_path, clock, private_addresses=True) as site:
        with answering(lambda asked: Answer(200 if asked.path == "/f.xml" else 404, body)) as here:
            told = await site.post("/catalogue/imports", {"url": f"{here}/f.xml"})
            assert counts(await over(site, told.json()))[:2] == ("done", 2)
            told = await site.post("/catalogue/imports", {"url": f"{here}/g.xml"})
            assert (await over(site, told.json()))["status"] == "failed"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "[::1]:1", "localhost:1"])
async def test_only_public_addresses_are_asked(site, host):
    told = await site.post("/catalogue/imports", {"url": f"http://{host}/feed.xml"})
    told = await over(site, told.json())
    assert (told["status"], "VETRINA_PRIVATE_ADDRESSES" in told["detail"]) == ("failed", True)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://shop.test/a", "shop.test", ""])
async def test_an_address_is_one_of_the_web(site, url):
    told = problem(await site.post("/catalogue/imports", {"url": url}), 422, "invalid")
    assert fields(told) == ["url"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("currency=euro", "currency"),
        ("format=excel", "format"),
        ("status=gone", "status"),
        ("dry_run=1", "dry_run"),
    ],
)
async def test_what_cannot_be_asked_for(site, query, field):
    assert fields(problem(await sent(site, FILE, query), 422, "invalid")) == [field]


async def test_a_form_without_a_file_is_a_mistake(site):
    async def posted(**more: Any) -> httpx.Response:
        return await site.http.post("/api/v1/catalogue/imports", headers=site.auth, **more)

    told = problem(await posted(files={"other": ("a.csv", b"x")}), 422, "invalid")
    assert fields(told) == ["file"]
    broken = {**site.auth, "content-type": "multipart/form-data"}
    response = await site.http.post("/api/v1/catalogue/imports", content=b"x", headers=broken)
    problem(response, 400, "bad_form")


async def test_a_file_that_is_too_large_is_refused_before_it_comes(site):
    headers = {**site.auth, "content-length": str(api.MOST_BYTES * 2)}
    files = {"file": ("a.csv", b"x")}
    answered = await site.http.post("/api/v1/catalogue/imports", files=files, headers=headers)
    assert "at most 64 MiB" in problem(answered, 413, "too_large")["detail"]


async def test_a_key_for_one_show_imports_nothing(site):
    await site.show()
    _, secret = await site.key("control", show="spring")
    headers = {"authorization": f"Bearer {secret}"}
    files = {"file": ("a.csv", FILE.encode())}
    answered = await site.http.post("/api/v1/catalogue/imports", files=files, headers=headers)
    problem(answered, 403, "forbidden")


async def test_the_same_request_again_is_the_same_import(site):
    headers = {**site.auth, "idempotency-key": "once"}
    path, files = "/api/v1/catalogue/imports?currency=EUR", {"file": ("a.csv", FILE.encode())}
    ids = {
        (await site.http.post(path, files=files, headers=headers)).json()["id"] for _ in range(2)
    }
    assert len(ids) == 1


async def test_a_deal_keeps_its_price_and_the_pin_stays(site):
    await site.show()
    deal = {"type": "start_deal", "sku": "APR-3", "price": {"amount": 2900, "currency": "EUR"}}
    await site.command([{"type": "pin_product", "sku": "APR-3"}, {**deal, "duration_s": 600}])
    rows = "mug,Moka mug,MUG-1,22.90\napron,Linen apron,APR-3,9.00\n"
    for query in ("dry_run=true&", ""):
        told = await imported(site, SHORT + rows, f"{query}currency=EUR&overwrite=true")
        assert counts(told) == ("done", 0, 2, 0, 1)
        assert (told["failed"][0]["row"], told["failed"][0]["field"]) == (3, "price")
        assert "stays 39.00 EUR" in told["failed"][0]["message"]
    state = (await site.get("/shows/spring")).json()["state"]
    assert state["pins"][0]["product"]["title"] == "Linen apron"
    assert state["deals"][0]["price"]["amount"] == 2900
    listed = (await site.get("/products")).json()["products"]
    assert {one["sku"]: one["price"]["amount"] for one in listed} == {"MUG-1": 2290, "APR-3": 3900}


async def test_what_a_show_sells_keeps_its_currency(site):
    await site.show()
    told = await imported(site, f"{SHORT}mug,Mug,MUG-1,22.90\ncup,Cup,CUP,9.00\n", "currency=USD")
    assert counts(told) == ("done", 1, 0, 0, 1)
    assert "which sells in EUR" in told["failed"][0]["message"]


async def test_only_so_many_wait_and_a_stop_ends_them(site):
    never = asyncio.Event()

    async def waits(_: Any) -> None:
        await never.wait()

    wanted = WantedImport(ReadingOptions(currency="EUR", now_ms=0), ApplyOptions())
    held = [
        site.context.imports.start(wanted, BytesIO(), site.store.put_entries, waits)
        for _ in range(jobs.UNDER_WAY_MOST)
    ]
    told = problem(await sent(site, FILE), 409, "too_many_imports")
    assert "Wait until one of them is done" in told["detail"]
    await site.context.imports.close()
    assert {one.status for one in held} == {"failed"}
    assert "goes on from there" in (held[0].detail or "")


async def test_another_process_tells_of_it_too(site, store, tmp_path, clock):
    told = await imported(site, FILE)
    async with site_over(store, tmp_path, clock) as other:
        assert (await other.get(f"/catalogue/imports/{told['id']}")).json() == told


async def test_one_that_ended_with_its_process_has_failed(site):
    left = {"id": "gone", "status": "running", "detail": None}
    await site.store.tell_import(ToldImport("gone", site.clock.now_ms(), orjson.dumps(left)), 0)
    assert (await site.get("/catalogue/imports/gone")).json()["status"] == "running"
    site.clock.advance(jobs.SILENT_MS + 1)
    told = (await site.get("/catalogue/imports/gone")).json()
    assert (told["status"], "same file again" in told["detail"]) == ("failed", True)


async def test_results_are_forgotten_in_time(site):
    told = await imported(site, FILE)
    site.clock.advance(jobs.KEPT_MS + 1)
    await imported(site, FILE)
    problem(await site.get(f"/catalogue/imports/{told['id']}"), 404, "unknown_import")
