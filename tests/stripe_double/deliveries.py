"""Signed events on their way to the addresses of an account, from a thread of their own."""

from __future__ import annotations

import hashlib
import hmac
import json
import queue
import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, wait

import httpx

from tests.stripe_double.account import Account, Endpoint, Thing

TRIES = 40
BETWEEN_S = 0.05
TIMEOUT_S = 30.0


def signature(secret: str, body: bytes, at: int) -> str:
    """The header `Stripe-Signature`, scheme v1."""
    signed = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={signed}"


class Deliveries:
    """Delivers what happens in an account, in order, each again until it is taken."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._events: queue.SimpleQueue[Thing | None] = queue.SimpleQueue()
        self._held: list[Thing] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self.answers: list[tuple[str, str, int]] = []
        """Event, its type and the status of each answer."""
        account.on_event = self.tell

    def start(self) -> None:
        self._thread.start()

    def close(self) -> None:
        self._over.set()
        self._events.put(None)
        self._thread.join()

    def tell(self, event: Thing) -> None:
        """Deliver an event, hold it or lose it, as the switches say."""
        switches = self._account.switches
        if switches.lose_webhooks:
            return
        if switches.hold_webhooks:
            self._held.append(event)
        else:
            self._events.put(event)

    def release(self, *, backwards: bool = False) -> int:
        """Deliver what was held; how many that were."""
        held, self._held = self._held, []
        for event in reversed(held) if backwards else held:
            self._events.put(event)
        return len(held)

    def again(self, events: Iterable[Thing]) -> None:
        """Deliver these once more, whatever the switches say."""
        for event in events:
            self._events.put(event)

    def _run(self) -> None:
        with httpx.Client(timeout=TIMEOUT_S) as http, ThreadPoolExecutor(8) as pool:
            while (event := self._events.get()) is not None:
                times = self._account.switches.repeat_webhooks
                endpoints = [
                    one for one in self._account.endpoints.values() if one.wants(event["type"])
                ]
                wait(
                    pool.submit(self._deliver, http, endpoint, event)
                    for endpoint in endpoints
                    for _ in range(times)
                )

    def _deliver(self, http: httpx.Client, endpoint: Endpoint, event: Thing) -> None:
        body = json.dumps(event).encode()
        for _ in range(TRIES):
            signed = signature(endpoint.secret, body, int(time.time()))
            headers = {"stripe-signature": signed}
            try:
                status = http.post(endpoint.url, content=body, headers=headers).status_code
            except httpx.HTTPError:
                status = 0
            self.answers.append((event["id"], event["type"], status))
            if 200 <= status < 300 or self._over.wait(BETWEEN_S):
                return
