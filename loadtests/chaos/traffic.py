"""Traffic: commands and purchases while things break, each repeated until it is acknowledged."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, Final

import httpx

from tests.running_server import CONTROL_KEY, purchase, signed

PAUSE_S: Final = 0.1
ANSWERS_S: Final = 5.0
TOO_MANY: Final = 429
LATER: Final = (409, TOO_MANY)
"""To be repeated: another process decided meanwhile, or a limit, which is not what is tested."""


class Refused(Exception):
    """An answer that no repetition would change."""


class Traffic:
    """Sends to the processes in turn. As with a real client and a real shop, the same request keeps
    its key, so that it happens once however often it is sent."""

    def __init__(self, show: str, ports: Sequence[int], answers_s: float = ANSWERS_S) -> None:
        self.show = show
        self._bases = [f"http://127.0.0.1:{port}" for port in ports]
        self._requests: Iterator[int] = itertools.count()
        self._numbers: Iterator[int] = itertools.count()
        # Each request is somebody else's: nobody's cookie is kept.
        nobody = CookieJar(DefaultCookiePolicy(allowed_domains=[]))
        self._http = httpx.AsyncClient(timeout=answers_s, cookies=nobody)
        self._connection: dict[str, Any] = {}
        self.texts: list[str] = []
        """Announcements that were acknowledged, in order."""
        self.orders: list[str] = []
        self.repeated = 0
        self.head = 0
        """Where the show stood at the latest answer."""

    async def open(self) -> None:
        """Connect a shop."""
        body = {"kind": "generic", "show": self.show}
        self._connection = (await self.repeat("POST", "/api/v1/connections", json=body)).json()

    async def close(self) -> None:
        await self._http.aclose()

    async def announce(self) -> None:
        """Returns when it is acknowledged."""
        text = f"{next(self._numbers)} {time.time_ns()}"
        answer = await self.repeat(
            "POST", f"/api/v1/shows/{self.show}/commands",
            headers=lambda: {"idempotency-key": text}, json={"type": "announce", "text": text},
        )  # fmt: skip
        self.texts.append(text)
        self.head = max(self.head, answer.json()["seq"])

    async def order(self) -> None:
        """Returns when the shop need not report it again."""
        name = f"A-{next(self._numbers)}"
        body = purchase(name)
        await self.repeat(
            "POST", f"/webhooks/{self._connection['id']}", content=body,
            headers=lambda: signed(self._connection["secret"], name, body),
        )  # fmt: skip
        self.orders.append(name)

    @asynccontextmanager
    async def running(self, every_s: float) -> AsyncIterator[None]:
        """Both, again and again during the block; what was begun in it is seen through."""
        over = asyncio.Event()

        async def send() -> None:
            while not over.is_set():
                await asyncio.gather(self.announce(), self.order())
                await asyncio.sleep(every_s)

        task = asyncio.create_task(send(), name="traffic")
        try:
            yield
            over.set()
            await task
        finally:
            task.cancel()

    async def log(self, after: int = 0) -> list[dict[str, Any]]:
        """Every event of the show, or those after a number, as the store has them."""
        log: list[dict[str, Any]] = []
        while True:
            after = log[-1]["seq"] if log else after
            path = f"/api/v1/shows/{self.show}/events?after={after}&limit=1000"
            page = (await self.repeat("GET", path)).json()["events"]
            if not page:
                return log
            log += page

    async def repeat(
        self, method: str, path: str, headers: Callable[[], Mapping[str, str]] = dict, **more: Any
    ) -> httpx.Response:
        """Until it is acknowledged. Each time signed anew: what is late would be refused."""
        while True:
            base = self._bases[next(self._requests) % len(self._bases)]
            try:
                given = {"authorization": f"Bearer {CONTROL_KEY}", **headers()}
                answer = await self._http.request(method, base + path, headers=given, **more)
            except httpx.TransportError:
                answer = None
            if answer is not None and (answer.is_success or answer.is_redirect):
                return answer
            if answer is not None and answer.status_code < 500 and answer.status_code not in LATER:
                raise Refused(f"{method} {path}: {answer.status_code} {answer.text}")
            self.repeated += 1
            limited = answer if answer is not None and answer.status_code == TOO_MANY else None
            await asyncio.sleep(
                float(limited.headers["retry-after"]) if limited is not None else PAUSE_S
            )
