"""The Caddy of deploy/Caddyfile."""

from __future__ import annotations

from pathlib import Path

from deploy.bootstrap import find_proxy
from tests.deploy.files import text
from tests.deploy.reverse_proxy import ReverseProxy

KNOWN = "to 127.0.0.1:8001 127.0.0.1:8002 127.0.0.1:8003"


class Caddy(ReverseProxy):
    """Has a certificate of the test. `impatient`: slow heads and bodies have a second."""

    def __init__(self, folder: Path, *processes: int, impatient: bool = False) -> None:
        super().__init__(folder)
        config = self._configuration(processes)
        if impatient:
            config = config.replace("read_header 10s", "read_header 1s")
            config = config.replace("read_body 2m", "read_body 1s")
        (folder / "Caddyfile").write_text(config, encoding="utf-8")

    def start(self) -> None:
        program = find_proxy("caddy")
        assert program is not None
        home = str(self.folder)
        config = str(self.folder / "Caddyfile")
        self.run(program, "run", "--config", config, "--adapter", "caddyfile",
                 HOME=home, XDG_DATA_HOME=home, XDG_CONFIG_HOME=home)  # fmt: skip

    def _configuration(self, processes: tuple[int, ...]) -> str:
        config, tls = text("Caddyfile"), self.folder / "tls"
        own = [
            "admin off",
            "default_bind 127.0.0.1",
            f"http_port {self.plain_port}",
            f"https_port {self.port}",
        ]
        assert config.count("\n{\n") == config.count(KNOWN) == 1
        config = config.replace("\n{\n", "\n\t".join(["\n{", *own, ""]), 1)
        config = config.replace(KNOWN, " ".join(["to", *(f"127.0.0.1:{p}" for p in processes)]))
        site = f"127.0.0.1 {{\n\ttls {tls / 'fullchain.pem'} {tls / 'privkey.pem'}\n"
        assert config.count("live.example.com {\n") == 1
        return config.replace("live.example.com {\n", site)
