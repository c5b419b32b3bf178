"""Lists of any length: a page where one is asked for, else everything, a page at a time.

Whoever asks without `after` and `limit` gets the whole list, as it was before there were pages; it
is sent while it is read, so that no list is ever in memory, or in the way of others, as a whole.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import orjson
from starlette.responses import Response, StreamingResponse

from vetrina.protocol.command_codec import FieldError
from vetrina.protocol.strict_json import SAFE_INTEGER
from vetrina.store.ports.pages import Page
from vetrina.web.http.compression import compressed_stream
from vetrina.web.http.json_response import JSON_HEADERS, json_answer
from vetrina.web.http.operation import Call, Parameter
from vetrina.web.http.problem import invalid
from vetrina.web.http.query_params import WholeNumber

MOST: Final = 100
AFTER: Final = WholeNumber("after", "What the last page gave as `next`.", 0, 0, SAFE_INTEGER)
LIMIT: Final = WholeNumber("limit", "How many at most on a page.", MOST, 1, MOST)
TEXT: Final = Parameter(
    "q",
    "Only those whose title or SKU holds this text. Such a page may be short, or empty, and have a "
    "`next` nevertheless.",
    {"type": "string", "minLength": 1, "maxLength": 200},
)
Read = Callable[[int | None, int], Awaitable[Page[Any]]]
"""Reads a page after a place, None for the first one, of so many entries at most."""


def text_of(call: Call) -> str | None:
    """The text to be found, None for all. Raises `invalid`."""
    text = call.request.query_params.get(TEXT.name)
    if text is not None and not 0 < len(text) <= TEXT.schema["maxLength"]:
        raise invalid([FieldError(TEXT.name, "expected 1 to 200 characters")])
    return text


async def listed(call: Call, name: str, read: Read) -> Response:
    """The answer to a request for a list, its entries under `name`. Raises `invalid`."""
    wanted = call.request.query_params
    limit, after = LIMIT.of(call.request), AFTER.of(call.request)
    page = await read(after if AFTER.name in wanted else None, limit)
    if {AFTER.name, LIMIT.name, TEXT.name}.isdisjoint(wanted) and page.next is not None:
        return _whole(call, name, page, read)
    rest = {} if page.next is None else {"next": str(page.next)}
    return json_answer({name: page.items, **rest})


def _whole(call: Call, name: str, first: Page[Any], read: Read) -> Response:
    stream, headers = compressed_stream(_text(call, name, first, read), call.request)
    headers = {**JSON_HEADERS, **headers}
    return StreamingResponse(stream, headers=headers, media_type="application/json")


async def _text(call: Call, name: str, page: Page[Any], read: Read) -> AsyncIterator[bytes]:
    yield b'{"%s":[' % name.encode()
    separator = b""
    while True:
        entries = orjson.dumps(page.items)[1:-1]
        if entries:
            yield separator + call.context.located(entries)
            separator = b","
        if page.next is None:
            break
        page = await read(page.next, MOST)
    yield b"]}"
