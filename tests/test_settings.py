"""Settings that cannot be, and how that is told."""

import re
from pathlib import Path

import pytest

from vetrina.protocol.client.heartbeat import LONGEST_MS
from vetrina.settings import BadSettings, read_settings

ROOT = Path(__file__).resolve().parent.parent
FRESHNESS = "static/js/shared/timers.js"


def test_a_page_hears_from_the_server_before_it_calls_its_prices_old():
    stale_ms = re.search(r"STALE_MS = ([\d_]+)", (ROOT / FRESHNESS).read_text("utf-8"))[1]
    assert read_settings(heartbeat_ms=LONGEST_MS).heartbeat_ms < int(stale_ms)
    with pytest.raises(BadSettings, match=r"VETRINA_HEARTBEAT_MS.*45000"):
        read_settings(heartbeat_ms=LONGEST_MS + 1)


@pytest.mark.parametrize("address", ["https://shop.example/?a=1", "https://shop.example/#top"])
def test_a_public_address_has_no_query_and_no_fragment(address):
    with pytest.raises(BadSettings, match=r"VETRINA_PUBLIC_URL.*without a query"):
        read_settings(public_url=address)


@pytest.mark.parametrize("text", ["1e999", "nan", "inf", "-0", "5.0", "1_0", "+5", "1" + "0" * 400])
def test_a_number_that_is_read_loosely_or_overflows_is_no_setting(monkeypatch, text):
    for name in ("CONNECTIONS_MAX", "DRAIN_S", "DEAL_COOLDOWN_H"):
        if (name, text) == ("DRAIN_S", "5.0"):
            continue
        monkeypatch.setenv(f"VETRINA_{name}", text)
        with pytest.raises(BadSettings, match=f"VETRINA_{name}"):
            read_settings()
        monkeypatch.delenv(f"VETRINA_{name}")


@pytest.mark.parametrize(
    "rest", ["A" * 22 + "+/", "A" * 22 + "=", "A" * 129, "A" * 21, "A" * 22 + " ", "A" * 22 + "é"]
)
def test_a_control_key_that_could_never_log_in_is_refused_at_the_start(rest):
    with pytest.raises(BadSettings, match=r"VETRINA_CONTROL_KEY.*A-Z.*could never log in") as told:
        read_settings(control_key="ctl_" + rest)
    assert rest not in str(told.value)
