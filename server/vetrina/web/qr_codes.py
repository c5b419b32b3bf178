"""QR codes as SVG: black on white with the quiet zone that scanners need."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Final

import segno
from segno.encoder import DataOverflowError
from starlette.responses import Response

from vetrina.protocol.command_codec import FieldError
from vetrina.web.http.problem import invalid
from vetrina.web.http.security_headers import FOR_EVERYBODY

QUIET_MODULES: Final = 4
# Up to this version (29 modules) a code on a stream is read from across a room.
COARSE_VERSION: Final = 3
TEXT_CHARS: Final = 1000
MEDIA_TYPE: Final = "image/svg+xml"


@lru_cache(maxsize=256)
def qr_svg(text: str) -> bytes:
    """Error level M; level L where that keeps the modules large. Raises `invalid`."""
    try:
        code = segno.make(text, error="m", micro=False, boost_error=False)
        if int(code.version) > COARSE_VERSION:
            lighter = segno.make(text, error="l", micro=False, boost_error=False)
            code = lighter if int(lighter.version) <= COARSE_VERSION else code
    except DataOverflowError as error:
        raise invalid([FieldError("text", "expected a shorter text")]) from error
    out = io.BytesIO()
    code.save(
        out,
        kind="svg",
        border=QUIET_MODULES,
        dark="#000",
        light="#fff",
        xmldecl=False,
        omitsize=True,
        svgclass=None,
        lineclass=None,
    )
    # Without this, hairlines show between the rows of modules at most sizes.
    return out.getvalue().replace(b"<svg ", b'<svg shape-rendering="crispEdges" ', 1)


def qr_answer(text: str, cache: str) -> Response:
    """The picture. It may be shown anywhere, and can do nothing where it is opened on its own."""
    headers = {
        "cache-control": cache,
        "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'",
        "x-content-type-options": "nosniff",
        **FOR_EVERYBODY,
    }
    return Response(qr_svg(text), 200, headers, MEDIA_TYPE)
