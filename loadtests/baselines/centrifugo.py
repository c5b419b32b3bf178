"""Centrifugo, built by Go from its module: memory engine, history, forced recovery.

The first start builds it into the environment of the benchmarks, which takes some minutes.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from loadtests.baselines.serve import tell

VERSION: Final = "v6.9.1"
MODULE: Final = "github.com/centrifugal/centrifugo/v6"
PLACES: Final = ("/usr/local/go/bin/go", "/usr/lib/go/bin/go")
"""Where Go is when it is not on the PATH."""
STARTS_WITHIN_S: Final = 20
PAUSE_S: Final = 0.05


def program() -> Path:
    """The program, built if it is not there yet. Ends the process where there is no Go."""
    folder = Path(sys.prefix) / f"centrifugo-{VERSION}"
    built = folder / "centrifugo"
    if not built.exists():
        go = shutil.which("go") or next((place for place in PLACES if Path(place).exists()), None)
        if go is None:
            sys.exit("it is built by Go, and no `go` was found on the PATH")
        environment = {**os.environ, "GOBIN": str(folder)}
        command = [go, "install", f"{MODULE}@{VERSION}"]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"Go could not build {MODULE}: {done.stderr.strip().splitlines()[-1]}")
    return built


def settings(port: int) -> dict[str, Any]:
    """Anybody may subscribe and publish, and who comes back is told what was missed."""
    return {
        "http_server": {"address": "127.0.0.1", "port": port},
        "http_api": {"insecure": True},
        "client": {"insecure": True, "allowed_origins": ["*"]},
        "channel": {
            "without_namespace": {
                "history_size": 1_000,
                "history_ttl": "3600s",
                "force_recovery": True,
            }
        },
        "log": {"level": "error"},
    }


def main() -> None:
    """Become Centrifugo; a child tells where it listens as soon as it does."""
    built = program()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(settings(port), file)
    if os.fork() == 0:
        _tell_when_there(port, Path(file.name))
        os._exit(0)
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    os.execv(built, [str(built), "--config", file.name])  # noqa: S606  its own arguments


def _tell_when_there(port: int, file: Path) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(PAUSE_S)
        else:
            file.unlink()
            tell(port)
            return


if __name__ == "__main__":
    main()
