"""JSON responses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response

# What the interface says is of the moment; calls that may be cached say so themselves.
JSON_HEADERS = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


def json_answer(
    content: Any, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Dicts, lists, the domain's dataclasses and `orjson.Fragment` as JSON."""
    return json_bytes(orjson.dumps(content), status, headers)


def json_bytes(
    body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """JSON that is encoded already."""
    return Response(body, status, {**JSON_HEADERS, **(headers or {})}, "application/json")


def no_content() -> Response:
    """Done, and there is nothing to say."""
    return Response(None, 204, JSON_HEADERS)
