"""Smaller answers for browsers that take them: nearly all."""

from __future__ import annotations

import gzip

from starlette.requests import Request

# Pages are made anew for each request; a higher level costs more time than it saves.
LEVEL = 6


def takes_gzip(request: Request) -> bool:
    """Whether the browser reads gzip (RFC 9110, 12.5.3)."""
    for part in request.headers.get("accept-encoding", "").split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip().lower() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def compressed(body: bytes, request: Request) -> tuple[bytes, dict[str, str]]:
    """The body as this browser gets it, and the headers that say so.

    Pages hold nothing secret beside what the request names, so their length gives nothing away.
    """
    if not takes_gzip(request):
        return body, {"vary": "accept-encoding"}
    small = gzip.compress(body, LEVEL, mtime=0)
    return small, {"vary": "accept-encoding", "content-encoding": "gzip"}
