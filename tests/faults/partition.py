"""Programs in a corner of the system of their own: Linux namespaces, which end with them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parent.parent.parent
CANNOT = 77
"""The exit code of a program that finds something missing on this machine; it says what."""


class NotHere(Exception):
    """This machine cannot do it; the message says what is missing."""


def run_apart(module: str, folder: Path, *kinds: str) -> str:
    """Run a module of the tests with namespaces of these kinds; what it printed.

    Fails where the module fails. Raises NotHere.
    """
    command = ["unshare", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child",
               "--mount-proc", *(f"--{kind}" for kind in kinds)]  # fmt: skip
    _check(command)
    done = subprocess.run(
        [*command, sys.executable, "-m", module, str(folder)],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=PATIENCE_S,
        capture_output=True, text=True,
    )  # fmt: skip
    if done.returncode == CANNOT:
        raise NotHere(done.stderr.strip())
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def _check(command: list[str]) -> None:
    if shutil.which("unshare") is None:
        raise NotHere("needs Linux and its program unshare")
    trial = subprocess.run([*command, "true"], capture_output=True, text=True)
    if trial.returncode:
        raise NotHere(f"namespaces are not allowed here: {trial.stderr.strip()}")


def told(*command: str) -> None:
    """Have a program of the system do something, or end with CANNOT."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.stderr.write(f"{' '.join(command)}: {done.stderr.strip()}\n")
        sys.exit(CANNOT)
