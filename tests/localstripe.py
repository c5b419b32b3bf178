"""Stripe, played by localstripe: a real process that keeps payments and signs its own webhooks."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import stripe

from tests.waiting import PATIENCE_S

LISTENS = re.compile(r"Running on http://\S+:([1-9]\d*)")


class LocalStripe:
    """A running Stripe on this machine."""

    def __init__(self, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self._http = stripe.RequestsClient()
        self._client = stripe.StripeClient(
            "sk_test_of_the_tests", base_addresses={"api": self.address}, http_client=self._http
        )

    def deliver_to(self, url: str, secret: str) -> None:
        """Register a webhook, as a seller does in the dashboard."""
        wished = {"url": url, "secret": secret, "events": ["payment_intent.succeeded"]}
        path = f"{self.address}/_config/webhooks/vetrina"
        httpx.post(path, json=wished, timeout=PATIENCE_S).raise_for_status()

    def pay(self, cents: int, **metadata: str) -> str:
        """A buyer pays by card; the id of the payment. The webhook follows a second later."""
        card = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2035, "cvc": "314"}
        method = self._client.v1.payment_methods.create({"type": "card", "card": card})
        intent = self._client.v1.payment_intents.create(
            {
                "amount": cents,
                "currency": "eur",
                "payment_method": method.id,
                "metadata": metadata,
            }
        )
        confirmed = self._client.v1.payment_intents.confirm(intent.id)
        assert (confirmed.status, confirmed.livemode) == ("succeeded", False)
        return confirmed.id

    def close(self) -> None:
        """Let go of what is open."""
        self._http.close()


@contextmanager
def local_stripe() -> Iterator[LocalStripe]:
    """A running Stripe for the block."""
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "localstripe", "--port", "0", "--from-scratch"],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watchdog = threading.Timer(PATIENCE_S, process.kill)
    watchdog.start()
    try:
        opened = LocalStripe(_port(process))
        watchdog.cancel()
        threading.Thread(target=_drain, args=(process,), daemon=True).start()
        yield opened
        opened.close()
    finally:
        watchdog.cancel()
        process.terminate()
        process.wait(PATIENCE_S)


def _port(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if found := LISTENS.search(line):
            return int(found[1])
    raise AssertionError("localstripe stopped: " + "".join(said))


def _drain(process: subprocess.Popen[str]) -> None:
    """Nobody reads its log, and a full pipe would stop it."""
    assert process.stdout is not None
    with process.stdout:
        for _ in process.stdout:
            continue
