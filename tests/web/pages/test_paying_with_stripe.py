"""The page between a reservation and Stripe: the wait, the way there, and the frame on our page."""

import pytest

from tests.stripe_double.account import LIVE_KEY
from tests.stripe_double.running import stripe_double
from tests.web.api.test_shop import open_shop
from tests.web.conftest import MUG, site_over
from tests.web.pages.test_checkout_pages import ordered, send, shown
from tests.web.selling import ITALY, deliver

DAY = 86_400_000


@pytest.fixture
def stripe():
    with stripe_double() as running:
        yield running


@pytest.fixture
async def seller(store, tmp_path, clock, stripe):
    """A shop that is paid with Stripe."""
    async with site_over(store, tmp_path, clock, private_addresses=True) as site:
        clock.advance(stripe.account.now() * 1000 - clock.now_ms())
        await open_shop(site, {**MUG, "stock": 5})
        await deliver(site, ITALY)
        yield site
        await site.context.checkouts.close()


async def pay_with(site, stripe, mode="hosted"):
    body = {"adapter": "stripe", "key": LIVE_KEY, "address": stripe.address, "mode": mode}
    answer = await site.call("PUT", "/payments", body | {"publishable_key": "pk_live_of_the_tests"})
    assert answer.status_code == 200, answer.text


async def leads_there(site, pay):
    """The answer of the page, once there is a page of Stripe: that is asked for at its rate."""
    while (answer := await site.http.get(pay)).status_code != 303:
        site.clock.advance(100)
    return answer


async def test_the_place_is_reserved_before_anybody_asks_stripe(seller, stripe):
    await pay_with(seller, stripe)
    pay = await ordered(seller)
    answer = await seller.http.get(f"{pay}?wait")
    assert "Your place is reserved." in answer.text
    assert answer.headers["refresh"] == f"0; url={pay}"
    there = await leads_there(seller, pay)
    assert there.headers["location"].startswith(stripe.address)
    assert there.headers["referrer-policy"] == "no-referrer"


async def test_while_stripe_is_away_the_place_stays_and_can_be_given_back(seller, stripe):
    await pay_with(seller, stripe)
    stripe.account.switches.broken = 10_000
    pay = await ordered(seller)
    answer = await seller.http.get(pay)
    assert "Your place is reserved." in answer.text
    assert answer.headers["refresh"] == f"1; url={pay}"
    seller.clock.advance(6_000)
    assert "The payment page takes longer than usual" in await shown(seller, pay)
    assert "Cancel, and give it back" in await shown(seller, pay)


async def test_the_policy_is_open_on_the_page_of_the_frame_alone(seller, stripe):
    await pay_with(seller, stripe, "embedded")
    pay = await ordered(seller)
    answer = await seller.http.get(pay)
    while 'id="frame"' not in answer.text:
        answer = await seller.http.get(pay)
    policy = answer.headers["content-security-policy"]
    assert f"frame-src {stripe.address};" in policy
    assert f"{stripe.address}" in policy.split("script-src")[1].split(";")[0]
    assert answer.headers["permissions-policy"].count(stripe.address) == 1
    assert answer.headers["cross-origin-opener-policy"] == "same-origin-allow-popups"
    for other in ("/shop/giulia/bag", pay.replace("checkouts", "orders").removesuffix("/pay")):
        told = (await seller.http.get(other)).headers
        assert stripe.address not in told["content-security-policy"]
        assert "payment=()" in told["permissions-policy"]


async def test_f3_the_last_day_of_withdrawal_counts_whole(seller, stripe):
    """Day 14 at 23:59 is in time; on day 15 the page says why not."""
    await pay_with(seller, stripe)
    in_time, late = await paid_and_arrived(seller), await paid_and_arrived(seller)
    clock = seller.clock
    midnight = (clock.now_ms() // DAY + 15) * DAY
    clock.advance(midnight - 60_000 - clock.now_ms())
    assert "Withdraw from contract here" in await shown(seller, late)
    await send(seller, f"{in_time}/withdrawal", do="withdraw")
    assert "Your withdrawal was received on" in await shown(seller, in_time)
    clock.advance(60_000)
    page = await shown(seller, late)
    assert "The 14 days to withdraw in ended on" in page
    assert "Withdraw from contract here" not in page
    answer = await send(seller, f"{late}/withdrawal", 409, do="withdraw")
    assert "The 14 days to withdraw in ended on" in answer.text


async def paid_and_arrived(site):
    """The path of an order that is paid, shipped and delivered at this moment."""
    pay = await ordered(site)
    token = pay.split("/")[2]
    await leads_there(site, pay)
    checkouts = site.context.checkouts
    order = await checkouts.of_token(token)
    await checkouts.paying.for_nothing(order)
    listed = (await site.get("/orders")).json()["orders"]
    id = listed[0]["id"]
    parcel = {"carrier": "Poste", "tracking": "https://poste.example/1"}
    answer = await site.post(f"/orders/{id}/shipments", parcel)
    assert answer.is_success, answer.text
    order = f"/orders/{token}"
    page = await shown(site, order)
    assert "It is on its way" in page and "Follow the parcel" in page
    answer = await site.post(f"/orders/{id}/deliveries", {})
    assert answer.is_success, answer.text
    assert "It has arrived" in await shown(site, order)
    return order
