"""A preview over the socket: a viewer with a key sees a show before it begins."""

from __future__ import annotations

import pytest

from tests.realtime.facts import publish, replica
from tests.realtime.test_drafts import edited, new_bag
from tests.waiting import until
from tests.web.live_socket import CONTROL, CONTROL_OF_ANOTHER, HELLO, HOOK, OVERLAY, live_socket


@pytest.fixture
async def live():
    async with live_socket() as live:
        live.hub.rooms.clear()
        live.room = live.hub.open(replica("MUG-1", draft=True))
        yield live


@pytest.mark.parametrize("secret", [OVERLAY, CONTROL])
async def test_a_viewer_with_a_key_of_the_show_sees_the_draft_and_follows_it(live, secret):
    async with live.client() as line:
        await line.say(**HELLO, key=secret)
        welcome = await line.hear("welcome")
        publish(live.room, new_bag())
        events = await line.hear("events")
    assert welcome["state"]["show"]["title"] == "Spring drop"
    assert "totals" not in welcome["state"]
    assert events["events"][0]["type"] == "bag_changed"


async def test_a_preview_is_no_overlay_on_air_and_no_viewer_to_count(live):
    async with live.client() as line:
        await line.say(**HELLO, key=OVERLAY)
        await line.hear("welcome")
        assert live.room.overlay_list(live.clock.now_ms()) == []
        assert live.room.counts.viewers == 0
    await until(lambda: not live.hub.clients)
    for role in ("viewer", "overlay"):
        assert live.metric(f'vetrina_connections{{role="{role}"}}') == 0


@pytest.mark.parametrize("secret", [None, "ovl_unknown_unknown_1", CONTROL_OF_ANOTHER, HOOK])
async def test_without_such_a_key_a_viewer_hears_when_it_begins(live, secret):
    async with live.client() as line:
        await line.say(**HELLO, **({"key": secret} if secret else {}))
        welcome = await line.hear("welcome")
        publish(live.room, new_bag())
        publish(live.room, edited())
        told = await line.hear("welcome")
    assert welcome["state"]["show"]["title"] == told["state"]["show"]["title"] == ""
    assert told["state"]["show"]["starts_at"] is not None
