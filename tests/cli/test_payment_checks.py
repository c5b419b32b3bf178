"""What the doctor says of who takes the money."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.store.builders import NOW, connection
from vetrina.cli.doctor import examine
from vetrina.cli.payment_checks import about_payments
from vetrina.settings import Settings
from vetrina.store.ports.payments import PaymentSettings
from vetrina.store.sql.store import sqlite_store

CONNECTED = connection(secrets=("whsec_1",))
LIVE = PaymentSettings(adapter="stripe", key="sk_live_1", connection="c1", changed_at=NOW)
TEST = PaymentSettings(adapter="stripe", key="sk_test_1", connection="c1", changed_at=NOW)


@pytest.mark.parametrize(
    ("settings", "connected", "level", "words"),
    [
        (LIVE, CONNECTED, "fine", "pay with Stripe, on a page of Stripe"),
        (TEST, CONNECTED, "notice", "test mode"),
        (LIVE, connection(secrets=()), "wrong", "signing secret"),
        (LIVE, None, "wrong", "signing secret"),
        (PaymentSettings(adapter="stripe"), CONNECTED, "wrong", "key of Stripe is missing"),
        (PaymentSettings(adapter="shopify"), None, "wrong", "connection to the shop is gone"),
        (PaymentSettings(adapter="woocommerce"), CONNECTED, "fine", "connected shop"),
        (PaymentSettings(adapter="link"), None, "fine", "own links"),
        (PaymentSettings(adapter="test"), None, "notice", "every order is a test"),
    ],
)
def test_it_says_whether_buyers_can_pay(settings, connected, level, words) -> None:
    finding = about_payments(settings, connected)
    assert finding is not None
    assert (finding.level, words in finding.text) == (level, True)


def test_it_says_nothing_where_nobody_has_chosen() -> None:
    assert about_payments(None, None) is None


async def test_the_doctor_says_so(tmp_path: Path) -> None:
    store = sqlite_store(tmp_path)
    await store.open()
    await store.add_connection(CONNECTED)
    await store.choose_payments(TEST)
    await store.close()
    texts = [finding.text for finding in await examine(Settings(data=tmp_path, port=1))]
    assert any("Stripe is in test mode" in text for text in texts)
