"""Pictures that are as hard to compress as a photo."""

import io
import random
import subprocess
import sys
from pathlib import Path

from PIL import ExifTags, Image, ImageFilter

LAYERS = ((4, 0.5), (32, 0.4), (256, 0.35), (512, 0.22))
"""Cells a side, and how much of the noise shows."""


def photo(seed: int = 1, side: int = 1024) -> bytes:
    """A JPEG of noise of several sizes, one over the other; 200 KB as the server keeps it."""
    noise = random.Random(seed)
    plain = Image.new("RGB", (side, side), "grey")
    for cells, share in LAYERS:
        layer = Image.frombytes("RGB", (cells, cells), noise.randbytes(3 * cells * cells))
        plain = Image.blend(plain, layer.resize((side, side), Image.Resampling.BICUBIC), share)
    out = io.BytesIO()
    plain.filter(ImageFilter.GaussianBlur(0.6)).save(out, "JPEG", quality=92)
    return out.getvalue()


def write_large_photo(path: Path) -> None:
    """By a process of its own: it takes 400 MB for a moment, which a test worker would keep."""
    command = [sys.executable, "-m", __name__, str(path)]
    subprocess.run(command, check=True, cwd=Path(__file__).resolve().parents[1])


def large_photo(width: int = 8064, height: int = 6048) -> bytes:
    """What a phone of 48 megapixels makes, held upright: 18 MB, turned by a note in its EXIF."""
    grain = Image.effect_noise((width // 2, height // 2), 60)
    picture = Image.merge("RGB", [grain] * 3).resize((width, height), Image.Resampling.BICUBIC)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=80, exif=exif.tobytes())
    return out.getvalue()


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(large_photo())
