"""The HAProxy of deploy/haproxy.cfg."""

from __future__ import annotations

import re
from pathlib import Path

from deploy.bootstrap import find_proxy
from tests.deploy.files import text
from tests.deploy.reverse_proxy import ReverseProxy

NAMES = ("one", "two", "three")


class Haproxy(ReverseProxy):
    """Knows up to three processes. `impatient`: slow heads have a second."""

    def __init__(self, folder: Path, *processes: int, impatient: bool = False) -> None:
        super().__init__(folder)
        tls = folder / "tls"
        both = (tls / "fullchain.pem").read_text() + (tls / "privkey.pem").read_text()
        (folder / "vetrina.pem").write_text(both)
        config = self._configuration(processes)
        if impatient:
            config = config.replace("timeout http-request 10s", "timeout http-request 1s")
        (folder / "haproxy.cfg").write_text(config, encoding="utf-8")

    def start(self) -> None:
        program = find_proxy("haproxy")
        assert program is not None
        self.run(program, "-db", "-f", str(self.folder / "haproxy.cfg"))

    def _configuration(self, processes: tuple[int, ...]) -> str:
        config = text("haproxy.cfg").replace("/etc/haproxy/", f"{self.folder}/")
        for was, now in ((":80", self.plain_port), (":443", self.port)):
            assert config.count(f"bind {was}") == 1
            config = config.replace(f"bind {was}\n", f"bind 127.0.0.1:{now}\n")
            config = config.replace(f"bind {was} ", f"bind 127.0.0.1:{now} ")
        # As many descriptors as a test may have.
        config = re.sub(r"maxconn \d+", "maxconn 200", config)
        for place, name in enumerate(NAMES):
            server = rf"( +server {name} 127\.0\.0\.1:)\d+(.*\n)"
            if place < len(processes):
                config = re.sub(server, rf"\g<1>{processes[place]}\g<2>", config)
            else:
                config = re.sub(server, "", config)
        return config
