"""Settings that cannot be, and how that is told."""

import re
from pathlib import Path

import pytest

from server.protocol.heartbeat import LONGEST_MS
from server.settings import BadSettings, read_settings

ROOT = Path(__file__).resolve().parent.parent
FRESHNESS = "static/js/shared/timers.js"


def test_a_page_hears_from_the_server_before_it_calls_its_prices_old():
    stale_ms = re.search(r"STALE_MS = ([\d_]+)", (ROOT / FRESHNESS).read_text("utf-8"))[1]
    assert read_settings(heartbeat_ms=LONGEST_MS).heartbeat_ms < int(stale_ms)
    with pytest.raises(BadSettings, match=r"VETRINA_HEARTBEAT_MS.*45000"):
        read_settings(heartbeat_ms=LONGEST_MS + 1)
