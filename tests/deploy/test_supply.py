"""What the image is made of: versions, hashes, digests, and the list of it all."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from deploy import images, lock
from tests.deploy.files import DEPLOY, ROOT, text

DIGEST = "sha256:" + "ab" * 32
DOCKER = """#!/bin/sh
[ "$1 $2 $3" = "buildx imagetools inspect" ] || exit 2
case "$4" in
  *broken*) echo "no such host" >&2; exit 1;;
  *odd*) echo '{"digest": "latest"}';;
  *) echo '{"digest": "%s"}';;
esac
"""


def plain(name: str) -> str:
    """A package's name as indexes compare it (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def pins(path: Path) -> dict[str, str]:
    found = re.findall(r"^([\w.-]+)==([^\s;\\]+)", path.read_text("utf-8"), re.MULTILINE)
    return {plain(name): version for name, version in found}


def test_every_library_of_the_image_is_known_by_its_hashes() -> None:
    for path in (lock.REQUIREMENTS, lock.BUILD_REQUIREMENTS):
        entries = re.split(r"\n(?=\w)", path.read_text("utf-8").strip())
        assert len(entries) == len(pins(path)) > 3
        for entry in entries:
            first, *hashes = [line.strip(" \\") for line in entry.split("\n")]
            assert re.fullmatch(r"[\w.-]+==[\w.]+( ; [\w =!<>.'()]+)?", first), first
            assert hashes, first
            assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", each) for each in hashes), first


def test_the_image_has_the_versions_that_were_tested() -> None:
    tested = pins(lock.CONSTRAINTS)
    shipped = pins(lock.REQUIREMENTS) | pins(lock.BUILD_REQUIREMENTS)
    different = {name: shipped[name] for name in shipped.keys() & tested.keys()}
    assert different == {name: tested[name] for name in different}, "run `make hashes`"


def test_the_image_has_every_library_that_the_project_names() -> None:
    about = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = about["project"]
    extra = project["optional-dependencies"][lock.EXTRA]
    for path, named in (
        (lock.REQUIREMENTS, project["dependencies"] + extra),
        (lock.BUILD_REQUIREMENTS, about["build-system"]["requires"]),
    ):
        needed = {plain(re.split(r"[\[<>=;]", one)[0].strip()) for one in named}
        assert needed - pins(path).keys() == set(), "run `make hashes`"


def test_the_image_takes_nothing_else() -> None:
    commands = re.findall(r"/bin/pip [^\n\\&]+", text("Dockerfile"))
    assert len(commands) == 4
    for command in commands:
        assert "--require-hashes" in command or "--no-index" in command, command
        assert "--no-deps" in command, command


@pytest.fixture
def docker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A docker that answers as buildx does."""
    program = tmp_path / "docker"
    program.write_text(DOCKER % DIGEST)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")


@pytest.mark.usefixtures("docker")
def test_images_get_their_digests_and_keep_what_stands_around() -> None:
    for name in images.FILES:
        before = text(name)
        after = images.pinned(before)
        assert after.replace(f"@{DIGEST}", "") == re.sub(r"@sha256:[0-9a-f]{64}", "", before)
        assert images.pinned(after) == after
        assert f"@{DIGEST}" in after
    assert "image: vetrina:0.1\n" in images.pinned(text("compose.yaml"))
    assert f"FROM python:3.13-slim@{DIGEST} AS build\n" in images.pinned(text("Dockerfile"))


@pytest.mark.usefixtures("docker")
@pytest.mark.parametrize(("image", "why"), [("broken:1", "no such host"), ("odd:1", "sha256")])
def test_an_image_without_a_digest_is_told(image: str, why: str) -> None:
    with pytest.raises(images.NoDigest, match=why):
        images.pinned(f"  image: {image}\n")


def test_without_docker_it_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(images.NoDigest, match="buildx"):
        images.digest_of("nginx:1.28")


def test_nothing_of_it_names_an_address() -> None:
    for path in (lock.CONSTRAINTS, lock.REQUIREMENTS, lock.BUILD_REQUIREMENTS):
        assert "://" not in path.read_text("utf-8"), path.name
    assert {path.name for path in DEPLOY.glob("requirements*.txt")} == {
        lock.REQUIREMENTS.name,
        lock.BUILD_REQUIREMENTS.name,
    }
