import asyncio
import io
import json
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageOps

from tests.web.conftest import problem
from vetrina.web.assets.picture_sizes import SIZES
from vetrina.web.assets.pictures import (
    MOST_BYTES,
    MOST_JPEG_PIXELS,
    MOST_PIXELS,
    Pictures,
    SavedImage,
    shrunk,
)
from vetrina.web.http.problem import Problem

URL = "/api/v1/images"


def picture(kind: str = "PNG", size=(40, 20), mode: str = "RGB", **options) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode in ("RGB", "RGBA") else 0).save(out, kind, **options)
    return out.getvalue()


async def upload(site, body: bytes, media_type: str = "image/png"):
    headers = {**site.auth, "content-type": media_type}
    return await site.http.post(URL, content=body, headers=headers)


def opened(body: bytes) -> Image.Image:
    return Image.open(io.BytesIO(body))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "GIF"])
async def test_every_picture_becomes_a_webp(site, kind):
    answer = await upload(site, picture(kind), f"image/{kind.lower()}")
    assert answer.status_code == 201
    told = answer.json()
    assert (told["width"], told["height"]) == (40, 20)
    served = await site.http.get(told["url"])
    assert served.headers["content-type"] == "image/webp"
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert (opened(served.content).format, opened(served.content).size) == ("WEBP", (40, 20))


async def test_the_address_fits_a_product(site):
    url = (await upload(site, picture())).json()["url"]
    product = {"sku": "A", "title": "A", "price": {"amount": 1, "currency": "EUR"}, "image": url}
    assert (await site.post("/products", product)).status_code == 200


async def test_the_same_picture_has_the_same_address(site, tmp_path):
    urls = {(await upload(site, picture())).json()["url"] for _ in range(2)}
    assert len(urls) == 1
    kept = [path.name for path in (tmp_path / "media").iterdir()]
    assert len([name for name in kept if "-" not in name]) == 1


async def test_of_a_phones_jpeg_with_two_pictures_the_first_is_kept(site):
    """An MPO, as portraits of phones and many cameras are: it was answered 500."""
    out = io.BytesIO()
    first, second = (Image.new("RGB", (300, 400), colour) for colour in ("red", "blue"))
    first.save(out, "MPO", save_all=True, append_images=[second])
    assert opened(out.getvalue()).format == "MPO"
    answer = await upload(site, out.getvalue(), "image/jpeg")
    assert answer.status_code == 201
    kept = opened((await site.http.get(answer.json()["url"])).content)
    red, _, blue = kept.convert("RGB").getpixel((150, 200))
    assert (kept.size, red > 200, blue < 50) == ((300, 400), True, True)


def test_a_large_picture_is_made_smaller_in_its_proportions():
    body, size = shrunk(picture(size=(3000, 1500)))
    assert size == (1024, 512) == opened(body).size


def test_a_small_picture_is_not_made_larger():
    assert shrunk(picture(size=(7, 3)))[1] == (7, 3)


def test_where_it_was_taken_is_forgotten():
    exif = Image.Exif()
    exif[0x010E] = "Giulia's kitchen"
    exif.get_ifd(0x8825)[2] = (45.0, 27.0, 51.0)
    body = shrunk(picture("JPEG", exif=exif.tobytes(), comment=b"private"))[0]
    assert len(opened(body).getexif()) == 0
    for hidden in (b"Giulia", b"private", b"EXIF", b"XMP "):
        assert hidden not in body


def test_a_picture_taken_sideways_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    assert shrunk(picture("JPEG", size=(40, 20), exif=exif.tobytes()))[1] == (20, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_turned_as_pillow_would(kind, orientation):
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x0112] = orientation
    half = Image.new("RGB", (64, 32), "red")
    half.paste("blue", (0, 0, 32, 16))
    half.save(out, kind, exif=exif.tobytes(), quality=95)
    expected = ImageOps.exif_transpose(opened(out.getvalue())).convert("RGB")
    turned = opened(shrunk(out.getvalue())[0]).convert("RGB")
    assert turned.size == expected.size
    for place in ((4, 4), (turned.width - 4, turned.height - 4), (4, turned.height - 4)):
        pairs = zip(turned.getpixel(place), expected.getpixel(place), strict=True)
        assert all(abs(one - other) < 40 for one, other in pairs)


def test_transparency_stays():
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (0, 0, 0, 0)).save(out, "PNG")
    assert opened(shrunk(out.getvalue())[0]).convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize("mode", ["L", "LA", "P", "1", "I;16"])
def test_every_kind_of_pixels(mode):
    assert shrunk(picture(mode=mode))[1] == (40, 20)


def test_an_animation_shows_its_first_frame():
    frames = [Image.new("RGB", (5, 5), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    assert getattr(opened(shrunk(out.getvalue())[0]), "n_frames", 1) == 1


def png_of(width: int, height: int) -> bytes:
    """A PNG that says it is huge and has hardly any data."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(
            ">I", zlib.crc32(name + data)
        )  # fmt: skip

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "size", [(8001, 10), (10, 8001), (8000, 8000), (30_000, 30_000), (2**31 - 1, 2**31 - 1)]
)
async def test_bombs_are_refused_by_their_header(site, size):
    told = problem(await upload(site, png_of(*size)), 422, "image_too_large")
    assert "at most 8000 px a side and 12 million pixels, 25 million as JPEG" in told["detail"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        picture("BMP"),
        picture("TIFF"),
        picture("ICO"),
    ],
    ids=["empty", "html", "svg", "pdf", "bmp", "tiff", "ico"],
)
async def test_what_is_dressed_as_a_picture(site, body, tmp_path):
    problem(await upload(site, body), 415, "unsupported_media_type")
    assert not (tmp_path / "media").exists()


async def test_code_behind_a_picture_is_not_kept(site):
    url = (await upload(site, picture() + b"<script>alert(1)</script>")).json()["url"]
    assert b"script" not in (await site.http.get(url)).content


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "AVIF", "GIF"])
@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_a_picture_cut_short(kind, part):
    noise = Image.effect_noise((64, 64), 80)
    out = io.BytesIO()
    noise.save(out, kind)
    body = out.getvalue()[: int(len(out.getvalue()) * part)]
    with pytest.raises(Problem) as caught:
        shrunk(body)
    assert caught.value.code in ("bad_image", "unsupported_media_type")


@pytest.mark.parametrize("media_type", ["image/svg+xml", "text/html", "application/json", ""])
async def test_other_types_are_refused_unread(site, media_type):
    problem(await upload(site, picture(), media_type), 415, "unsupported_media_type")


async def test_a_heavy_file(site):
    told = problem(await upload(site, b"\0" * (MOST_BYTES + 1)), 413, "too_large")
    assert "5 MiB" in told["detail"]


@pytest.mark.parametrize(
    "name",
    ["nope.webp", "..%2f..%2fvetrina.db", "%2e%2e/vetrina.db", "0" * 32 + ".webp", "x/../y.webp"],
)
async def test_only_pictures_are_served(site, name):
    (await upload(site, picture())).raise_for_status()
    problem(await site.http.get(f"/media/{name}"), 404, "not_found")


async def test_the_demo_saves_its_pictures_in_the_same_way(tmp_path):
    saved = await Pictures(tmp_path / "media").save(picture())
    assert isinstance(saved, SavedImage)
    assert (tmp_path / saved.url.removeprefix("/")).is_file()


PEAK = """
import re, sys
from pathlib import Path
from vetrina.web.assets.pictures import shrunk
def peak():  # getrusage would tell the peak of whoever started this process, too
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
body = sys.stdin.buffer.read()
before = peak()
shrunk(body)
print((peak() - before) // 1024)
"""


MAKE = """
import json, sys
from PIL import Image
kind, mode, side, options = sys.argv[1:]
exif = Image.Exif()
exif[0x0112] = 6
made = Image.new(mode, (int(side), int(side)), "red" if mode != "P" else 0)
made.save(sys.stdout.buffer, kind, exif=exif.tobytes(), **json.loads(options))
"""


def in_a_process_of_its_own(program: str, *arguments: str, body: bytes = b"") -> bytes:
    """What it prints. What it needs of memory, the tests do not keep."""
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, input=body, capture_output=True, check=True).stdout


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the peak of a process")
@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {"progressive": True, "subsampling": 0}),
        ("PNG", "RGBA", {}),
        ("PNG", "P", {}),
        ("WEBP", "RGBA", {"lossless": True, "method": 0}),
        ("AVIF", "RGBA", {"speed": 10}),
    ],
)
def test_the_largest_picture_allowed_takes_little_memory(kind, mode, options):
    """The peak of a process of its own, in MiB. It was 600 with 40 million pixels."""
    side = int((MOST_JPEG_PIXELS if kind == "JPEG" else MOST_PIXELS) ** 0.5)
    body = in_a_process_of_its_own(MAKE, kind, mode, str(side), json.dumps(options))
    assert 10 < int(in_a_process_of_its_own(PEAK, body=body)) < 256


async def test_pictures_are_read_one_at_a_time(tmp_path, monkeypatch):
    reading, most = [], []

    def slow(body):
        reading.append(body)
        most.append(len(reading))
        made = shrunk(body)
        reading.remove(body)
        return made

    monkeypatch.setattr("vetrina.web.assets.pictures.shrunk", slow)
    pictures = Pictures(tmp_path)
    bodies = [picture(size=(400, 400 + number)) for number in range(6)]
    await asyncio.gather(*map(pictures.save, bodies))
    assert most == [1] * 6


async def test_one_picture_written_by_many_at_once(tmp_path):
    """Several processes do not wait for each other: each writes a file of its own first."""
    rounds = 5
    for number in range(rounds):
        body = picture(size=(10 + number, 10))
        saved = await asyncio.gather(*(Pictures(tmp_path).save(body) for _ in range(6)))
        assert len(set(saved)) == 1
    files = 1 + len(SIZES)
    assert [path.suffix for path in tmp_path.iterdir()] == [".webp"] * rounds * files
