"""C1: Stripe's own description of its interface knows every request of ours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress

import pytest

from tests.shop.payments.checkouts import URLS, a_checkout, a_line
from tests.shop.payments.stripe_shop import stripe_payments
from tests.stripe_mock import stripe_mock
from tests.waiting import PATIENCE_S
from vetrina.clock import SystemClock
from vetrina.domain.money import Money
from vetrina.outbound.http_client import Exchange, HttpClient
from vetrina.shop.payments import stripe_requests
from vetrina.shop.payments.port import PaymentError

CLOCK = SystemClock()
KEY = "sk_test_123"


class Recording(HttpClient):
    """Notes how each request was answered."""

    def __init__(self) -> None:
        super().__init__(PATIENCE_S, private_addresses=True, keep_alive=4)
        self.answers: list[tuple[str, str, int, bytes]] = []

    async def exchange(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Exchange:
        answer = await super().exchange(method, url, headers, body)
        path = "/" + url.split("/", 3)[3]
        self.answers.append((method, path, answer.status, answer.body))
        return answer


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with stripe_mock(tmp_path_factory.mktemp("go")) as running:
        yield running


@pytest.mark.parametrize("mode", ["hosted", "embedded"])
async def test_every_request_is_one_that_stripe_knows(address: str, mode: str) -> None:
    http_client = Recording()
    line = a_line(image="https://shop.example/m.jpg", deal="d1")
    checkout = a_checkout(line, now=CLOCK.now_ms(), off=500, lang="it")
    async with stripe_payments(
        address, CLOCK, key=KEY, mode=mode, http_client=http_client
    ) as payments:
        with suppress(PaymentError):  # it answers with an amount of its own
            await payments.begin(checkout, URLS)
        await payments.expire("cs_test_1")
        await payments.status("cs_test_1")
        await payments.buyer("cs_test_1")
        await payments.refund("pi_1", Money(500, "EUR"), "r_1", "sold_out")
        await payments.refund_status("re_1")
    wrong = [answer for answer in http_client.answers if answer[2] != 200]
    assert wrong == []
    assert {path.partition("?")[0] for _, path, *_ in http_client.answers} >= {
        "/v1/checkout/sessions",
        "/v1/coupons",
        "/v1/refunds",
        "/v1/refunds/re_1",
    }


async def test_it_does_judge(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A word of an older version is refused."""
    monkeypatch.setitem(stripe_requests.UI_MODES, "embedded", "embedded")  # type: ignore[arg-type]
    http_client = Recording()
    async with stripe_payments(
        address, CLOCK, key=KEY, mode="embedded", http_client=http_client
    ) as payments:
        with pytest.raises(PaymentError, match="ui_mode"):
            await payments.begin(a_checkout(now=CLOCK.now_ms()), URLS)
    assert http_client.answers[0][2] == 400
