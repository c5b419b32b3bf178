"""An import from the command line: this program reads the file, so that no server ever waits.

A running server is told the products, so that shows follow at once; without one they go straight
into the store.
"""

from __future__ import annotations

import asyncio
import json
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import orjson

from vetrina.cli.exits import UsedWrongly
from vetrina.cli.installation import local_address, opened_store
from vetrina.cli.keys import temporary_key
from vetrina.cli.webhook_replay import send
from vetrina.clock import SystemClock
from vetrina.connectors.polling import PollFailed
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.outbound.http_client import HttpClient
from vetrina.settings import Settings
from vetrina.shop.imports.comparing import ApplyOptions
from vetrina.shop.imports.importing import Import, PutEntries, Report
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.reading import NAMES, NAMES_NO_CURRENCY, Format, Sniffed, read_file
from vetrina.shop.imports.written_product import written_product
from vetrina.store.ports.store import Store

LABEL: Final = "vetrina catalogue import"
FILE_MAX_BYTES: Final = 256 * 1024 * 1024
# Less than the server takes in one request.
REQUEST_BYTES: Final = 200 * 1024
_OK: Final = 200
_UNAUTHORIZED: Final = 401
_TIMEOUT_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the command was asked for."""

    source: str
    format: Format
    reading: ReadingOptions
    apply: ApplyOptions
    dry_run: bool


async def read_source(source: str) -> bytes:
    """The file, standard input for `-`, or what is at an https address. Raises UsedWrongly."""
    if source.startswith(("https://", "http://")):
        client = HttpClient(max_bytes=FILE_MAX_BYTES)
        try:
            return (await client.get(source, {}, None, SystemClock().now_ms())).body
        except PollFailed as error:
            raise UsedWrongly(f"{source}: {error}.") from error
        finally:
            await client.close()
    return await asyncio.to_thread(_read_file, source)


def _read_file(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read(FILE_MAX_BYTES)
    try:
        return Path(source).read_bytes()
    except OSError as error:
        raise UsedWrongly(f"{source} cannot be read: {error.strerror}.") from error


async def catalogue_currency(settings: Settings) -> str | None:
    """The currency that all products have so far; None where there are none, or several."""
    async with opened_store(settings) as store:
        found = {product.price.currency for product in await store.products()}
    return found.pop() if len(found) == 1 else None


def sniffed(raw: bytes, wanted: Wanted) -> Sniffed:
    """What the file is. Raises UnreadableFile, UsedWrongly."""
    found = read_file(raw, wanted.reading, wanted.format)
    if not wanted.reading.currency and found.format in NAMES_NO_CURRENCY:
        raise UsedWrongly(f"{NAMES[found.format]} names no currency: add --currency EUR.")
    return found


async def run_import(settings: Settings, found: Sniffed, wanted: Wanted) -> AsyncIterator[Report]:
    """The report so far, again and again. Raises UnreadableFile, UsedWrongly, StoreError."""
    async with opened_store(settings) as store, _writing(settings, store, wanted) as put:
        work = Import(store, wanted.apply, put)
        async for report in work.run(found.findings):
            yield report


@asynccontextmanager
async def _writing(
    settings: Settings, store: Store, wanted: Wanted
) -> AsyncIterator[PutEntries | None]:
    if wanted.dry_run:
        yield None
    elif not await asyncio.to_thread(_answers, settings):
        yield store.put_entries
    else:
        async with temporary_key(settings, LABEL) as key:

            async def put(entries: Sequence[CatalogueEntry]) -> None:
                for some in _requests(entries):
                    await asyncio.to_thread(_post, settings, key, some)

            yield put


def _requests(entries: Sequence[CatalogueEntry]) -> Iterator[bytes]:
    """Lists of products that fit into a request each, or one product that may not."""
    some: list[bytes] = []
    for entry in entries:
        body = orjson.dumps(written_product(entry))
        if some and sum(map(len, some)) + len(body) > REQUEST_BYTES:
            yield _list_of(some)
            some = []
        some.append(body)
    if some:
        yield _list_of(some)


def _list_of(bodies: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(bodies) + b"]"


def _answers(settings: Settings) -> bool:
    try:
        request = urllib.request.Request(f"{local_address(settings)}/healthz")  # noqa: S310
        return send(request)[0] == _OK
    except UsedWrongly:
        return False


def _post(settings: Settings, key: str, body: bytes) -> None:
    request = urllib.request.Request(  # noqa: S310
        f"{local_address(settings)}/api/v1/products",
        data=body,
        method="POST",
        headers={"authorization": f"Bearer {key}", "content-type": "application/json"},
    )
    status, text = send(request, _TIMEOUT_S)
    if status == _UNAUTHORIZED:
        raise UsedWrongly(
            f"The server at {local_address(settings)} belongs to another installation: name its"
            " folder with --data, or the port of yours with --port."
        )
    if status != _OK:
        detail = json.loads(text).get("detail", text)
        raise UsedWrongly(f"The server took no more of it: {detail}")
