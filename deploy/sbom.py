"""Write the software bill of materials: `make sbom` → sbom.cdx.json, in the form of CycloneDX.

It lists what deploy/requirements.txt brings into the image: name, version, package URL and the
hashes of all files that count as that version.
"""

import json
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.lock import REQUIREMENTS
from deploy.tools import ROOT, borrowed

TARGET = ROOT / "sbom.cdx.json"


def made() -> dict[str, object]:
    """The bill of materials; the same for the same requirements, whenever it is made."""
    with borrowed("cyclonedx-bom") as environment:
        command = [sys.executable, "-W", "ignore", "-m", "cyclonedx_py", "requirements"]
        about = [
            "--pyproject",
            str(ROOT / "pyproject.toml"),
            "--output-reproducible",
            "--of",
            "JSON",
        ]
        done = subprocess.run(
            [*command, *about, str(REQUIREMENTS)],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    bill: dict[str, object] = json.loads(done.stdout)
    return bill


def version() -> str:
    """The project's own version, which pyproject.toml leaves to the package."""
    about = (ROOT / "server/vetrina/__init__.py").read_text(encoding="utf-8")
    return about.partition('__version__ = "')[2].partition('"')[0]


if __name__ == "__main__":
    bill = made()
    bill["metadata"]["component"]["version"] = version()  # type: ignore[index]
    TARGET.write_text(json.dumps(bill, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(f"{TARGET.name}: {len(bill['components'])} libraries")  # type: ignore[arg-type]
