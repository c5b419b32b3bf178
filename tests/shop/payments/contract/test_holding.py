"""What every adapter promises that keeps a page for the buyer while stock is held."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.shop.payments.checkouts import URLS, a_checkout, a_line
from tests.shop.payments.contract.providers import PROVIDERS, Provider
from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout
from vetrina.shop.payments.port import ProviderAway, ProviderRefused


@pytest.fixture(params=PROVIDERS)
async def provider(request: pytest.FixtureRequest) -> AsyncIterator[Provider]:
    async with PROVIDERS[request.param]() as opened:
        yield opened


async def begun(provider: Provider, checkout: Checkout | None = None) -> str:
    made = await provider.payments.begin(checkout or a_checkout(now=provider.clock.now_ms()), URLS)
    assert made.session is not None
    return made.session


async def test_asked_again_it_is_the_same_session(provider: Provider) -> None:
    checkout = a_checkout(now=provider.clock.now_ms(), off=500)
    first = await provider.payments.begin(checkout, URLS)
    assert await provider.payments.begin(checkout, URLS) == first
    assert await begun(provider) != first.session


async def test_what_is_paid_is_what_was_agreed(provider: Provider) -> None:
    lines = a_line(1999, 3), a_line(349, 1, sku="SAU-2")
    checkout = a_checkout(*lines, now=provider.clock.now_ms(), off=1001, shipping=0)
    session = await begun(provider, checkout)
    assert (await provider.payments.status(session)).state == "open"
    provider.pay(session)
    told = await provider.payments.status(session)
    assert (told.state, told.amount) == ("paid", checkout.total)
    assert told.payment is not None
    assert await provider.payments.expire(session) == "paid"


@pytest.mark.parametrize("currency", ["JPY", "ISK", "UGX", "HUF", "KWD"])
async def test_every_currency_is_charged_in_its_digits(provider: Provider, currency: str) -> None:
    line = a_line(5000, 2, currency)
    checkout = a_checkout(line, now=provider.clock.now_ms(), off=1000, shipping=490)
    session = await begun(provider, checkout)
    provider.pay(session)
    assert (await provider.payments.status(session)).amount == checkout.total


async def test_only_an_expired_session_can_no_longer_be_paid(provider: Provider) -> None:
    session = await begun(provider)
    assert await provider.payments.expire(session) == "expired"
    assert await provider.payments.expire(session) == "expired"
    assert (await provider.payments.status(session)).state == "expired"
    with pytest.raises(Exception, match="expired"):
        provider.pay(session)


@pytest.mark.parametrize(("good", "state"), [(True, "paid"), (False, "expired")])
async def test_money_may_come_later_or_not_at_all(
    provider: Provider, good: bool, state: str
) -> None:
    session = await begun(provider)
    provider.pay(session, later=True)
    assert await provider.payments.expire(session) == "processing"
    provider.settle(session, good=good)
    assert (await provider.payments.status(session)).state == state


async def test_a_session_that_is_not_there_is_unknown(provider: Provider) -> None:
    assert (await provider.payments.status("cs_test_of_nobody")).state == "unknown"
    assert await provider.payments.expire("cs_test_of_nobody") == "unknown"


async def test_a_refund_goes_back_once_however_often_it_is_asked_for(provider: Provider) -> None:
    session = await begun(provider)
    provider.pay(session)
    payment = (await provider.payments.status(session)).payment
    assert payment is not None
    part = Money(1000, "EUR")
    first = await provider.payments.refund(payment, part, "r_1", "requested_by_customer")
    again = await provider.payments.refund(payment, part, "r_1", "requested_by_customer")
    assert first == again
    assert provider.given_back() == [1000]


@pytest.mark.parametrize(("good", "state"), [(True, "succeeded"), (False, "failed")])
async def test_a_refund_that_takes_days_says_how_it_ended(
    provider: Provider, good: bool, state: str
) -> None:
    session = await begun(provider)
    provider.pay(session)
    payment = (await provider.payments.status(session)).payment
    assert payment is not None
    provider.slow()
    made = await provider.payments.refund(payment, Money(1000, "EUR"), "r_1", "sold_out")
    assert made.state == "pending"
    assert await provider.payments.refund_status(made.provider_id) == made
    provider.end_refund(made.provider_id, good=good)
    assert (await provider.payments.refund_status(made.provider_id)).state == state


async def test_a_refund_of_nobody_is_refused(provider: Provider) -> None:
    with pytest.raises(ProviderRefused):
        await provider.payments.refund_status("re_of_nobody")


async def test_no_more_goes_back_than_came(provider: Provider) -> None:
    session = await begun(provider)
    provider.pay(session)
    payment = (await provider.payments.status(session)).payment
    assert payment is not None
    with pytest.raises(ProviderRefused):
        await provider.payments.refund(payment, Money(4471, "EUR"), "r_2", "sold_out")
    assert provider.given_back() == []


async def test_a_busy_provider_is_asked_again_later(provider: Provider) -> None:
    checkout = a_checkout(now=provider.clock.now_ms())
    provider.busy()
    with pytest.raises(ProviderAway) as away:
        await provider.payments.begin(checkout, URLS)
    assert away.value.retry_after_s == 1
    await begun(provider, checkout)


async def test_the_seller_reads_whom_to_deliver_to(provider: Provider) -> None:
    session = await begun(provider)
    provider.pay(session)
    buyer = await provider.payments.buyer(session)
    assert (buyer.name, buyer.email) == ("Giulia Rossi", "giulia@example.com")
    assert buyer.address == ("Via Roma 1", "20121 Milano", "IT")
