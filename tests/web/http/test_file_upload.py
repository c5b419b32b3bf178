"""A file in a form, as it comes from browsers and from those who mean no good."""

from __future__ import annotations

import httpx
import pytest
from starlette.requests import Request

from vetrina.web.http.file_upload import FRAME_BYTES, ReceivedFile, receive_file
from vetrina.web.http.problem import Problem

MOST = 200_000


def request_of(*chunks: bytes, content_type: str) -> Request:
    waiting = list(chunks)

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": waiting.pop(0), "more_body": bool(waiting)}

    headers = [(b"content-type", content_type.encode())]
    scope = {"type": "http", "method": "POST", "path": "/", "headers": headers}
    return Request(scope, receive)


def form(raw: bytes, name: str = "file") -> tuple[bytes, str]:
    sent = httpx.Request("POST", "http://shop.test", files={name: ("a.csv", raw)})
    return sent.read(), sent.headers["content-type"]


async def received(raw: bytes, pieces: int = 1) -> ReceivedFile:
    body, content_type = form(raw)
    size = -(-len(body) // pieces)
    chunks = [body[start : start + size] for start in range(0, len(body), size)]
    return await receive_file(request_of(*chunks, content_type=content_type), MOST)


@pytest.mark.parametrize("raw", [b"", b"sku;title", b"x" * MOST, b"\r\n--" * 1000])
async def test_what_is_sent_arrives(raw):
    got = await received(raw, pieces=7)
    own = got.own()
    got.file.close()
    with own:
        own.seek(0)
        assert (own.read(), got.name) == (raw, "a.csv")


async def test_the_same_file_is_known_by_its_content():
    digests = []
    for raw in (b"one", b"one", b"two"):
        got = await received(raw)
        got.file.close()
        digests.append(got.digest)
    assert digests[0] == digests[1] != digests[2]


async def test_no_more_is_read_than_the_limit():
    body, content_type = form(b"x" * (MOST + FRAME_BYTES))
    read = 0

    async def receive() -> dict[str, object]:
        nonlocal read
        read += 1000
        return {"type": "http.request", "body": body[read - 1000 : read], "more_body": True}

    request = request_of(content_type=content_type)
    request._receive = receive
    with pytest.raises(Problem) as told:
        await receive_file(request, MOST)
    assert (told.value.code, read <= MOST + FRAME_BYTES + 1000) == ("too_large", True)


async def test_what_is_no_form():
    for body, content_type, code in (
        (b"abc", "multipart/form-data", "bad_form"),
        (b"abc", "multipart/form-data; boundary=x", "bad_form"),
        (*form(b"x", "other"), "invalid"),
    ):
        with pytest.raises(Problem) as told:
            await receive_file(request_of(body, content_type=content_type), MOST)
        assert told.value.code == code
