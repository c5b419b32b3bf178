"""The nginx of deploy/nginx.conf."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from deploy.bootstrap import ensure_nginx
from tests.deploy.files import text
from tests.deploy.reverse_proxy import ReverseProxy, started

TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
TEST_ADDRESS = "X-Test-Address"
"""A request with this header comes from that address, as far as nginx knows."""


class Nginx(ReverseProxy):
    """One nginx; it is told of the processes at the start and when it is told again.

    `below`: a path that everything is below, as docs/operations.md says. `strips`: nginx takes it
    away, and the server does not see it.
    """

    def __init__(
        self, folder: Path, *processes: int, below: str = "", strips: bool = False
    ) -> None:
        super().__init__(folder)
        config = self._configuration()
        if below:
            config = stripped_path(config, below) if strips else kept_path(config, below)
        (folder / "nginx.conf").write_text(config, encoding="utf-8")
        self.knows(*processes)

    @property
    def log(self) -> str:
        """Everything that it wrote down."""
        return "".join(file.read_text("utf-8") for file in sorted(self.folder.glob("*.log")))

    def knows(self, *processes: int) -> None:
        """Write down the ports of the processes, as nginx-upstreams.conf does."""
        rule = re.search(r"^server 127\.0\.0\.1:8001 (.*;)$", text("nginx-upstreams.conf"), re.M)
        assert rule is not None
        lines = "".join(f"server 127.0.0.1:{port} {rule[1]}\n" for port in processes)
        (self.folder / "vetrina-upstreams.conf").write_text(lines)

    def check(self) -> None:
        """`nginx -t`."""
        done = subprocess.run([*self._command(), "-t"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def start(self) -> None:
        """Returns when its workers run."""
        self.check()
        # What it tells on its console comes on top of what the configuration writes to files.
        options = "daemon off; error_log stderr notice;"
        self.run(*self._command(options))

    def _command(self, options: str = "daemon off;") -> list[str]:
        folder = self.folder
        config, start = folder / "nginx.conf", folder / "start.log"
        options = f"{options} pid {folder / 'nginx.pid'};"
        return [ensure_nginx(), "-p", str(folder), "-c", str(config), "-e", str(start),
                "-g", options]  # fmt: skip

    def _configuration(self) -> str:
        config = re.sub(r"^ *listen \[::\].*\n", "", text("nginx.conf"), flags=re.MULTILINE)
        config, ports = re.subn(r"\blisten (\d+)", self._listen, config)
        assert ports == 2
        assert config.count("/var/log/nginx/") == 2
        config = config.replace("/var/log/nginx/", f"{self.folder}/")
        places = [f"{kind}_temp_path {self.folder}/{kind};" for kind in TEMPORARY]
        places += ["set_real_ip_from 127.0.0.1;", f"real_ip_header {TEST_ADDRESS};"]
        config = config.replace("http {\n", "\n    ".join(["http {", *places, ""]), 1)
        # The test's folder is root's alone, so nginx stays root where the test is.
        return f"user root;\n{config}" if os.geteuid() == 0 else config

    def _listen(self, match: re.Match[str]) -> str:
        if match[1] == "80":
            return f"listen 127.0.0.1:{self.plain_port} reuseport"
        return f"listen 127.0.0.1:{self.port}"


def kept_path(config: str, path: str) -> str:
    """The path before every location and pattern of the site; beside it there may be others."""
    before, found, after = config.rpartition("    server {\n")
    after = after.replace("location /", f"location {path}/").replace("= /", f"= {path}/")
    after = after.replace("~ ^/", f"~ ^{path}/")
    before = before.replace("front>/", f"front>{path}/").replace("~^/hooks", f"~^{path}/hooks")
    return before + found + after


def stripped_path(config: str, path: str) -> str:
    """One line in the site."""
    before, found, after = config.rpartition("    server {\n")
    return f"{before}{found}        rewrite ^{path}(/.*)$ $1 break;\n{after}"


@contextmanager
def nginx_before(folder: Path, processes: Sequence[int]) -> Iterator[Nginx]:
    """A running nginx for the block."""
    with started(Nginx(folder, *processes)) as nginx:
        yield nginx
