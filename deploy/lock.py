"""Write constraints.txt: `.venv/bin/python deploy/lock.py`, or `make lock`.

Asks pip which versions it would install today for the project and its tests, and writes them
down, so that a checkout of next year sets up the same libraries. Name and version only.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


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


if __name__ == "__main__":
    (ROOT / "constraints.txt").write_text("\n".join(resolve()) + "\n")
