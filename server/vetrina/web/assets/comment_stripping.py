"""Scripts and style sheets without their comments: those are for readers, not for phones.

A third of what a page would transfer is documentation. The plain address of a file still gives it
as it was written; its hashed twin is what pages load.
"""

from __future__ import annotations

from collections.abc import Iterator


def without_comments(source: str) -> str:
    """The source without lines that are nothing but comment, and without indentation.

    Only whole lines go, so no string and no regular expression needs to be understood. Inside a
    template literal of several lines everything stays.
    """
    return "\n".join(_kept(source.split("\n")))


def _kept(lines: list[str]) -> Iterator[str]:
    in_comment = in_template = False
    for line in lines:
        text = line.strip()
        if in_comment:
            in_comment = not text.endswith("*/")
        elif in_template:
            in_template = _ticks(line) % 2 == 0
            yield line
        elif text.startswith("/*") and ("*/" not in text or text.endswith("*/")):
            in_comment = not text.endswith("*/")
        elif text and not text.startswith("//"):
            in_template = _ticks(line) % 2 == 1
            yield text


def _ticks(line: str) -> int:
    return line.count("`") - line.count("\\`")
