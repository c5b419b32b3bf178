"""The list of overlays that control sees."""

import pytest

from tests.realtime.facts import NOW
from vetrina.realtime.presence import (
    MOST_GONE,
    NAMELESS_MS,
    REMEMBERED_MS,
    Overlays,
    combined,
    engine_of,
)

OBS = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/127.0.6533.120 Safari/537.36 OBS/31.0.0"
)


@pytest.mark.parametrize(
    ("user_agent", "engine"),
    [
        (OBS, "OBS 31.0 / Chrome 127"),
        (OBS.partition(" OBS")[0], "Chrome 127"),
        ("Mozilla/5.0 OBS/30.2.3", "OBS 30.2"),
        ("Mozilla/5.0 (X11; rv:140.0) Gecko/20100101 Firefox/140.0", None),
        ("", None),
        ("Chrome/" + "9" * 5000, "Chrome 9999"),
    ],
    ids=["obs", "chrome", "obs alone", "firefox", "none", "nonsense"],
)
def test_the_engine_is_read_from_the_user_agent(user_agent, engine):
    assert engine_of(user_agent) == engine


def test_an_overlay_is_listed_with_what_it_told():
    overlays = Overlays()
    overlay = overlays.connect("key_1", "main", "OBS 31.0", NOW)
    overlay.painted(7, NOW + 140, NOW + 100)
    overlay.visible, overlay.active = True, False
    overlay.seen_at = NOW + 2_000
    assert overlays.listed(NOW + 5_000) == [
        {
            "id": overlay.id,
            "label": "main",
            "connected": True,
            "lost": False,
            "visible": True,
            "active": False,
            "painted_seq": 7,
            "painted_at": NOW + 140,
            "paint_ms": 40,
            "heartbeat_age_ms": 3_000,
            "engine": "OBS 31.0",
        }
    ]


def test_an_older_frame_painted_late_changes_nothing():
    overlay = Overlays().connect("key_1", "main", None, NOW)
    overlay.painted(7, NOW + 140, None)
    overlay.painted(6, NOW + 150, NOW)
    assert (overlay.painted_seq, overlay.painted_at, overlay.paint_ms) == (7, NOW + 140, None)


def test_a_clock_that_is_behind_paints_in_no_time_at_all():
    overlay = Overlays().connect("key_1", "main", None, NOW)
    overlay.painted(7, NOW - 5, NOW)
    assert overlay.paint_ms == 0


def test_one_that_left_stays_listed_for_ten_minutes():
    overlays = Overlays()
    overlay = overlays.connect("key_1", "main", None, NOW)
    overlay.visible = True
    overlays.disconnect(overlay, NOW)
    (listed,) = overlays.listed(NOW + REMEMBERED_MS)
    assert (listed["connected"], listed["visible"]) == (False, None)
    assert overlays.listed(NOW + REMEMBERED_MS + 1) == []


def test_one_that_left_while_on_air_is_lost_until_it_is_back():
    overlays = Overlays()
    overlay = overlays.connect("key_1", "main", None, NOW)
    overlay.visible = overlay.active = True
    overlays.disconnect(overlay, NOW)
    (listed,) = overlays.listed(NOW)
    assert (listed["connected"], listed["active"], listed["lost"]) == (False, None, True)
    overlays.connect("key_1", "main", None, NOW)
    assert not overlays.listed(NOW)[0]["lost"]


@pytest.mark.parametrize("active", [False, None])
def test_one_that_was_not_on_air_is_not_lost(active):
    overlays = Overlays()
    overlay = overlays.connect("key_1", "main", None, NOW)
    overlay.active = active
    overlays.disconnect(overlay, NOW)
    assert not overlays.listed(NOW)[0]["lost"]


def test_one_without_a_name_is_cleared_away_after_a_minute_unless_it_was_lost():
    overlays = Overlays()
    nameless, lost = (overlays.connect(key, "", None, NOW) for key in ("key_1", "key_2"))
    named = overlays.connect("key_1", "main", None, NOW)
    lost.active = True
    for overlay in (nameless, lost, named):
        overlays.disconnect(overlay, NOW)
    assert len(overlays.listed(NOW + NAMELESS_MS)) == 3
    left = [overlay["id"] for overlay in overlays.listed(NOW + NAMELESS_MS + 1)]
    assert left == [lost.id, named.id]


def test_one_that_another_process_lost_is_listed_until_it_connects_anywhere():
    here, there = Overlays(), Overlays()
    lost = there.connect("key_1", "main", None, NOW)
    lost.active = True
    there.disconnect(lost, NOW)
    assert [one["lost"] for one in combined(here.listed(NOW), there.listed(NOW))] == [True]
    here.connect("key_1", "main", None, NOW)
    told = combined(here.listed(NOW), there.listed(NOW))
    assert [(one["connected"], one["lost"]) for one in told] == [(True, False)]


def test_one_that_comes_back_takes_its_place():
    overlays = Overlays()
    first = overlays.connect("key_1", "main", "OBS 30.2", NOW)
    overlays.disconnect(first, NOW)
    assert overlays.connect("key_1", "main", "OBS 31.0", NOW + 1_000) is first
    assert overlays.listed(NOW + 1_000)[0]["connected"]
    assert overlays.listed(NOW + 1_000)[0]["engine"] == "OBS 31.0"


def test_two_with_one_label_are_two():
    overlays = Overlays()
    overlays.connect("key_1", "main", None, NOW)
    overlays.connect("key_1", "main", None, NOW)
    other = overlays.connect("key_2", "main", None, NOW)
    overlays.disconnect(other, NOW)
    overlays.connect("key_1", "main", None, NOW)
    ids = [listed["id"] for listed in overlays.listed(NOW)]
    assert ids[1] == f"{ids[0]}-2"
    assert ids[3] == f"{ids[0]}-3"
    assert ids[2] not in (ids[0], ids[1])


def test_an_overlay_is_the_same_in_every_process():
    here, there, other = Overlays(), Overlays(), Overlays()
    one = here.connect("key_1", "main", None, NOW)
    assert there.connect("key_1", "main", None, NOW).id == one.id
    assert other.connect("key_1", "side", None, NOW).id != one.id
    assert "key_1" not in one.id


def test_one_that_moved_to_another_process_is_not_missing_here():
    here, there = Overlays(), Overlays()
    here.disconnect(here.connect("key_1", "main", None, NOW), NOW)
    stayed = there.connect("key_1", "main", None, NOW).listed(NOW)
    assert combined(here.listed(NOW), [stayed]) == [stayed]
    assert [one["connected"] for one in combined(here.listed(NOW), [])] == [False]


def test_one_link_in_two_processes_is_two_overlays():
    here, there = Overlays(), Overlays()
    here.connect("key_1", "main", None, NOW)
    there.connect("key_1", "main", None, NOW)
    first, second = combined(here.listed(NOW), there.listed(NOW))
    assert (first["id"] + "-2", second["connected"]) == (second["id"], True)


def test_those_that_left_are_not_collected_without_end():
    overlays = Overlays()
    for number in range(MOST_GONE + 5):
        overlays.disconnect(overlays.connect("key_1", f"label {number}", None, NOW), NOW + number)
    listed = overlays.listed(NOW + 100)
    assert len(listed) == MOST_GONE
    assert listed[0]["label"] == "label 5"
