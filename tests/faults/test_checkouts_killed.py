"""A server that sells is killed at any moment: nobody pays twice, and nothing is lost or kept."""

import asyncio
from collections import Counter

import httpx
import pytest

from tests.running_server import Served
from tests.stripe_double import money
from tests.stripe_double.account import LIVE_KEY
from tests.stripe_double.running import stripe_double
from tests.waiting import PATIENCE_S, pause, until

STOCK = 12
BUYERS = 30
PAYERS = 6
SHOP = {"handle": "giulia", "name": "Bottega Giulia"}
MUG = {
    "sku": "MUG-1",
    "title": "Moka mug",
    "price": {"amount": 1890, "currency": "EUR"},
    "stock": STOCK,
}


@pytest.fixture
def stripe():
    with stripe_double() as made:
        yield made


@pytest.fixture
def shop(tmp_path, stripe):
    """A server with a live show, paid through Stripe's stand-in."""
    served = Served(tmp_path / "data", private_addresses="true")
    served.start()
    served.call("PUT", "/api/v1/shop", SHOP)
    served.call("POST", "/api/v1/products", MUG)
    served.call(
        "PUT", "/api/v1/payments", {"adapter": "stripe", "key": LIVE_KEY, "address": stripe.address}
    )
    new = {"slug": "spring", "title": "Spring", "currency": "EUR", "status": "live"}
    served.call("POST", "/api/v1/shows", new)
    served.call("PUT", "/api/v1/shows/spring/bag", {"skus": ["MUG-1"]})
    served.answered = 0
    yield served
    served.stop()


async def insisted(shop, method, path, **more):
    """The answer, however often the server is killed before it comes."""
    while True:
        try:
            async with httpx.AsyncClient(base_url=shop.address, timeout=PATIENCE_S) as http:
                answer = await http.request(method, path, **more)
        except httpx.TransportError:
            answer = None
        if answer is not None and not _comes_later(answer):
            shop.answered += 1
            return answer
        await asyncio.to_thread(pause)


def _comes_later(answer):
    """The server is about to stop, or the first request still runs."""
    if answer.status_code == 409:
        return answer.json()["code"] == "in_progress"
    return answer.status_code >= 500


async def buy(shop, number):
    wish = {"shop": "giulia", "show": "spring", "items": [{"sku": "MUG-1", "quantity": 1}]}
    headers = {"idempotency-key": f"the wish of buyer {number}"}
    return await insisted(shop, "POST", "/api/v1/checkouts", json=wish, headers=headers)


async def seen(shop, token):
    return (await insisted(shop, "GET", f"/api/v1/checkouts/{token}")).json()["checkout"]


async def killed_while(shop, work):
    """The server dies twice while this is under way, each time after a few more answers."""
    task = asyncio.ensure_future(work)
    for _ in range(2):
        enough = shop.answered + 3
        await until(lambda enough=enough: shop.answered >= enough or task.done())
        await asyncio.to_thread(shop.kill)
        await asyncio.to_thread(shop.start)
    return await task


def stock(shop):
    return shop.call("GET", "/api/v1/products/MUG-1")["stock"]


def purchases(shop):
    log = shop.call("GET", "/api/v1/shows/spring/events?limit=1000")["events"]
    return [event for event in log if event["type"] == "purchase_confirmed"]


def pages_of(stripe, token):
    """The pages that a buyer may pay on."""
    sessions = list(stripe.account.sessions.values())
    return [session for session in sessions if token in session["success_url"]]


async def test_nobody_pays_twice_and_nothing_is_lost_or_held_for_ever(shop, stripe):
    buying = asyncio.gather(*(buy(shop, number) for number in range(BUYERS)))
    answers = await killed_while(shop, buying)
    assert Counter(answer.status_code for answer in answers) == {
        201: STOCK,
        409: BUYERS - STOCK,
    }
    assert {a.json()["code"] for a in answers if a.status_code == 409} == {"sold_out"}
    tokens = [answer.json()["checkout"]["token"] for answer in answers if answer.status_code == 201]
    assert len(set(tokens)) == STOCK

    async def paid(token):
        """As a buyer: look until there is a page, pay on it, come back until it is said."""
        while not (pages := pages_of(stripe, token)):
            await seen(shop, token)
        await asyncio.to_thread(money.pay, stripe.account, pages[0]["id"])
        while (await seen(shop, token))["status"] != "paid":
            await asyncio.to_thread(pause)

    await killed_while(shop, asyncio.gather(*(paid(token) for token in tokens[:PAYERS])))
    await until(lambda: len(purchases(shop)) == PAYERS)
    for token in tokens[PAYERS:]:
        assert (await insisted(shop, "DELETE", f"/api/v1/checkouts/{token}")).status_code == 204
    assert stock(shop) == STOCK - PAYERS
    assert len(purchases(shop)) == PAYERS
    assert stripe.account.refunds == {}
    states = Counter(session["status"] for session in stripe.account.sessions.values())
    assert states["complete"] == PAYERS and states["open"] == 0
