"""`vetrina encryption-key`, beside a running server, and starts with a wrong key."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from tests import running_server
from tests.running_server import Served, make_show, purchase, served, signed
from tests.waiting import PATIENCE_S
from vetrina.cli import main
from vetrina.data_key import FILE, data_key, new_key

SETTING = "VETRINA_ENCRYPTION_KEY"
Vetrina = Callable[..., tuple[int, str]]


@pytest.fixture
def vetrina(tmp_path: Path) -> Vetrina:
    def run(*arguments: str, **environment: str) -> tuple[int, str]:
        command = [*arguments, "--data", str(tmp_path / "data")]
        result = CliRunner().invoke(main, command, env={"COLUMNS": "400", **environment})
        return result.exit_code, " ".join(result.output.split())

    return run


def refused(data: Path, *options: str, **environment: str) -> str:
    """What a start says that does not come about."""
    start = ("serve", "--port", "0", "--data", data)
    code, told = running_server.vetrina(*start, *options, **environment)
    assert code == 1
    return told


def deliver(server: Served, made: dict[str, str], order: str) -> int:
    """Send an order as the shop would; the status of the answer."""
    body = purchase(order)
    answer = httpx.post(
        f"{server.address}/webhooks/{made['id']}",
        content=body,
        headers=signed(made["secret"], order, body),
        timeout=PATIENCE_S,
    )
    return answer.status_code


def test_a_key_is_changed_beside_a_running_server_and_a_lost_one_is_said(
    tmp_path: Path, vetrina: Vetrina
) -> None:
    data = tmp_path / "data"
    with served(data) as server:
        make_show(server, "drop")
        made = server.call("POST", "/api/v1/connections", {"kind": "generic", "show": "drop"})
        assert deliver(server, made, "A-1") == 200
        before = data_key(data)
        code, told = vetrina("encryption-key", "rotate")
        assert code == 0
        assert "1 secrets are encrypted with a new key, the first line of" in told
        assert data_key(data) != before
        assert deliver(server, made, "A-2") == 200
        server.stop()
        server.start()
        assert deliver(server, made, "A-3") == 200
    kept = b"".join(path.read_bytes() for path in data.iterdir() if path.is_file())
    assert made["secret"].removeprefix("whsec_").encode() not in kept
    (data / FILE).rename(data / "moved")
    for options in ((), ("--workers", "2")):
        told = refused(data, *options)
        assert f"there is no {data / FILE}, and {SETTING} is not set" in " ".join(told.split())
        assert "Traceback" not in told
    assert f"{SETTING} holds another key" in refused(data, **{SETTING: new_key().decode()})
    assert not (data / FILE).exists()
    code, told = vetrina("doctor")
    assert code == 1
    assert f"there is no {data / FILE}" in told
    shutil.copy(data / "moved", data / FILE)
    assert vetrina("encryption-key", "rotate")[0] == 0


def test_a_given_key_is_changed_by_two(vetrina: Vetrina) -> None:
    old = new_key().decode()
    new = CliRunner().invoke(main, ["encryption-key", "make"]).output.strip()
    assert vetrina("migrate", **{SETTING: old})[0] == 0
    code, told = vetrina("encryption-key", "rotate", **{SETTING: old})
    assert (code, "the new key, a comma and the old one" in told) == (2, True)
    code, told = vetrina("encryption-key", "rotate", **{SETTING: f"{new},{old}"})
    assert (code, "the others can be taken away" in told) == (0, True)
    assert vetrina("migrate", **{SETTING: new})[0] == 0
    code, told = vetrina("migrate", **{SETTING: old})
    assert (code, "holds another key" in told) == (1, True)
    assert vetrina("encryption-key", "forget", **{SETTING: old})[0] == 2
    code, told = vetrina("encryption-key", "forget", "--yes", **{SETTING: old})
    assert (code, "0 secrets" in told) == (0, True)
    assert vetrina("migrate", **{SETTING: old})[0] == 0
