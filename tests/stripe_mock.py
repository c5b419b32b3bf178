"""stripe-mock, Stripe's own judge of requests: what its OpenAPI description does not know is a 400.

It keeps nothing. It is a program in Go: where it was installed once, or Go still has its source,
it runs. `go install github.com/stripe/stripe-mock@latest` gets it; that takes minutes the first
time, so no test does it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.waiting import PATIENCE_S, pause

MODULE = "github.com/stripe/stripe-mock"
INSTALL = f"go install {MODULE}@latest"
BUILD_S = 60.0
ANY_PORT = "127.0.0.1:0"
LISTENS = re.compile(r"^Listening for HTTP at address: (\S+)$", re.MULTILINE)


def stripe_mock_program(folder: Path) -> Path:
    """Where it is; built into `folder` from what Go has. Skips the test where there is none."""
    if found := shutil.which("stripe-mock"):
        return Path(found)
    if shutil.which("go") is None:
        pytest.skip("there is neither stripe-mock nor Go here")
    told = subprocess.run(
        ["go", "env", "GOBIN", "GOPATH", "GOMODCACHE"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    own, path, kept = (Path(line) for line in told)
    for folder_of in (own, path / "bin"):
        if (folder_of / "stripe-mock").is_file():
            return folder_of / "stripe-mock"
    sources = sorted((kept / Path(MODULE).parent).glob("stripe-mock@*"))
    if not sources:
        pytest.skip(f"stripe-mock was never installed here: {INSTALL}")
    version = sources[-1].name.partition("@")[2]
    return _built(version, folder, kept)


def _built(version: str, folder: Path, kept: Path) -> Path:
    known = f"file://{kept}/cache/download"
    settings = {**os.environ, "GOBIN": str(folder), "GOPROXY": known, "GOSUMDB": "off"}
    wanted = ["go", "install", f"{MODULE}@{version}"]
    try:
        done = subprocess.run(wanted, env=settings, capture_output=True, timeout=BUILD_S)
    except subprocess.TimeoutExpired:
        pytest.skip(f"stripe-mock takes too long to build here: {INSTALL}")
    if done.returncode:
        pytest.skip(f"Go has not all of stripe-mock here: {INSTALL}")
    return folder / "stripe-mock"


@contextmanager
def stripe_mock(folder: Path) -> Iterator[str]:
    """The address of a running one."""
    # Both ports are the system's choice: without an address it listens by TLS too, on 12112, and
    # there can be one of it on a machine.
    log = folder / "stripe-mock.log"
    with log.open("wb") as said:
        process = subprocess.Popen(
            [stripe_mock_program(folder), "-http-addr", ANY_PORT, "-https-addr", ANY_PORT],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    """Where it listens, as soon as it does."""
    while not (found := LISTENS.search(log.read_text())):
        assert process.poll() is None, f"stripe-mock stopped: {log.read_text()}"
        pause()
    return f"http://{found[1]}"
