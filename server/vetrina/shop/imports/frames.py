"""What the process that reads a file tells the server: a length and a pickle for each frame."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Final

from vetrina.shop.imports.findings import Found, RowProblem

LENGTH: Final = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Head:
    """The first frame: what the file was taken for, in words."""

    described: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The last frame of a file that cannot be read any further."""

    message: str


Frame = Head | Unreadable | list[Found | RowProblem]
