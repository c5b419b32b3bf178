"""Importing a catalogue: a file or an address comes in, and what became of it is told."""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, BinaryIO, Final, cast

from pydantic import Field
from starlette.responses import Response

from vetrina.connectors.polling import PollFailed
from vetrina.domain.access import Permission
from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.outbound.http_client import HttpClient
from vetrina.protocol.command_codec import FieldError
from vetrina.shop.imports.comparing import ApplyOptions
from vetrina.shop.imports.decimals import DecimalMark
from vetrina.shop.imports.findings import UnreadableFile
from vetrina.shop.imports.importing import PutEntries
from vetrina.shop.imports.job import WantedImport
from vetrina.shop.imports.jobs import Fill, TooManyImports
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.outcome import Imported, imported
from vetrina.shop.imports.reading import Format
from vetrina.web.http.file_upload import ReceivedFile
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, FileUpload, Operation, Parameter
from vetrina.web.http.problem import Problem, invalid, unknown
from vetrina.web.http.query_params import Choice, Flag
from vetrina.web.http.request_body import JsonBody

MOST_BYTES: Final = 64 * 1024 * 1024
DOWNLOAD_S: Final = 300.0
# So long the first answer waits for the end; a longer import is asked for again.
WAIT_S: Final = 2.0

DRY_RUN: Final = Flag("dry_run", "Say what would change, and write nothing.")
OVERWRITE: Final = Flag("overwrite", "Also what was edited by hand since the last import.")
STOCK: Final = Flag("stock", "Also the stock of products that are known.")
FORMATS: Final = ("auto", "shopify", "woocommerce", "google", "json")
FORMAT: Final = Choice("format", "What the file is; auto finds out.", FORMATS)
STATUS: Final = Choice("status", "What new products are.", ("draft", "active"))
DECIMAL: Final = Choice(
    "decimal", "The mark in prices, where they do not tell.", ("auto", "point", "comma")
)
MARKS: Final[dict[str, DecimalMark]] = {"point": ".", "comma": ","}
CURRENCY: Final = Parameter(
    "currency",
    "Of prices that name none, such as EUR. Without it that of the catalogue.",
    {"type": "string", "pattern": "^[A-Z]{3}$"},
)


@dataclass(frozen=True, kw_only=True)
class AddressBody:
    """An address on the internet where the file is; it must not redirect."""

    url: Annotated[str, Field(pattern="^https?://", max_length=2048)]


async def start_import(call: Call) -> Response:
    """Begin; the answer is the whole result where that comes soon."""
    wanted = _wanted(call)
    file, fill = _source(call)
    try:
        job = call.context.imports.start(wanted, file, _put(call), fill)
    except TooManyImports as error:
        file.close()
        raise Problem(409, "too_many_imports", str(error)) from None
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(job.over.wait(), WAIT_S)
    return json_answer(imported(job))


async def read_import(call: Call) -> Response:
    """How it fares, or what came of it."""
    told = await call.context.imports.told(call.request.path_params["id"])
    if told is None:
        raise unknown("import", "No import with this id is remembered; results are for an hour.")
    return json_answer(told)


def _wanted(call: Call) -> WantedImport:
    request = call.request
    currency = request.query_params.get(CURRENCY.name, "")
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isupper()):
        message = f"expected three capitals such as EUR, got {currency[:20]!r}"
        raise invalid([FieldError(CURRENCY.name, message)])
    reading = ReadingOptions(
        currency=currency,
        now_ms=call.now,
        decimal_mark=MARKS.get(DECIMAL.of(request)),
        activate=STATUS.of(request) == "active",
    )
    return WantedImport(
        reading=reading,
        apply=ApplyOptions(overwrite=OVERWRITE.of(request), stock=STOCK.of(request)),
        format=cast("Format", FORMAT.of(request)),
        dry_run=DRY_RUN.of(request),
    )


def _source(call: Call) -> tuple[BinaryIO, Fill | None]:
    body: ReceivedFile | AddressBody = call.body
    if isinstance(body, ReceivedFile):
        return body.own(), None
    url, now = body.url, call.now
    client = HttpClient(
        DOWNLOAD_S, MOST_BYTES, private_addresses=call.context.settings.private_addresses
    )

    async def fill(file: BinaryIO) -> None:
        try:
            await client.read(url, {}, None, now, file.write)
        except PollFailed as error:
            raise UnreadableFile(f"{url}: {error}.") from error
        finally:
            await client.close()

    return cast("BinaryIO", tempfile.TemporaryFile()), fill


def _put(call: Call) -> PutEntries:
    keep_stock = not STOCK.of(call.request)

    async def put(entries: Sequence[CatalogueEntry]) -> None:
        await call.context.shows.catalogue.put_entries(entries, by=call.by, keep_stock=keep_stock)

    return put


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/catalogue/imports",
        name="start_import",
        summary="Import a catalogue",
        about="A form with the field `file`, or `url` for the server to get it: Shopify's or "
        "WooCommerce's product CSV, a Google Merchant feed, or our JSON, at most 64 MiB. The "
        "answer comes within seconds; while its `status` is `running`, ask for the import again.",
        handler=start_import,
        needs=Permission.WRITE_CATALOGUE,
        scope="all",
        query=tuple(
            one if isinstance(one, Parameter) else one.parameter
            for one in (DRY_RUN, FORMAT, CURRENCY, DECIMAL, OVERWRITE, STOCK, STATUS)
        ),
        body=FileUpload(MOST_BYTES, JsonBody[AddressBody](AddressBody)),
        answer=Imported,
        refusals=("too_many_imports",),
    ),
    Operation(
        method="GET",
        path="/api/v1/catalogue/imports/{id}",
        name="read_import",
        summary="Ask how an import fares",
        about="Results are kept for an hour.",
        handler=read_import,
        needs=Permission.WRITE_CATALOGUE,
        scope="all",
        answer=Imported,
        refusals=("unknown_import",),
    ),
)
