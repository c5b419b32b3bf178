"""What a device is called in the list of keys."""

import pytest

from vetrina.web.http.user_agent import login_label

NOW = 1_763_690_000_000


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (
            "Mozilla/5.0 (X11; Linux x86_64) Chrome/127.0 Safari/537.36 OBS/31.0",
            "OBS on Linux",
        ),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 10; K) Chrome/131.0 Mobile Safari", "Chrome on Android"),
        ("curl/8.5.0", "browser"),
        ("", "browser"),
    ],
)
def test_a_device_is_known_by_browser_system_and_day(user_agent, told):
    assert login_label(user_agent, NOW) == f"Login link, {told}, 21 Nov"
