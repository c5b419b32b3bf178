"""Files in a form: they go to disk while they arrive, and no further than their limit."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import BinaryIO

from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import Request

from vetrina.protocol.command_codec import FieldError
from vetrina.web.http.problem import Problem, invalid

FIELD = "file"
MEDIA_TYPE = "multipart/form-data"
# The form around the file.
FRAME_BYTES = 64 * 1024
_FIELDS_MOST = 8


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came with a request and goes with it. `digest` identifies what is in it."""

    file: BinaryIO
    name: str
    digest: bytes

    def own(self) -> BinaryIO:
        """The same file for whoever needs it longer than the request; they close it."""
        return os.fdopen(os.dup(self.file.fileno()), "rb")


class _TooLong(MultiPartException):
    """More came than is taken."""


async def receive_file(request: Request, most_bytes: int) -> ReceivedFile:
    """The field `file` of a form. Raises `too_large`, `bad_form`, `invalid`."""
    stream = _bounded(request, most_bytes + FRAME_BYTES)
    parser = MultiPartParser(request.headers, stream, max_files=1, max_fields=_FIELDS_MOST)  # type: ignore[arg-type]
    try:
        form = await parser.parse()
    except _TooLong:
        size = f"{most_bytes >> 20} MiB"
        detail = f"Expected a file of at most {size}. Split it in two, and import both."
        raise Problem(413, "too_large", detail) from None
    except MultiPartException as error:
        raise Problem(400, "bad_form", f"The form cannot be read: {error.message}") from error
    return await _file_of(form)


async def _file_of(form: FormData) -> ReceivedFile:
    found = form.get(FIELD)
    if not isinstance(found, UploadFile):
        await form.close()
        raise invalid([FieldError(FIELD, "expected a file in this field of the form")])
    # As long as the file is short it is in memory, and another process could not read it.
    file = found.file
    file.rollover()  # type: ignore[attr-defined]
    file.seek(0)
    digest = await asyncio.to_thread(hashlib.file_digest, file, "sha256")  # type: ignore[arg-type]
    return ReceivedFile(file, found.filename or "", digest.digest())


async def _bounded(request: Request, most_bytes: int) -> AsyncIterator[bytes]:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared) > most_bytes:
        raise _TooLong("")
    came = 0
    async for chunk in request.stream():
        came += len(chunk)
        if came > most_bytes:
            raise _TooLong("")
        yield chunk
