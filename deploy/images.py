"""Write the digests of the images that deploy/ names: `make digests`.

A tag may be another image tomorrow, a digest never is. Asks the registry by `docker buildx`, which
needs no running daemon; run it again to take newer images of the same tags.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FILES = ("compose.yaml", "Dockerfile")
OWN = "vetrina"
_IMAGE = re.compile(
    r"^(?P<before>\s*image: |FROM )(?P<name>[\w./-]+:[\w.-]+)(?:@sha256:[0-9a-f]{64})?",
    re.MULTILINE,
)


class NoDigest(Exception):
    """The registry was not reached or knows no such image; what docker said of it."""


def digest_of(name: str) -> str:
    """`sha256:…` of the image as it is for all kinds of machines. Raises NoDigest."""
    command = ["docker", "buildx", "imagetools", "inspect", name, "--format", "{{json .Manifest}}"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        digest = str(json.loads(done.stdout)["digest"])
    except FileNotFoundError as error:
        raise NoDigest("expected docker with its plugin buildx; install it") from error
    except subprocess.CalledProcessError as error:
        raise NoDigest(f"{name}: {error.stderr.strip()}") from error
    if re.fullmatch(r"sha256:[0-9a-f]{64}", digest) is None:
        raise NoDigest(f"{name}: expected a sha256 digest, got {digest[:80]!r}")
    return digest


def pinned(text: str) -> str:
    """The text of a file with a digest behind the name of each image that is not our own."""

    def pin(match: re.Match[str]) -> str:
        name = match["name"]
        if name.startswith(f"{OWN}:"):
            return match[0]
        return f"{match['before']}{name}@{digest_of(name)}"

    return _IMAGE.sub(pin, text)


if __name__ == "__main__":
    try:
        written = {HERE / name: pinned((HERE / name).read_text("utf-8")) for name in FILES}
    except NoDigest as problem:
        sys.exit(f"Nothing was changed: {problem}")
    for path, new in written.items():
        path.write_text(new, encoding="utf-8")
