"""QR codes of links that hold a secret: they come in a body, never in an address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.web.http.operation import Call, Operation
from vetrina.web.http.request_body import JsonBody
from vetrina.web.qr_codes import MEDIA_TYPE, TEXT_CHARS, qr_answer


@dataclass(frozen=True)
class QrBody:
    """The text to encode."""

    text: Annotated[str, Field(min_length=1, max_length=TEXT_CHARS)]


async def make_qr(call: Call) -> Response:
    """The code as SVG, which no cache keeps."""
    body: QrBody = call.body
    return qr_answer(body.text, "no-store")


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/qr",
        name="make_qr",
        summary="Make a QR code",
        handler=make_qr,
        needs=Permission.READ_SHOWS,
        scope="some",
        body=JsonBody[QrBody](QrBody),
        media_type=MEDIA_TYPE,
    ),
)
