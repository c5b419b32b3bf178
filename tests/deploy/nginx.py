"""A real nginx with the project's own configuration, on ports of the test.

Of deploy/nginx.conf only places are changed: what it listens on, where its files are, and which
processes it knows.
"""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx

from deploy.bootstrap import ensure_nginx
from tests.deploy.files import text
from tests.waiting import PATIENCE_S

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
TEST_ADDRESS = "X-Test-Address"
"""A request with this header comes from that address, as far as nginx knows."""


class Nginx:
    """One nginx; it is told of the processes at the start and when it is told again."""

    def __init__(self, folder: Path, *processes: int) -> None:
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None
        self._reader: threading.Thread | None = None
        self._held = [_held_port(), _held_port()]
        self.plain_port, self.port = (held.getsockname()[1] for held in self._held)
        folder.mkdir(parents=True)
        self._certificate()
        (folder / "nginx.conf").write_text(self._configuration(), encoding="utf-8")
        self.knows(*processes)

    @property
    def address(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything that it wrote down."""
        return "".join(file.read_text("utf-8") for file in sorted(self._folder.glob("*.log")))

    def knows(self, *processes: int) -> None:
        """Write down the ports of the processes, as nginx-upstreams.conf does."""
        rule = re.search(r"^server 127\.0\.0\.1:8001 (.*;)$", text("nginx-upstreams.conf"), re.M)
        assert rule is not None
        lines = "".join(f"server 127.0.0.1:{port} {rule[1]}\n" for port in processes)
        (self._folder / "vetrina-upstreams.conf").write_text(lines)

    def check(self) -> None:
        """`nginx -t`."""
        done = subprocess.run([*self._command(), "-t"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Returns when its workers run."""
        self.check()
        # What it tells on its console comes on top of what the configuration writes to files.
        options = "daemon off; error_log stderr notice;"
        self._process = subprocess.Popen(
            self._command(options), stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )
        watchdog = threading.Timer(PATIENCE_S, self._process.kill)
        watchdog.start()
        assert self._process.stderr is not None
        said = [""]
        for line in self._process.stderr:
            said.append(line)
            if "start worker process" in line:
                break
        watchdog.cancel()
        self._reader = threading.Thread(target=_read_on, args=(self._process,), daemon=True)
        self._reader.start()
        assert "start worker process" in said[-1], "nginx stopped: " + "".join(said)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(PATIENCE_S)
        if self._reader is not None:
            self._reader.join()
        for held in self._held:
            held.close()

    def trust(self) -> ssl.SSLContext:
        """What a client needs to believe its certificate."""
        return ssl.create_default_context(cafile=str(self._folder / "tls" / "fullchain.pem"))

    def client(self, **headers: str) -> httpx.Client:
        return httpx.Client(
            base_url=self.address, verify=self.trust(), headers=headers, timeout=PATIENCE_S
        )

    def _command(self, options: str = "daemon off;") -> list[str]:
        folder = self._folder
        config, start = folder / "nginx.conf", folder / "start.log"
        options = f"{options} pid {folder / 'nginx.pid'};"
        return [ensure_nginx(), "-p", str(folder), "-c", str(config), "-e", str(start),
                "-g", options]  # fmt: skip

    def _configuration(self) -> str:
        config = re.sub(r"^ *listen \[::\].*\n", "", text("nginx.conf"), flags=re.MULTILINE)
        config, ports = re.subn(r"\blisten (\d+)", self._listen, config)
        assert ports == 2
        assert config.count("/var/log/nginx/") == 2
        config = config.replace("/var/log/nginx/", f"{self._folder}/")
        places = [f"{kind}_temp_path {self._folder}/{kind};" for kind in TEMPORARY]
        places += ["set_real_ip_from 127.0.0.1;", f"real_ip_header {TEST_ADDRESS};"]
        config = config.replace("http {\n", "\n    ".join(["http {", *places, ""]), 1)
        # The test's folder is root's alone, so nginx stays root where the test is.
        return f"user root;\n{config}" if os.geteuid() == 0 else config

    def _listen(self, match: re.Match[str]) -> str:
        if match[1] == "80":
            return f"listen 127.0.0.1:{self.plain_port} reuseport"
        return f"listen 127.0.0.1:{self.port}"

    def _certificate(self) -> None:
        folder = self._folder / "tls"
        folder.mkdir()
        subprocess.run(
            ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=test",
             "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
             "-addext", "subjectAltName=IP:127.0.0.1",
             "-keyout", folder / "privkey.pem", "-out", folder / "fullchain.pem"],
            check=True, capture_output=True,
        )  # fmt: skip


def _read_on(process: subprocess.Popen[str]) -> None:
    assert process.stderr is not None
    with process.stderr:
        process.stderr.read()


def _held_port() -> socket.socket:
    """A port that nobody else is given. nginx may listen there, since it shares it too."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    held.bind(("127.0.0.1", 0))
    return held


@contextmanager
def nginx_before(folder: Path, processes: Sequence[int]) -> Iterator[Nginx]:
    """A running nginx for the block."""
    nginx = Nginx(folder, *processes)
    try:
        nginx.start()
        yield nginx
    finally:
        nginx.stop()
