"""Reading the files of deploy/, for the tests that compare them with the server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from deploy.bootstrap import find_proxy
from vetrina.process.runner import DRAIN_MAX_S, GRACE_S
from vetrina.realtime.drain import CLOSING_MS

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
STOPPING_S = DRAIN_MAX_S + CLOSING_MS / 1000 + GRACE_S
"""How long a process takes to end, at most."""


def text(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")


def installed(program: str) -> Any:
    return pytest.mark.skipif(not find_proxy(program), reason=f"{program} is not installed here")
