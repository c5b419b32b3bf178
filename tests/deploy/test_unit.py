"""The unit of systemd."""

from __future__ import annotations

import configparser
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.deploy.files import STOPPING_S, installed, text
from vetrina.process.file_limit import SPARE
from vetrina.settings import Settings


def unit() -> Iterator[tuple[str, str, str]]:
    """Section, name and value; a name may come twice."""
    section = ""
    for line in text("vetrina.service").splitlines():
        if line.startswith("["):
            section = line.strip("[]")
        elif line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield section, name, value


def test_the_unit_is_hardened_and_gives_time_to_stop() -> None:
    configparser.ConfigParser(strict=False, interpolation=None).read_string(text("vetrina.service"))
    assert [section for section, *_ in unit()] == sorted(
        (section for section, *_ in unit()), key=["Unit", "Service", "Install"].index
    )
    service = {name: value for section, name, value in unit() if section == "Service"}
    assert float(service["TimeoutStopSec"]) > STOPPING_S
    places = Settings.model_fields["connections_max"].default
    assert int(service["LimitNOFILE"]) >= places + SPARE
    assert service["ExecStart"].endswith("vetrina serve")
    # Exit code 2 is "used wrongly".
    assert (service["Restart"], service["RestartPreventExitStatus"]) == ("always", "2")
    for name in ("DynamicUser", "NoNewPrivileges", "ProtectHome", "PrivateTmp"):
        assert service[name] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectory"] == "vetrina"
    assert "VETRINA_DATA=/var/lib/vetrina" in service["Environment"]


@installed("systemd-analyze")
def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    file = tmp_path / "vetrina.service"
    file.write_text(re.sub(r"^ExecStart=\S+", "ExecStart=/bin/true", text(file.name), flags=re.M))
    done = subprocess.run(["systemd-analyze", "verify", file], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
