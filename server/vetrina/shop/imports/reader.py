"""A process of its own that reads a file: parsing 50,000 rows must not hold up a running show.

    python -m vetrina.shop.imports.reader OPTIONS < FILE

It writes what it finds to its output as lengths and pickles, some products at a time, and waits
where nobody reads: so neither process ever holds the products of a whole file.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, BinaryIO, Final

import orjson

from vetrina.shop.imports.findings import Found, RowProblem, UnreadableFile
from vetrina.shop.imports.frames import LENGTH, Frame, Head, Unreadable
from vetrina.shop.imports.options import ReadingOptions
from vetrina.shop.imports.reading import NAMES, NAMES_NO_CURRENCY, Format, read_file

# What the server takes in at one go, counted in variants: so short a work holds up nobody.
IN_A_FRAME: Final = 32
# The show goes first where the machine is busy.
NICENESS: Final = 10


def arguments(options: ReadingOptions, wanted: Format) -> list[str]:
    """How this program is started."""
    told = orjson.dumps({"options": asdict(options), "format": wanted}).decode()
    return [sys.executable, "-P", "-m", __name__, told]


def frames(raw: bytes, options: ReadingOptions, wanted: Format) -> Iterator[Frame]:
    """What is told of a file, in order; an unreadable one ends with the reason."""
    try:
        found = read_file(raw, options, wanted)
        del raw
        if not options.currency and found.format in NAMES_NO_CURRENCY:
            raise UnreadableFile(f"{NAMES[found.format]} names no currency: say which one it is.")
        yield Head(found.described)
        yield from _some_at_a_time(found.findings)
    except UnreadableFile as error:
        yield Unreadable(str(error))


def _some_at_a_time(findings: Iterator[Found | RowProblem]) -> Iterator[list[Found | RowProblem]]:
    some: list[Found | RowProblem] = []
    weight = 0
    for one in findings:
        some.append(one)
        weight += len(one.entry.variants) if isinstance(one, Found) else 1
        if weight >= IN_A_FRAME:
            yield some
            some, weight = [], 0
    if some:
        yield some


def main(told: str, source: BinaryIO, output: BinaryIO) -> None:
    """Read the whole source and tell of it."""
    given: dict[str, Any] = orjson.loads(told)
    options = ReadingOptions(**given["options"])
    for frame in frames(source.read(), options, given["format"]):
        body = pickle.dumps(frame, pickle.HIGHEST_PROTOCOL)
        output.write(LENGTH.pack(len(body)) + body)
        output.flush()


if __name__ == "__main__":
    os.nice(NICENESS)
    # Whoever reads may have gone: then there is nobody to tell.
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):
        main(sys.argv[1], sys.stdin.buffer, sys.stdout.buffer)
