"""Uploaded pictures: whatever is sent, what is kept is a small WebP without anything hidden.

A picture is decoded, turned upright, made smaller and encoded anew, so neither metadata (where it
was taken) nor code dressed as a picture survives.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import io
import logging
import re
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import ExifTags, Image, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile

from vetrina.store.errors import StoreFault
from vetrina.web.assets.picture_sizes import origin_of, write_sizes, write_whole
from vetrina.web.http.problem import Problem

logger = logging.getLogger(__name__)
MOST_BYTES: Final = 5 * 1024 * 1024
MOST_SIDE_PX: Final = 8000
# What reading takes: up to 8 bytes a pixel, 17 for WebP; a JPEG is shrunk while it is decoded.
# So one picture needs about 200 MB at most, and they come one at a time.
MOST_PIXELS: Final = 12_000_000
MOST_JPEG_PIXELS: Final = 25_000_000
KEPT_SIDE_PX: Final = 1024
QUALITY: Final = 82
MEDIA_TYPES: Final = ("image/png", "image/jpeg", "image/webp", "image/avif", "image/gif")
_FORMATS: Final = ("PNG", "JPEG", "WEBP", "AVIF", "GIF")
"""Pillow calls a JPEG with more pictures in it, as phones make them, MPO; the first one is kept."""
_KEPT: Final = re.compile(r"[0-9a-f]{32}\.webp")
_UPRIGHT: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class SavedImage:
    """A picture that is served under `url` for ever: its name is the hash of its content."""

    url: str
    width: int
    height: int


class Pictures:
    """The folder of uploaded pictures. They are read one at a time, whoever uploads."""

    def __init__(self, media: Path) -> None:
        self._media = media
        self._turn = asyncio.Semaphore(1)

    async def save(self, body: bytes) -> SavedImage:
        """Read, shrink and keep a picture and its sizes. Raises a Problem for what is none, and
        StoreFault.
        """
        async with self._turn:
            try:
                return await asyncio.to_thread(_save, body, self._media)
            except OSError as error:
                logger.error("A picture cannot be written: %s", error)
                raise StoreFault(f"A picture cannot be written: {error.strerror}") from error

    async def find(self, name: str) -> Path | None:
        """The file under a name, or None. Names are checked, so none leads out of the folder.

        Sizes of a picture that was uploaded before there were any are made when one is first asked
        for; a crowd that asks waits for the same work.
        """
        sized = origin_of(name)
        if sized is None and _KEPT.fullmatch(name) is None:
            return None
        path = self._media / name
        if path.is_file():
            return path
        if sized is None or not (self._media / sized[0]).is_file():
            return None
        async with self._turn:
            if not path.is_file():
                await asyncio.to_thread(_make_sizes, self._media, sized[0])
        return path if path.is_file() else self._media / sized[0]


def _make_sizes(media: Path, name: str) -> None:
    """A picture whose sizes cannot be made is served as it is."""
    with contextlib.suppress(OSError, ValueError), Image.open(media / name) as picture:
        write_sizes(picture, media, name)


def _save(body: bytes, media: Path) -> SavedImage:
    encoded, size = shrunk(body)
    name = f"{hashlib.sha256(encoded).hexdigest()[:32]}.webp"
    media.mkdir(parents=True, exist_ok=True)
    if not (media / name).exists():
        write_whole(media / name, encoded)
    _make_sizes(media, name)
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
        plain = _small(picture)
    out = io.BytesIO()
    clean = Image.new(plain.mode, plain.size)
    clean.paste(plain)
    clean.save(out, "WEBP", quality=QUALITY, method=4)
    return out.getvalue(), clean.size


def _small(picture: Image.Image) -> Image.Image:
    """Small first: every other step would copy all pixels. A JPEG is not even decoded in full."""
    mode = "RGBA" if _has_transparency(picture) else "RGB"
    picture.draft("RGB", (KEPT_SIDE_PX, KEPT_SIDE_PX))
    picture.load()
    orientation = picture.getexif().get(ExifTags.Base.Orientation)
    if picture.mode not in ("RGB", "RGBA", "L", "LA"):
        picture = picture.convert(mode)
    picture.thumbnail((KEPT_SIDE_PX, KEPT_SIDE_PX), Image.Resampling.LANCZOS, reducing_gap=None)
    plain = picture if picture.mode == mode else picture.convert(mode)
    turn = _UPRIGHT.get(orientation or 1)
    return plain if turn is None else plain.transpose(turn)


def _check_size(picture: Image.Image) -> None:
    width, height = picture.size
    is_jpeg = isinstance(picture, JpegImageFile)
    most = MOST_JPEG_PIXELS if is_jpeg else MOST_PIXELS
    if max(width, height) > MOST_SIDE_PX or width * height > most:
        raise _too_many_pixels(f"{width} × {height}")


def _has_transparency(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _no_picture() -> Problem:
    expected = ", ".join(MEDIA_TYPES)
    return Problem(415, "unsupported_media_type", f"Expected a picture: {expected}.")


def _too_many_pixels(got: str = "many more") -> Problem:
    jpeg, other = MOST_JPEG_PIXELS // 1_000_000, MOST_PIXELS // 1_000_000
    return Problem(
        422,
        "image_too_large",
        f"Expected at most {MOST_SIDE_PX} px a side and {other} million pixels, {jpeg} million as "
        f"JPEG; got {got}. Make the picture smaller, or save it as JPEG.",
    )
