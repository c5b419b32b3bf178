"""Log lines that strangers bring about."""

import logging

from vetrina.websocket.throttled_log import EVERY_S, ThrottledLog


def test_one_line_a_minute_and_how_many_there_were(caplog):
    now = [0.0]
    log = ThrottledLog(logging.getLogger("strangers"), lambda: now[0])
    for number in range(1_000):
        log.warning("refused: %s", f"100% of {number}")
    now[0] = EVERY_S
    log.warning("refused: %s", "again")
    assert [record.getMessage() for record in caplog.records] == [
        "refused: 100% of 0",
        "refused: again (999 times more since the last time)",
    ]
