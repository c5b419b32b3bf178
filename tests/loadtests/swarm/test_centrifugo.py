"""What Centrifugo says is understood as what our own server says: positions, gaps, pings."""

from __future__ import annotations

from typing import Any

import orjson

from loadtests.swarm.centrifugo import Centrifugo
from loadtests.swarm.framing import TEXT
from loadtests.swarm.messages import OTHER, Answer, Batch, Welcome, stamped
from loadtests.swarm.protocols import Call, read_messages

CENTRIFUGO = Centrifugo("swarm")


def published(offset: int, text: str) -> bytes:
    data = {"type": "announced", "text": text, "until": None}
    pub = {"data": data, "offset": offset}
    return orjson.dumps({"push": {"channel": "swarm", "pub": pub}})


def subscribed(**told: object) -> bytes:
    return orjson.dumps({"id": 2, "subscribe": {"epoch": "abcd", **told}})


def test_who_comes_connects_and_subscribes_at_once() -> None:
    first, second = _commands(CENTRIFUGO.hello(None))
    assert first == {"id": 1, "connect": {}}
    assert second == {"id": 2, "subscribe": {"channel": "swarm"}}


def test_who_comes_back_says_where_it_stood() -> None:
    wanted = _commands(CENTRIFUGO.hello(("abcd", 7)))[1]["subscribe"]
    assert wanted == {"channel": "swarm", "recover": True, "epoch": "abcd", "offset": 7}


def test_the_reply_to_the_subscription_lets_in() -> None:
    assert CENTRIFUGO.read(b'{"id":1,"connect":{"client":"x","ping":25}}') is OTHER
    assert CENTRIFUGO.read(subscribed(offset=3)) == Welcome("abcd", 3, True, 25_000)
    assert CENTRIFUGO.read(subscribed()) == Welcome("abcd", 0, True, 25_000)


def test_who_recovers_stands_before_what_was_missed() -> None:
    missed = [{"offset": 8}, {"offset": 9}]
    told = subscribed(offset=9, recovered=True, publications=missed)
    assert CENTRIFUGO.read(told) == Welcome("abcd", 7, False, 25_000)


def test_what_was_written_at_once_is_taken_line_by_line() -> None:
    lines = [published(4, stamped(44, 40)), b"{}", published(5, stamped(55, 40))]
    first, ping, second = read_messages(CENTRIFUGO, (TEXT, b"\n".join(lines)))
    assert (first, second) == (Batch(4, 4, True, (44,)), Batch(5, 5, True, (55,)))
    assert ping == Answer(CENTRIFUGO._PONG)


def test_a_ping_is_answered() -> None:
    assert CENTRIFUGO.read(b"{}") == Answer(CENTRIFUGO._PONG)


def test_an_event_is_asked_for_over_http() -> None:
    asked = CENTRIFUGO.fire("Hello", "swarm")
    assert isinstance(asked, Call)
    assert asked.path == "/api/publish"
    assert asked.body["channel"] == "swarm"
    assert asked.body["data"]["text"] == "Hello"


def _commands(frame: bytes) -> list[dict[str, Any]]:
    unmasked = _unmasked(frame)
    return [orjson.loads(line) for line in unmasked.splitlines()]


def _unmasked(frame: bytes) -> bytes:
    length = frame[1] & 0x7F
    at = 2 if length < 126 else 4
    mask, masked = frame[at : at + 4], frame[at + 4 :]
    return bytes(byte ^ mask[number % 4] for number, byte in enumerate(masked))
