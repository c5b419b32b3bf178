"""What the swarm makes of frames: of the server's own, and of wrong ones."""

from __future__ import annotations

import orjson
import pytest

from loadtests.baselines.event import Events
from loadtests.swarm.framing import CLOSE, PING, PONG, TEXT, FrameReader, client_frame
from loadtests.swarm.messages import (
    OTHER,
    Ack,
    Admitted,
    Answer,
    Batch,
    Bye,
    Closing,
    Welcome,
    read_frame,
    stamped,
)
from loadtests.swarm.protocols import Plain, SocketIO, Vetrina, read_messages
from vetrina.domain.show.events import Position
from vetrina.protocol import messages
from vetrina.protocol.close_codes import CloseCode


def events(*told: dict[str, object], seq: int) -> Batch:
    """An events frame as the server makes it."""
    encoded = (orjson.dumps({"at": 5, **event}) for event in told)
    heard = read_frame(messages.events(seq, 7, encoded))
    assert isinstance(heard, Batch)
    return heard


def test_events_in_a_row_are_whole() -> None:
    heard = events({"seq": 4, "type": "panicked"}, {"seq": 5, "type": "calmed"}, seq=5)
    assert heard == Batch(4, 5, True, (5_000_000, 5_000_000))


def test_a_merged_purchase_stands_for_as_many_as_it_says() -> None:
    merged = {"seq": 4, "type": "purchases_merged", "count": 3}
    pinned = {"seq": 5, "type": "product_pinned"}
    assert events(merged, pinned, seq=7).whole
    assert not events(merged, pinned, seq=8).whole
    assert not events(pinned, merged, seq=7).whole


@pytest.mark.parametrize("seqs", [(4, 6), (5, 4), (4, 4)])
def test_a_hole_a_double_and_a_swap_are_found(seqs: tuple[int, int]) -> None:
    told = ({"seq": seq, "type": "calmed"} for seq in seqs)
    assert not events(*told, seq=max(seqs)).whole


def test_a_stamp_in_the_text_says_when_an_event_was_sent() -> None:
    text = stamped(123_456_789, 60)
    assert len(text) == 60
    heard = events({"seq": 1, "type": "announced", "text": text}, seq=1)
    assert heard.sent_ns == (123_456_789,)
    assert events({"seq": 1, "type": "announced", "text": "@x@"}, seq=1).sent_ns == (5_000_000,)


def test_welcome_says_whether_it_holds_a_snapshot() -> None:
    told = {"now": 1, "heartbeat_ms": 25000, "assets": "a"}
    fresh = messages.welcome("s", Position("ep", 3), state=b'{"pins":[]}', **told)  # type: ignore[arg-type]
    resumed = messages.welcome("s", Position("ep", 3), state=None, **told)  # type: ignore[arg-type]
    assert read_frame(fresh) == Welcome("ep", 3, True, 25000)
    assert read_frame(resumed) == Welcome("ep", 3, False, 25000)


def test_bye_says_when_to_come_back() -> None:
    assert read_frame(messages.bye(CloseCode.RESTART, (500, 3000), None)) == Bye(
        CloseCode.RESTART, (500, 3000)
    )
    assert read_frame(messages.bye(CloseCode.SLOW, None, None)) == Bye(CloseCode.SLOW, None)


def test_answers_to_taps() -> None:
    assert read_frame(b'{"type":"ack","id":"t"}') == Ack(None)
    assert read_frame(b'{"type":"refused","id":"t","code":"rate_limited"}') == Ack("rate_limited")


def test_control_frames() -> None:
    protocol = Plain()
    assert [*read_messages(protocol, (PING, b"?"))] == [Answer(client_frame(PONG, b"?"))]
    assert [*read_messages(protocol, (CLOSE, (4101).to_bytes(2, "big")))] == [Closing(4101)]
    assert [*read_messages(protocol, (PONG, b""))] == [OTHER]


def test_a_viewer_says_where_it_stands() -> None:
    said = Vetrina("drop").hello(("ep", 7))
    hello = orjson.loads(said[said.index(b"{") :])
    assert (hello["type"], hello["v"], hello["role"], hello["show"]) == (
        "hello",
        1,
        "viewer",
        "drop",
    )
    assert hello["last"] == {"epoch": "ep", "seq": 7}


def test_socket_io_is_spoken_from_the_first_packet() -> None:
    protocol = SocketIO()
    assert protocol.read(b'0{"sid":"x"}') == Answer(client_frame(TEXT, b"40"))
    assert protocol.read(b'40{"sid":"y"}') == Admitted()
    assert protocol.read(b"2") == Answer(client_frame(TEXT, b"3"))
    event = b'42["events",' + Events().encoded("hello") + b"]"
    assert isinstance(protocol.read(event), Batch)


def test_a_baseline_sends_what_we_send() -> None:
    frame = Events().encoded(stamped(1, 172))
    heard = read_frame(frame)
    assert isinstance(heard, Batch)
    assert heard.whole
    assert 295 <= len(frame) <= 305
    assert FrameReader().feed(b"") == []
