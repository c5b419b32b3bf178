"""The shell script of docs/quickstart.md, run as it stands there against a real server."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

from tests.running_server import CONTROL_KEY, served
from tests.waiting import PATIENCE_S

PAGE = Path(__file__).resolve().parent.parent / "docs" / "quickstart.md"


def test_the_script_makes_a_show_and_reads_its_purchase_back(tmp_path: Path) -> None:
    [script] = re.findall(r"^```sh\n(.*?)^```", PAGE.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    with served(tmp_path / "data") as server:
        done = subprocess.run(
            ["sh", "-c", script],
            env={**os.environ, "VETRINA": server.address, "VETRINA_CONTROL_KEY": CONTROL_KEY},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "A forged signature is answered with 401" in done.stdout
        assert "The true one is answered with 200" in done.stdout
        log = json.loads(done.stdout.strip().splitlines()[-1])
        kinds = [event["type"] for event in log["events"]]
        assert kinds.count("purchase_confirmed") == 1, "the forged one left no trace"
        assert kinds[-2:] == ["purchase_confirmed", "stock_changed"]
