"""Uploading pictures."""

from __future__ import annotations

from starlette.responses import Response

from vetrina.domain.access import Permission
from vetrina.web.assets.pictures import MEDIA_TYPES, MOST_BYTES, SavedImage
from vetrina.web.http.json_response import json_answer
from vetrina.web.http.operation import Call, Operation, Upload


async def upload_image(call: Call) -> Response:
    """Keep a picture and tell its address."""
    saved = await call.context.pictures.save(call.body)
    return json_answer(saved, 201)


OPERATIONS = (
    Operation(
        method="POST",
        path="/api/v1/images",
        name="upload_image",
        summary="Upload a product picture",
        about="The body is the picture itself, at most 5 MiB and 8000 px a side. It is kept as "
        "WebP of at most 1024 px, without metadata.",
        handler=upload_image,
        needs=Permission.WRITE_CATALOGUE,
        scope="all",
        body=Upload(MOST_BYTES, MEDIA_TYPES),
        status=201,
        answer=SavedImage,
        refusals=("bad_image", "image_too_large"),
    ),
)
