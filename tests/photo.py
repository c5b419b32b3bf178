"""Pictures that are as hard to compress as a photo."""

import io
import random

from PIL import Image, ImageFilter

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
