"""A process that asks, and the shops that answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from tests.live.reconciliation.office import Office, asking
from tests.outbound import stripe_account, woo_shop
from vetrina.outbound.http_client import HttpClient


@pytest.fixture
async def fetcher() -> AsyncIterator[HttpClient]:
    made = HttpClient(wait_s=20, private_addresses=True)
    yield made
    await made.close()


@pytest.fixture
async def office(tmp_path: Path, clock: FakeClock, fetcher: HttpClient) -> AsyncIterator[Office]:
    async with asking(tmp_path, clock, fetcher) as made:
        yield made


@pytest.fixture
def shop():  # type: ignore[no-untyped-def]
    with woo_shop.woo_shop() as opened:
        yield opened


@pytest.fixture
def account():  # type: ignore[no-untyped-def]
    with stripe_account.stripe_account() as opened:
        yield opened
