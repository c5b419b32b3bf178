"""Uploaded pictures: whatever comes in, what is kept is a small WebP without anything hidden.

A picture is decoded, turned upright, made smaller and encoded anew, so neither metadata (where it
was taken) nor code dressed as a picture survives.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from server.web.problem import Problem

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_SIDE_PX: Final = 8000
# Decoded, a picture takes 4 bytes a pixel: 160 MB at most, one at a time.
MOST_PIXELS: Final = 40_000_000
KEPT_SIDE_PX: Final = 1024
QUALITY: Final = 82
MEDIA_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/gif")
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "GIF")
_one_at_a_time = threading.Lock()


@dataclass(frozen=True, slots=True)
class SavedImage:
    """A picture that is served under `url` for ever: its name is the hash of its content."""

    url: str
    width: int
    height: int


async def save_image(body: bytes, media: Path) -> SavedImage:
    """Read, shrink and keep a picture. Raises a Problem for what is none."""
    return await asyncio.to_thread(_save, body, media)


def _save(body: bytes, media: Path) -> SavedImage:
    with _one_at_a_time:
        encoded, size = shrunk(body)
    name = f"{hashlib.sha256(encoded).hexdigest()[:32]}.webp"
    media.mkdir(parents=True, exist_ok=True)
    path = media / name
    if not path.exists():
        draft = path.with_suffix(".part")
        draft.write_bytes(encoded)
        draft.replace(path)
    return SavedImage(f"/media/{name}", *size)


def shrunk(body: bytes) -> tuple[bytes, tuple[int, int]]:
    """The picture as WebP of at most 1024 px, and its size. Raises a Problem."""
    try:
        with warnings.catch_warnings():
            # Pillow warns of large pictures; their size is checked here, before any decoding.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            return _shrunk(body)
    except UnidentifiedImageError as error:
        raise _no_picture() from error
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError, MemoryError) as error:
        raise Problem(422, "bad_image", "The picture is damaged: it cannot be read.") from error


def _shrunk(body: bytes) -> tuple[bytes, tuple[int, int]]:
    with Image.open(io.BytesIO(body), formats=_FORMATS) as probe:
        _check_size(probe)
        probe.verify()
    with Image.open(io.BytesIO(body), formats=_FORMATS) as picture:
        picture.draft("RGB", (KEPT_SIDE_PX, KEPT_SIDE_PX))
        upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGBA" if _has_transparency(upright) else "RGB")
    plain.thumbnail((KEPT_SIDE_PX, KEPT_SIDE_PX), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    clean.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue(), clean.size


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    if max(width, height) > MOST_SIDE_PX or width * height > MOST_PIXELS:
        raise _too_many_pixels()


def _has_transparency(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _no_picture() -> Problem:
    expected = ", ".join(MEDIA_TYPES)
    return Problem(415, "unsupported_media_type", f"Expected a picture: {expected}.")


def _too_many_pixels() -> Problem:
    millions = MOST_PIXELS // 1_000_000
    return Problem(
        422,
        "image_too_large",
        f"Expected at most {MOST_SIDE_PX} px a side and {millions} million pixels in all.",
    )
