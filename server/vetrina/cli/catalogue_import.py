"""An import from the command line: by the running server, or straight into the store."""

from __future__ import annotations

import asyncio
import sys
import urllib.request
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from vetrina.cli.catalogue_upload import uploaded
from vetrina.cli.exits import UsedWrongly
from vetrina.cli.installation import local_address, opened_store
from vetrina.cli.webhook_replay import send
from vetrina.clock import SystemClock
from vetrina.connectors.polling import PollFailed
from vetrina.outbound.http_client import HttpClient
from vetrina.settings import Settings
from vetrina.shop.imports.comparing import ApplyOptions
from vetrina.shop.imports.importing import Import, Report
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.reading import NAMES, NAMES_NO_CURRENCY, Format, Sniffed, read_file

FILE_MAX_BYTES: Final = 256 * 1024 * 1024
_OK: Final = 200


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


async def run_import(
    settings: Settings, raw: bytes, found: Sniffed, wanted: Wanted
) -> AsyncIterator[Report]:
    """The report so far, again and again. Raises UnreadableFile, UsedWrongly, StoreError."""
    if not wanted.dry_run and await asyncio.to_thread(_answers, settings):
        told = uploaded(settings, raw, wanted.reading, wanted.apply, wanted.format)
        async for report in told:
            yield report
        return
    async with opened_store(settings) as store:
        put = partial(store.put_entries, keep_stock=not wanted.apply.stock)
        work = Import(store, wanted.apply, None if wanted.dry_run else put)
        async for report in work.run(found.findings):
            yield report


def _answers(settings: Settings) -> bool:
    try:
        request = urllib.request.Request(f"{local_address(settings)}/healthz")  # noqa: S310
        return send(request)[0] == _OK
    except UsedWrongly:
        return False
