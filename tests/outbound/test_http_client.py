"""Asking an address that may answer anything."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator

import pytest

from tests.outbound.answering import Answer, Asked, answering
from vetrina.connectors.polling import PollFailed
from vetrina.outbound.http_client import HttpClient, retry_after_ms

NOW_MS = 1_763_690_000_000


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpClient]:
    made = HttpClient(max_bytes=1024 * 1024, private_addresses=True)
    yield made
    await made.close()


async def refused(fetcher: HttpClient, answer: Answer) -> PollFailed:
    with answering(lambda _: answer) as address, pytest.raises(PollFailed) as failed:
        await fetcher.get(address, {"authorization": "Bearer secret"}, None, NOW_MS)
    assert "secret" not in str(failed.value)
    return failed.value


async def test_an_answer_is_read_whole(fetcher: HttpClient) -> None:
    asked: list[Asked] = []

    def answer(one: Asked) -> Answer:
        asked.append(one)
        return Answer(200, b"x" * 100_000, {"X-WP-TotalPages": "7"})

    with answering(answer) as address:
        reply = await fetcher.get(address + "/orders", {"accept": "a/b"}, {"page": "2"}, NOW_MS)
    assert (len(reply.body), reply.headers["x-wp-totalpages"]) == (100_000, "7")
    assert (asked[0].path, asked[0].query) == ("/orders", {"page": "2"})
    assert asked[0].headers["accept-encoding"] == "identity"
    assert asked[0].headers["user-agent"].startswith("Vetrina/")


async def test_a_redirect_is_told_and_never_followed(fetcher: HttpClient) -> None:
    """The key is for the address that was given, and for no other."""
    asked: list[Asked] = []
    with answering(lambda one: asked.append(one) or Answer()) as elsewhere:  # type: ignore[func-returns-value]
        moved = Answer(302, b"", {"Location": f"{elsewhere}/orders?x=y"})
        failed = await refused(fetcher, moved)
    assert "redirects to http://127.0.0.1" in str(failed)
    assert asked == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "key is refused"),
        (403, "key is refused"),
        (404, "no shop was found"),
        (418, "not understood"),
        (429, "come later"),
        (500, r"error \(500\)"),
        (503, "come later"),
    ],
)
async def test_what_goes_wrong_is_told_in_words(
    fetcher: HttpClient, status: int, words: str
) -> None:
    failed = await refused(fetcher, Answer(status, b"<h1>secret</h1>", {"Retry-After": "120"}))
    with pytest.raises(PollFailed, match=words):
        raise failed
    assert failed.retry_after_ms == (120_000 if status in (429, 500, 503) else None)


async def test_an_endless_answer_is_cut(fetcher: HttpClient) -> None:
    assert "larger than 1 MiB" in str(await refused(fetcher, Answer(200, b"x" * 1_100_000)))


async def test_a_compressed_answer_is_not_unpacked(fetcher: HttpClient) -> None:
    bomb = Answer(200, b"x", {"Content-Encoding": "gzip"})
    assert "compressed" in str(await refused(fetcher, bomb))


async def test_a_silent_server_is_given_up() -> None:
    impatient, released = HttpClient(wait_s=0.2, private_addresses=True), threading.Event()

    def answer(_: Asked) -> Answer:
        released.wait(60)
        return Answer()

    with answering(answer) as address:
        with pytest.raises(PollFailed, match="no answer within"):
            await impatient.get(address, {}, None, NOW_MS)
        released.set()
    await impatient.close()


async def test_nobody_there(fetcher: HttpClient) -> None:
    with answering(lambda _: Answer()) as address:
        pass
    with pytest.raises(PollFailed, match="no shop was found"):
        await fetcher.get(address, {}, None, NOW_MS)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90", 90_000),
        ("Fri, 21 Nov 2025 01:54:20 GMT", 60_000),
        ("Fri, 21 Nov 2025 01:54:20", 60_000),
        ("Fri, 21 Nov 2003 01:54:20 GMT", 0),
        ("999999999999", 6 * 3_600_000),
        ("", None),
        ("-4", None),
        ("soon", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(text: str, ms: int | None) -> None:
    assert retry_after_ms(text, NOW_MS) == ms
