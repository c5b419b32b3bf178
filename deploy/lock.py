"""Write down the versions of all libraries: `make lock`, or only their hashes: `make hashes`.

`constraints.txt` has what pip would install today for the project and its tests, name and version
only, so that a checkout of next year sets up the same libraries. `deploy/requirements.txt` has what
the image needs of them, with the hashes of all their files, so that pip takes no other ones, on
whatever machine; `deploy/requirements-build.txt` has what builds the project there. Nothing that is
written names an address.
"""

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.tools import ROOT, borrowed

CONSTRAINTS = ROOT / "constraints.txt"
REQUIREMENTS = ROOT / "deploy/requirements.txt"
BUILD_REQUIREMENTS = ROOT / "deploy/requirements-build.txt"
EXTRA = "postgres"
"""What the image has besides the libraries that every installation has."""
OLDEST = "3.11"


def resolve() -> list[str]:
    """`name==version` of everything that a new environment would get, sorted by name."""
    command = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed", "--quiet"]
    done = subprocess.run(
        [*command, "--disable-pip-version-check", "--report", "-", f"{ROOT}[test]"],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    found = [entry["metadata"] for entry in json.loads(done.stdout)["install"]]
    pins = (f"{each['name']}=={each['version']}" for each in found if each["name"] != "vetrina")
    return sorted(pins, key=str.lower)


def write_hashes() -> None:
    """Both requirement files, in the versions of constraints.txt, for every system and machine."""
    with borrowed("uv") as environment:
        command = [sys.executable, "-m", "uv", "pip", "compile", "--universal", "--generate-hashes"]
        command += ["--python-version", OLDEST, "--constraint", str(CONSTRAINTS), "--quiet"]
        command += ["--no-annotate", "--no-header", "--no-emit-index-url", "--no-emit-find-links"]
        for given, what, target in (
            (None, [str(ROOT / "pyproject.toml"), "--extra", EXTRA], REQUIREMENTS),
            ("hatchling", ["-"], BUILD_REQUIREMENTS),
        ):
            done = subprocess.run(
                [*command, *what],
                env=environment,
                input=given,
                check=True,
                stdout=subprocess.PIPE,
                text=True,
                cwd=ROOT,
            )
            target.write_text(done.stdout)


if __name__ == "__main__":
    if "--hashes" not in sys.argv[1:]:
        CONSTRAINTS.write_text("\n".join(resolve()) + "\n")
    write_hashes()
