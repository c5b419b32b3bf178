"""Smaller sizes of uploaded pictures: made once, at upload or when one is first asked for."""

import asyncio

import pytest

from tests.photo import photo
from tests.web.assets.test_pictures import opened, picture, upload
from tests.web.conftest import problem
from vetrina.web.assets import pictures as pictures_module
from vetrina.web.assets.picture_sizes import SIZES, sized_name, srcset
from vetrina.web.assets.pictures import Pictures


@pytest.mark.parametrize(("size", "shorter"), [((900, 600), 600), ((600, 900), 600)])
async def test_each_size_fills_its_place_by_the_shorter_side(site, size, shorter):
    url = (await upload(site, picture(size=size))).json()["url"]
    for wanted in SIZES:
        served = await site.http.get(sized_name(url, wanted))
        assert served.headers["content-type"] == "image/webp"
        assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert min(opened(served.content).size) == min(wanted, shorter)


async def test_a_picture_of_an_older_version_gets_its_sizes_when_they_are_asked_for(tmp_path):
    kept = Pictures(tmp_path)
    name = (await kept.save(picture(size=(800, 800)))).url.rsplit("/", 1)[1]
    for size in SIZES:
        (tmp_path / sized_name(name, size)).unlink()
    found = await kept.find(sized_name(name, 320))
    assert found == tmp_path / sized_name(name, 320)
    assert opened(found.read_bytes()).size == (320, 320)


async def test_a_crowd_that_asks_for_a_size_has_it_made_once(tmp_path, monkeypatch):
    kept = Pictures(tmp_path)
    name = (await kept.save(picture(size=(800, 800)))).url.rsplit("/", 1)[1]
    for size in SIZES:
        (tmp_path / sized_name(name, size)).unlink()
    made = []
    make = pictures_module._make_sizes
    monkeypatch.setattr(
        pictures_module, "_make_sizes", lambda *args: made.append(args) or make(*args)
    )
    found = await asyncio.gather(*(kept.find(sized_name(name, 640)) for _ in range(50)))
    assert set(found) == {tmp_path / sized_name(name, 640)}
    assert len(made) == 1


async def test_a_picture_whose_sizes_cannot_be_made_is_served_as_it_is(tmp_path):
    name = f"{'a' * 32}.webp"
    (tmp_path / name).write_bytes(b"damaged since")
    assert await Pictures(tmp_path).find(sized_name(name, 320)) == tmp_path / name


@pytest.mark.parametrize("name", ["-320", "-321", "-9999999", "-", "-320-320"])
async def test_no_other_size_and_no_size_of_nothing_is_served(site, name):
    url = (await upload(site, picture())).json()["url"]
    address = f"/media/{'0' * 32}{name}.webp" if name == "-320" else url.replace(".", f"{name}.")
    problem(await site.http.get(address), 404, "not_found")


def test_only_uploaded_pictures_have_sizes():
    address = f"/shop/media/{'0' * 32}.webp"
    assert srcset(address).split(", ")[0] == f"/shop/media/{'0' * 32}-160.webp 160w"
    for other in ("https://cdn.example/a.webp", "/static/demo/mug.webp", "/media/short.webp"):
        assert srcset(other) == ""


async def test_a_phone_gets_a_photo_in_few_bytes(tmp_path):
    """Ten of 200 KB each came as they were: 1.2 MB for the page."""
    saved = await Pictures(tmp_path).save(photo())
    name = saved.url.rsplit("/", 1)[1]
    kept, *sized = [
        (tmp_path / each).stat().st_size for each in (name, *(sized_name(name, s) for s in SIZES))
    ]
    assert 150_000 < kept < 260_000
    assert [size < most for size, most in zip(sized, (8_000, 26_000, 80_000), strict=True)] == [
        True
    ] * 3, sized
