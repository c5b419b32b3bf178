"""A show that has not begun is its team's: what viewers hear of it, and what as it begins."""

from __future__ import annotations

from tests.realtime.facts import NOW, announced, pinned, product, publish, recorded, room, take
from tests.realtime.fakes import FakeTransport, Watcher
from tests.realtime.test_broadcast import ManualScheduler
from tests.realtime.test_room import joined
from vetrina.domain.show.events import BagChanged, Position, ShowEdited, ShowEnded, ShowStarted
from vetrina.domain.show.values import Host
from vetrina.protocol.snapshot import announced_state, public_state
from vetrina.realtime.hub_config import HubConfig

SECRETS = ("MUG-1", "Spring drop", "1000")


def edited(starts_at: int | None = NOW + 60_000) -> ShowEdited:
    return ShowEdited(
        at=NOW, title="Spring drop", currency="EUR", host=Host("Lia"),
        starts_at=starts_at, archived=False,
    )  # fmt: skip


def new_bag() -> BagChanged:
    return BagChanged(NOW, (), (product(),))


def heard(transport: FakeTransport) -> str:
    return b"".join(transport.taken).decode()


def test_a_viewer_of_a_draft_hears_when_it_begins_and_nothing_else():
    show = room("MUG-1", draft=True)
    viewer, _ = joined(show)
    publish(show, new_bag())
    publish(show, edited())
    told = heard(viewer)
    assert not [secret for secret in SECRETS if secret in told]
    first, second = viewer.frames()
    assert (first["type"], first["state"]["show"]["starts_at"]) == ("welcome", None)
    assert second["state"] == announced_state(show.state, 1)
    assert second["state"]["show"]["starts_at"] == NOW + 60_000
    assert second["state"]["show"]["host"] == {"name": "Lia", "url": None}


def test_the_seller_is_told_with_the_time_only():
    show = room("MUG-1", draft=True)
    publish(show, edited(starts_at=None))
    viewer, _ = joined(show)
    [told] = viewer.frames()
    assert (told["state"]["show"]["host"], told["state"]["show"]["title"]) == (None, "")


def test_overlays_and_control_follow_a_draft_as_every_show():
    show = room("MUG-1", draft=True)
    overlay, _ = joined(show, "overlay")
    control, _ = joined(show, "control")
    publish(show, new_bag())
    for transport in (overlay, control):
        welcome, *_, events = transport.frames()  # control is told of overlays in between
        assert welcome["state"]["show"]["title"] == "Spring drop"
        assert events["events"][0]["type"] == "bag_changed"


def test_who_waited_gets_all_there_is_as_the_show_begins_and_then_every_event():
    show = room("MUG-1", draft=True)
    viewer, _ = joined(show)
    watcher = Watcher()
    publish(show, new_bag())
    publish(show, ShowStarted(NOW, "live"), pinned())
    watcher.take(viewer.frames())
    assert watcher.state == public_state(show.state, 1)
    assert watcher.snapshots == 2
    publish(show, announced("Now"))
    watcher.take(viewer.frames())
    assert (watcher.position, watcher.snapshots) == (show.position, 2)
    assert watcher.state == public_state(show.state, 1)


def test_a_position_in_a_draft_is_resumed_by_nobody_but_its_team():
    show = room("MUG-1", draft=True)
    publish(show, new_bag())
    drafted = Position("abcdefgh", 0)
    early, _ = joined(show, last=drafted)
    assert early.frames()[0]["state"]["show"]["title"] == ""
    publish(show, ShowStarted(NOW, "live"))
    began = show.position
    publish(show, announced("Now"))
    late, _ = joined(show, last=drafted)
    assert [frame["type"] for frame in late.taken and late.frames()] == ["welcome"]
    resumed, _ = joined(show, last=began)
    welcome, events = resumed.frames()
    assert "state" not in welcome
    assert events["events"][0]["text"] == "Now"
    overlay, _ = joined(show, "overlay", drafted)
    assert [frame["type"] for frame in overlay.frames()] == ["welcome", "events"]


def test_a_process_that_reads_the_log_later_hides_the_draft_too():
    show = room("MUG-1", draft=True)
    publish(show, new_bag())
    publish(show, ShowStarted(NOW, "live"))
    publish(show, announced("Now"))
    later = type(show)(show._replica, HubConfig(clock=show.config.clock))
    viewer, _ = joined(later, last=Position("abcdefgh", 0))
    assert "state" in viewer.frames()[0]
    again, _ = joined(later, last=Position("abcdefgh", 2))
    assert "state" not in again.frames()[0]


def test_a_draft_that_ends_without_having_begun_stays_its_teams():
    show = room("MUG-1", draft=True)
    publish(show, ShowEnded(NOW))
    viewer, _ = joined(show)
    told = heard(viewer)
    assert not [secret for secret in SECRETS if secret in told]
    assert viewer.frames()[0]["state"]["show"]["status"] == "ended"


def test_a_tap_does_not_tell_what_is_in_a_drafts_bag():
    assert not room("MUG-1", draft=True).tap("MUG-1")
    assert room("MUG-1").tap("MUG-1")


def test_who_comes_while_the_snapshots_leave_misses_nothing():
    scheduler = ManualScheduler()
    show = room("MUG-1", draft=True, config=HubConfig(scheduler=scheduler))
    waiting = [joined(show)[0] for _ in range(5)]
    publish(show, ShowStarted(NOW, "live"))
    newcomer, _ = joined(show)
    publish(show, announced("a"), announced("b"))
    scheduler.run()
    for transport in (*waiting, newcomer):
        watcher = Watcher()
        watcher.take(transport.frames())
        assert watcher.position == show.position
        assert watcher.state["announcement"]["text"] == "b"


def test_events_that_come_before_the_snapshots_leave_are_in_them():
    scheduler = ManualScheduler()
    show = room("MUG-1", draft=True, config=HubConfig(scheduler=scheduler))
    waiting = [joined(show)[0] for _ in range(5)]
    publish(show, edited())
    publish(show, ShowStarted(NOW, "live"))
    publish(show, announced("a"))
    take(show, recorded(show.position.seq, [announced("b")]))
    scheduler.run()
    for transport in waiting:
        told = Watcher()
        told.take(transport.frames())
        assert told.position == show.position
        assert told.state == public_state(show.state, 5)
