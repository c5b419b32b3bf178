"""The server's side of the process that reads a file."""

from __future__ import annotations

import asyncio
import contextlib
import pickle
from asyncio import StreamReader
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import BinaryIO, Final, cast

from vetrina.shop.imports import reader
from vetrina.shop.imports.findings import Found, RowProblem, UnreadableFile
from vetrina.shop.imports.frames import LENGTH, Frame, Head, Unreadable
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.reading import Format

_ENDED_WELL: Final = 0


class ReadingProcess:
    """A file that is being read. `described` says what it was taken for."""

    def __init__(self, pipe: StreamReader, process: Process, described: str) -> None:
        self._pipe = pipe
        self._process = process
        self.described = described

    async def findings(self) -> AsyncIterator[list[Found | RowProblem]]:
        """Some at a time, in the order of the file. Raises UnreadableFile."""
        while (frame := await _next(self._pipe, self._process)) is not None:
            if isinstance(frame, list):
                yield frame


@asynccontextmanager
async def reading(
    file: BinaryIO, options: ReadingOptions, wanted: Format
) -> AsyncIterator[ReadingProcess]:
    """Read a file from its start. Raises UnreadableFile. The process ends with the block."""
    file.seek(0)
    words = reader.arguments(options, wanted)
    process = await asyncio.create_subprocess_exec(*words, stdin=file, stdout=PIPE)
    pipe = cast("StreamReader", process.stdout)
    try:
        head = await _next(pipe, process)
        yield ReadingProcess(pipe, process, head.described if isinstance(head, Head) else "")
    finally:
        await _ended(process)


async def _next(pipe: StreamReader, process: Process) -> Frame | None:
    """The next frame; None after the last one. Raises UnreadableFile."""
    try:
        length = LENGTH.unpack(await pipe.readexactly(LENGTH.size))[0]
        # Both ends of the pipe are this program.
        frame: Frame = pickle.loads(await pipe.readexactly(length))  # noqa: S301
    except asyncio.IncompleteReadError:
        if await process.wait() == _ENDED_WELL:
            return None
        raise UnreadableFile(
            "The file could not be read to its end: the process that read it was stopped. A file"
            " that is split in two needs less memory."
        ) from None
    if isinstance(frame, Unreadable):
        raise UnreadableFile(frame.message)
    return frame


async def _ended(process: Process) -> None:
    """Stop it, if it is not over, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    # The rest of the pipe is read, or the wait would never end.
    await asyncio.shield(process.communicate())
