"""How the adapter for Stripe asks, and what it makes of the answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st

from tests.shop.payments.checkouts import URLS, a_checkout, a_line
from tests.shop.payments.stripe_shop import stripe_payments
from tests.stripe_double import money
from tests.stripe_double.account import Thing
from tests.stripe_double.running import StripeDouble, stripe_double
from vetrina.clock import SystemClock
from vetrina.connectors.stripe.payments import API_VERSION
from vetrina.domain.money import Money
from vetrina.shop.payments.port import Embedded, ProviderAway, ProviderRefused, Redirect
from vetrina.shop.payments.stripe import StripePayments
from vetrina.shop.payments.stripe_requests import DELAYED, session_wish

CLOCK = SystemClock()
NOW_MS = 1_795_199_400_000
MINUTE_MS = 60_000


@pytest.fixture
def double() -> Iterator[StripeDouble]:
    with stripe_double() as running:
        yield running


@pytest.fixture
async def payments(double: StripeDouble) -> AsyncIterator[StripePayments]:
    async with stripe_payments(double, CLOCK) as opened:
        yield opened


def asked(double: StripeDouble, path: str) -> list[Thing]:
    return [given for method, to, given in double.account.asked if (method, to) == ("POST", path)]


def test_the_version_that_is_asked_for_is_the_one_that_the_library_knows() -> None:
    assert stripe.api_version == API_VERSION


async def test_a_session_says_all_that_an_order_needs(
    double: StripeDouble, payments: StripePayments
) -> None:
    line = a_line(title="Moka mug", choice="Olive", image="https://shop.example/m.jpg", deal="d1")
    checkout = a_checkout(line, now=CLOCK.now_ms(), off=500, lang="it")
    made = await payments.begin(checkout, URLS)
    assert isinstance(made, Redirect)
    [session] = asked(double, "/v1/checkout/sessions")
    names = {"vetrina_order": checkout.id}
    assert session["metadata"] == session["payment_intent_data"]["metadata"] == names
    assert session["client_reference_id"] == checkout.id
    assert session["ui_mode"] == "hosted_page"
    assert session["adaptive_pricing"] == {"enabled": "false"}
    assert "allow_promotion_codes" not in session
    assert session["excluded_payment_method_types"] == list(DELAYED)
    assert session["shipping_address_collection"] == {"allowed_countries": ["IT", "SM"]}
    assert session["locale"] == "it"
    [item] = session["line_items"]
    assert item["price_data"]["unit_amount"] == "1990"
    assert item["price_data"]["product_data"]["name"] == "Moka mug (Olive)"
    [coupon] = asked(double, "/v1/coupons")
    assert (coupon["amount_off"], coupon["max_redemptions"], coupon["name"]) == (
        "500", "1", "SPRING",
    )  # fmt: skip


async def test_without_a_deal_every_way_to_pay_is_open(
    double: StripeDouble, payments: StripePayments
) -> None:
    await payments.begin(a_checkout(now=CLOCK.now_ms()), URLS)
    [session] = asked(double, "/v1/checkout/sessions")
    assert "excluded_payment_method_types" not in session
    assert asked(double, "/v1/coupons") == []


async def test_the_frame_gets_what_it_needs(double: StripeDouble) -> None:
    async with stripe_payments(double, CLOCK, mode="embedded", script=double.script) as payments:
        made = await payments.begin(a_checkout(now=CLOCK.now_ms()), URLS)
    assert isinstance(made, Embedded)
    assert made.client_secret.startswith(f"{made.session}_secret")
    assert (made.publishable_key, made.script) == ("pk_test_of_the_tests", double.script)


@given(
    waited=st.integers(0, 23 * 3600),
    again=st.integers(0, 600),
    deadline=st.integers(60, 24 * 3600),
)
def test_whoever_asks_while_stock_is_kept_asks_in_the_same_words(
    waited: int, again: int, deadline: int
) -> None:
    checkout = a_checkout(now=NOW_MS, deadline_s=deadline)
    first = session_wish(checkout, URLS, "hosted", ["IT"], NOW_MS)
    within = NOW_MS + min(again, deadline) * 1000
    assert session_wish(checkout, URLS, "hosted", ["IT"], within) == first
    now_s = NOW_MS // 1000 + waited
    expires_at = session_wish(checkout, URLS, "hosted", [], now_s * 1000).params["expires_at"]
    assert 30 * 60 < expires_at - now_s <= 24 * 3600


@pytest.mark.parametrize("switch", ["broken", "lost_answers"])
async def test_a_failure_that_stripe_keeps_is_passed_by(
    double: StripeDouble, payments: StripePayments, switch: str
) -> None:
    """Stripe repeats a 500 for a day under the same idempotency key."""
    checkout = a_checkout(now=CLOCK.now_ms())
    setattr(double.account.switches, switch, 1)
    with pytest.raises(ProviderAway):
        await payments.begin(checkout, URLS)
    made = await payments.begin(checkout, URLS)
    assert made == await payments.begin(checkout, URLS)
    assert len(double.account.sessions) == (1 if switch == "broken" else 2)


async def test_a_refund_whose_answer_was_lost_is_not_given_twice(
    double: StripeDouble, payments: StripePayments
) -> None:
    made = await payments.begin(a_checkout(now=CLOCK.now_ms()), URLS)
    payment = money.pay(double.account, str(made.session))["payment_intent"]
    double.account.switches.lost_answers = 1
    part = Money(1000, "EUR")
    with pytest.raises(ProviderAway):
        await payments.refund(payment, part, "r_1", "duplicate")
    again = await payments.refund(payment, part, "r_1", "duplicate")
    [refund] = double.account.refunds.values()
    assert (again.provider_id, refund["reason"]) == (refund["id"], "duplicate")


async def test_what_never_answers_is_away(double: StripeDouble) -> None:
    double.account.switches.away = True
    async with stripe_payments(double, CLOCK, wait_s=0.2) as payments:
        with pytest.raises(ProviderAway):
            await payments.begin(a_checkout(now=CLOCK.now_ms()), URLS)


async def test_a_shop_that_changes_its_page_still_sells(double: StripeDouble) -> None:
    checkout = a_checkout(now=CLOCK.now_ms())
    async with stripe_payments(double, CLOCK) as hosted:
        first = await hosted.begin(checkout, URLS)
    async with stripe_payments(double, CLOCK, mode="embedded") as embedded:
        second = await embedded.begin(checkout, URLS)
    assert (first.session, type(second)) != (second.session, Redirect)


async def test_c2_another_amount_is_never_offered(
    double: StripeDouble, payments: StripePayments
) -> None:
    checkout = a_checkout(now=CLOCK.now_ms(), off=500)
    taken = {"id": f"vetrina-{checkout.id}", "amount_off": 400, "currency": "eur", "valid": True}
    double.account.coupons[str(taken["id"])] = taken
    with pytest.raises(ProviderRefused, match="3970 was agreed") as refused:
        await payments.begin(checkout, URLS)
    assert refused.value.code == "wrong_amount"
    [session] = double.account.sessions.values()
    assert session["status"] == "expired"


async def test_a_test_is_never_paid_with_real_money_nor_the_other_way(
    double: StripeDouble, payments: StripePayments
) -> None:
    """The seller may change the key while somebody is on the way to the payment page."""
    test = a_checkout(now=CLOCK.now_ms(), test=True)
    with pytest.raises(ProviderRefused, match="Begin a new checkout"):
        await payments.begin(test, URLS)
    async with stripe_payments(double, CLOCK, test=True) as others:
        await others.begin(test, URLS)
        with pytest.raises(ProviderRefused, match="Begin a new checkout"):
            await others.begin(a_checkout(now=CLOCK.now_ms()), URLS)


async def test_what_cannot_be_charged_is_refused_before_stripe_is_asked(
    double: StripeDouble, payments: StripePayments
) -> None:
    odd = a_checkout(a_line(1234, 1, "KWD"), now=CLOCK.now_ms(), shipping=0)
    with pytest.raises(ProviderRefused, match=r"cannot charge 1\.234 KWD"):
        await payments.begin(odd, URLS)
    assert asked(double, "/v1/checkout/sessions") == []


async def test_a_wrong_key_and_a_missing_right_are_told_in_words(double: StripeDouble) -> None:
    double.account.keys["rk_test_poor"] = frozenset({"rak_event_read"})
    for key, words, code in (
        ("sk_test_stolen", "does not know this key", "wrong_key"),
        ("rk_test_poor", "checkout_session_write", "missing_right"),
    ):
        async with stripe_payments(double, CLOCK, key=key) as payments:
            with pytest.raises(ProviderRefused, match=words) as refused:
                await payments.begin(a_checkout(now=CLOCK.now_ms()), URLS)
        assert refused.value.code == code
        assert key not in str(refused.value)
