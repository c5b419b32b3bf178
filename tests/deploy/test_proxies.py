"""The reverse proxies: their times and sizes against those of the server."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import uvicorn

from deploy.bootstrap import find_proxy
from tests.deploy.files import DEPLOY, installed, text
from tests.deploy.nginx import Nginx
from vetrina.protocol.server_session import SessionLimits
from vetrina.web.api import imports
from vetrina.web.assets.pictures import MOST_BYTES
from vetrina.web.http.file_upload import FRAME_BYTES

LONGEST_HEARTBEAT_MS = 45_000


def seconds(name: str, pattern: str) -> list[float]:
    """Every time that the pattern finds in a file: 3s, 120s, 4h."""
    found = re.findall(pattern + r"\s+(\d+)(ms|s|m|h)\b", text(name))
    assert found, f"{name} has no {pattern}"
    units = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
    return [float(number) * units[unit] for number, unit in found]


def test_proxies_wait_longer_than_the_server_for_a_silent_socket() -> None:
    longest_s = SessionLimits(heartbeat_ms=LONGEST_HEARTBEAT_MS).silence_ms / 1000
    assert SessionLimits().silence_ms / 1000 < longest_s < 120
    socket = text("nginx.conf").partition("location = /ws {")[2].partition("}")[0]
    for name in ("proxy_read_timeout", "proxy_send_timeout"):
        assert f"{name} 120s;" in socket
    assert "proxy_buffering off;" in socket
    assert seconds("haproxy.cfg", "timeout tunnel") == [120]
    # Caddy has no time-out for what follows an upgrade, unless it is told of one.
    assert "stream_timeout" not in text("Caddyfile")


def test_proxies_let_go_of_kept_connections_before_the_server_does() -> None:
    closes_s = uvicorn.Config("vetrina.app:create_app").timeout_keep_alive
    for name, pattern in (
        ("nginx.conf", "keepalive_timeout"),
        ("haproxy.cfg", "pool-purge-delay"),
        ("Caddyfile", "keepalive"),
    ):
        assert max(seconds(name, pattern)) < closes_s


def test_proxies_let_pictures_through_and_hide_the_numbers() -> None:
    for name, pattern in (
        ("nginx.conf", r"client_max_body_size (\d+)m;"),
        ("Caddyfile", r"max_size (\d+)MB"),
    ):
        pictures, catalogues = (int(size) * 1_000_000 for size in re.findall(pattern, text(name)))
        assert pictures > MOST_BYTES
        assert catalogues > imports.MOST_BYTES + FRAME_BYTES
    assert re.search(r"location = /metrics \{\s+return 404;", text("nginx.conf"))
    # Caddy sorts directives: a `respond` beside a `handle` would come after it.
    assert re.search(r"handle /metrics \{\s+respond 404\s", text("Caddyfile"))
    assert "return status 404 if { var(txn.path) -m str /metrics }" in text("haproxy.cfg")


def test_proxies_name_the_same_processes() -> None:
    ports = {"8001", "8002", "8003"}
    for name in ("nginx-upstreams.conf", "Caddyfile", "haproxy.cfg"):
        assert set(re.findall(r"127\.0\.0\.1:(\d+)", text(name))) == ports


def test_nginx_takes_its_configuration(tmp_path: Path) -> None:
    nginx = Nginx(tmp_path / "nginx", 8001, 8002, 8003)
    try:
        nginx.check()
    finally:
        nginx.stop()


def test_proxies_end_slow_heads_and_bodies() -> None:
    assert seconds("Caddyfile", "read_header") == [10]
    assert seconds("Caddyfile", "read_body") == [120]
    assert seconds("haproxy.cfg", "timeout http-request") == [10]
    assert seconds("haproxy.cfg", "timeout client") == [60]


@installed("haproxy")
def test_haproxy_takes_its_configuration(tmp_path: Path) -> None:
    subprocess.run(
        ["openssl", "req", "-x509", "-nodes", "-days", "2", "-subj", "/CN=test",
         "-newkey", "rsa:2048", "-keyout", tmp_path / "key", "-out", tmp_path / "certificate"],
        check=True, capture_output=True,
    )  # fmt: skip
    both = (tmp_path / "certificate").read_text() + (tmp_path / "key").read_text()
    (tmp_path / "vetrina.pem").write_text(both)
    config = tmp_path / "haproxy.cfg"
    config.write_text(text("haproxy.cfg").replace("/etc/haproxy/", f"{tmp_path}/"))
    command = [str(find_proxy("haproxy")), "-c", "-f", config]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@installed("caddy")
def test_caddy_takes_its_configuration(tmp_path: Path) -> None:
    program = str(find_proxy("caddy"))
    command = [program, "adapt", "--config", DEPLOY / "Caddyfile", "--adapter", "caddyfile"]
    home = {**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=home)
    assert done.returncode == 0, done.stderr
