"""Smaller sizes of an uploaded picture, so that a phone fetches what its screen can show.

Each is a file beside the picture, `{digest}-320.webp`, its shorter side 320 px: pictures fill their
places (`object-fit: cover`), so the shorter side is the one that must be long enough.
"""

from __future__ import annotations

import io
import re
import secrets
from pathlib import Path
from typing import Final

from PIL import Image

SIZES: Final = (160, 320, 640)
"""Shorter sides in px: rows and small cards, the overlay's cards, a phone's large card."""
QUALITY: Final = 74
_SIZED: Final = re.compile(r"([0-9a-f]{32})-(160|320|640)\.webp")
_KEPT: Final = re.compile(r"(.*/media/[0-9a-f]{32})\.webp")


def origin_of(name: str) -> tuple[str, int] | None:
    """`…-320.webp` as the name of its picture and its size in px. None for every other name."""
    found = _SIZED.fullmatch(name)
    return (f"{found[1]}.webp", int(found[2])) if found else None


def sized_name(name: str, size: int) -> str:
    """The file's name for one size of the picture `name`."""
    return f"{name.removesuffix('.webp')}-{size}.webp"


def srcset(address: str) -> str:
    """All sizes as HTML's `srcset` has them. Empty for a picture that was not uploaded here."""
    kept = _KEPT.fullmatch(address)
    return ", ".join(f"{kept[1]}-{size}.webp {size}w" for size in SIZES) if kept else ""


def write_sizes(picture: Image.Image, media: Path, name: str) -> None:
    """Write what is missing of a picture's sizes. Raises OSError where the folder takes none."""
    for size in SIZES:
        path = media / sized_name(name, size)
        if not path.exists():
            write_whole(path, encoded(picture, size))


def encoded(picture: Image.Image, size: int) -> bytes:
    """WebP with a shorter side of `size` px; a smaller picture keeps its own."""
    scale = size / min(picture.size)
    out = io.BytesIO()
    if scale < 1:
        width, height = (max(1, round(side * scale)) for side in picture.size)
        picture = picture.resize((width, height), Image.Resampling.LANCZOS)
    picture.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue()


def write_whole(path: Path, body: bytes) -> None:
    """Write a file that nobody ever sees half of: another process may be writing the same one."""
    draft = path.with_suffix(f".{secrets.token_hex(4)}.part")
    try:
        draft.write_bytes(body)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
