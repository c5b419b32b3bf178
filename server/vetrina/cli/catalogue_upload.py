"""An import by the running server: it keeps the prices of deals, and shows follow at once."""

from __future__ import annotations

import asyncio
import json
import secrets
import urllib.request
from collections.abc import AsyncIterator
from typing import Any, Final
from urllib.parse import urlencode

from vetrina.cli.exits import UsedWrongly
from vetrina.cli.installation import local_address
from vetrina.cli.keys import temporary_key
from vetrina.cli.webhook_replay import send
from vetrina.settings import Settings
from vetrina.shop.imports.comparing import ApplyOptions, Counts
from vetrina.shop.imports.findings import RowProblem, UnreadableFile
from vetrina.shop.imports.importing import Report
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.reading import Format

LABEL: Final = "vetrina catalogue import"
PATH: Final = "/api/v1/catalogue/imports"
ASK_S: Final = 0.5
_MARKS: Final = {".": "point", ",": "comma", None: "auto"}
_OK: Final = 200
_UNAUTHORIZED: Final = 401
_TIMEOUT_S: Final = 120.0


async def uploaded(
    settings: Settings, raw: bytes, reading: ReadingOptions, apply: ApplyOptions, kind: Format
) -> AsyncIterator[Report]:
    """The report so far, again and again. Raises UnreadableFile, UsedWrongly."""
    query = {
        "format": kind,
        "decimal": _MARKS[reading.decimal_mark],
        "status": "active" if reading.activate else "draft",
        "overwrite": str(apply.overwrite).lower(),
        "stock": str(apply.stock).lower(),
        **({"currency": reading.currency} if reading.currency else {}),
    }
    async with temporary_key(settings, LABEL) as key:
        boundary = secrets.token_hex(16)
        kept = f"multipart/form-data; boundary={boundary}"
        path, body = f"{PATH}?{urlencode(query)}", _form(raw, boundary)
        told = await asyncio.to_thread(_asked, settings, key, path, body, kept)
        while told["status"] == "running":
            yield _report(told)
            await asyncio.sleep(ASK_S)
            told = await asyncio.to_thread(_asked, settings, key, f"{PATH}/{told['id']}")
    if told["status"] == "failed":
        raise UnreadableFile(told["detail"])
    yield _report(told)


def _form(raw: bytes, boundary: str) -> bytes:
    head = 'Content-Disposition: form-data; name="file"; filename="catalogue"'
    return f"--{boundary}\r\n{head}\r\n\r\n".encode() + raw + f"\r\n--{boundary}--\r\n".encode()


def _report(told: dict[str, Any]) -> Report:
    return Report(
        rows=told["rows"],
        counts=Counts(**{name: told[name] for name in Counts.__slots__}),
        problems=told["problems"],
        failed=[RowProblem(**each) for each in told["failed"]],
    )


def _asked(
    settings: Settings, key: str, path: str, body: bytes | None = None, kept: str = ""
) -> dict[str, Any]:
    headers = {"authorization": f"Bearer {key}", **({"content-type": kept} if kept else {})}
    request = urllib.request.Request(  # noqa: S310
        f"{local_address(settings)}{path}", data=body, headers=headers
    )
    status, text = send(request, _TIMEOUT_S)
    if status == _UNAUTHORIZED:
        raise UsedWrongly(
            f"The server at {local_address(settings)} belongs to another installation: name its"
            " folder with --data, or the port of yours with --port."
        )
    told: dict[str, Any] = json.loads(text)
    if status != _OK:
        raise UsedWrongly(f"The server did not take it: {told.get('detail', text)}")
    return told
