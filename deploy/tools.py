"""Tools that are needed once in a while: fetched for one use, and part of no environment."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@contextmanager
def borrowed(package: str) -> Iterator[dict[str, str]]:
    """The environment in which Python finds a package from the index, until the block ends."""
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        quiet = ["--root-user-action=ignore", "--upgrade", "--target", folder]
        subprocess.run([*pip, *quiet, package], check=True)
        yield {**os.environ, "PYTHONPATH": folder}
