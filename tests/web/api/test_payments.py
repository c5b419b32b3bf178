"""Who takes the money, as control reads and sets it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from tests.stripe_double.account import KEY
from tests.stripe_double.running import StripeDouble, stripe_double
from tests.web.conftest import Site, bearer, fields, problem
from vetrina.shop.payments.stripe import StripePayments
from vetrina.store.sql.selling_tables import payments

RESTRICTED = "rk_live_of_the_tests"
RIGHTS = frozenset({"rak_checkout_session_write", "rak_coupon_write", "rak_charge_write"})


@pytest.fixture
def double() -> Iterator[StripeDouble]:
    with stripe_double() as running:
        yield running


def stripe(double: StripeDouble, **more: Any) -> dict[str, Any]:
    return {"adapter": "stripe", "key": KEY, "address": double.address, **more}


async def put(site: Site, body: dict[str, Any]) -> Any:
    answer = await site.call("PUT", "/payments", body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_shop_begins_with_the_links_of_its_products(site: Site) -> None:
    told = (await site.get("/payments")).json()
    assert (told["adapter"], told["chosen"], told["webhook"]) == ("link", False, None)


async def test_stripe_is_set_up_with_one_call(site: Site, double: StripeDouble) -> None:
    """The key is tried, a connection is made, and Stripe is told of its address."""
    told = await put(site, stripe(double))
    assert told == (await site.get("/payments")).json()
    assert (told["adapter"], told["mode"], told["test_orders"]) == ("stripe", "hosted", True)
    assert told["key"] == {"last4": KEY[-4:], "live": False}
    [connection] = (await site.get("/connections")).json()["connections"]
    assert told["webhook"]["connection"] == connection["id"]
    assert told["webhook"]["signed"]
    [endpoint] = double.account.endpoints.values()
    assert endpoint.url == told["webhook"]["url"]
    assert "checkout.session.completed" in endpoint.events
    stored = await site.store.connection(connection["id"])
    assert stored is not None
    assert stored.secrets == (endpoint.secret,)
    assert not double.account.sessions


async def test_a_key_is_never_told_again(site: Site, double: StripeDouble) -> None:
    given = stripe(double, mode="embedded", publishable_key="pk_test_of_the_tests")
    answers = [
        (await site.call("PUT", "/payments", given)).text,
        (await site.get("/payments")).text,
        str(await site.store._rows(select(payments))),  # type: ignore[attr-defined]
    ]
    assert not [text for text in answers if KEY in text]


async def test_it_stays_when_something_else_changes(site: Site, double: StripeDouble) -> None:
    await put(site, stripe(double))
    await put(site, {"adapter": "link"})
    told = await put(
        site, {"adapter": "stripe", "mode": "embedded", "publishable_key": "pk_test_of_the_tests"}
    )
    assert (told["key"]["last4"], told["mode"]) == (KEY[-4:], "embedded")
    assert len(double.account.endpoints) == 1
    made = await site.context.payments.stripe()
    assert isinstance(made, StripePayments)
    assert (await site.context.payments.selling()).mode == "embedded"


async def test_but_it_goes_to_no_other_address(site: Site, double: StripeDouble) -> None:
    await put(site, stripe(double))
    moved = {"adapter": "stripe", "address": "http://127.0.0.1:9"}
    assert fields(problem(await site.call("PUT", "/payments", moved), 422, "invalid")) == ["key"]


def key_of(account: str, mode: str, secret: str) -> str:
    """As Stripe writes a key: its account stands in it."""
    return f"rk_{mode}_51{account:A<15}{secret:x<30}"


async def test_another_mode_or_account_lets_go_of_the_old_secrets(
    site: Site, double: StripeDouble
) -> None:
    """Whoever knew the secret of test mode could sign for orders that cost real money."""
    keys = [
        key_of(*one)
        for one in (("a", "test", "1"), ("a", "test", "2"), ("a", "live", "3"), ("b", "live", "4"))
    ]
    double.account.keys.update(dict.fromkeys(keys, RIGHTS | {"rak_event_read"}))
    pasted = {"webhook_secret": "whsec_of_the_tests_pasted"}
    assert (await put(site, stripe(double, key=keys[0], **pasted)))["webhook"]["signed"]
    double.account.keys[keys[2]] = double.account.keys[keys[3]] = RIGHTS
    wrong = stripe(double, key=keys[2], webhook_secret="hush")
    problem(await site.call("PUT", "/payments", wrong), 422, "invalid")  # and nothing changes
    signed = []
    for key in keys[1:]:
        told = (await put(site, stripe(double, key=key)))["webhook"]
        signed.append((told["signed"], told["polled"]))
        await put(site, {"adapter": "stripe", **pasted})
    assert signed == [(True, True), (False, False), (False, False)]


async def test_a_new_secret_takes_the_place_of_those_of_another_mode(
    site: Site, double: StripeDouble
) -> None:
    live = "sk_live_of_the_tests"
    double.account.keys[live] = None
    told = await put(site, stripe(double, webhook_secret="whsec_of_the_tests_pasted"))
    assert (await put(site, stripe(double, key=live)))["webhook"]["signed"]
    stored = await site.store.connection(told["webhook"]["connection"])
    assert stored is not None
    assert stored.secrets == tuple(one.secret for one in double.account.endpoints.values())


async def test_a_restricted_key_also_asks_for_what_got_lost(
    site: Site, double: StripeDouble
) -> None:
    double.account.keys[RESTRICTED] = RIGHTS | {"rak_event_read"}
    told = await put(site, stripe(double, key=RESTRICTED))
    assert told["webhook"]["polled"]
    assert not told["webhook"]["signed"]  # it may not add an address at Stripe
    assert not told["test_orders"]
    pasted = await put(site, {"adapter": "stripe", "webhook_secret": "whsec_of_the_tests_pasted"})
    assert pasted["webhook"]["signed"]


@pytest.mark.parametrize(
    ("key", "words"),
    [("sk_test_stolen", "does not know this key"), ("rk_test_poor", "charge_write")],
)
async def test_a_key_that_will_not_do_is_refused_in_words(
    site: Site, double: StripeDouble, key: str, words: str
) -> None:
    double.account.keys["rk_test_poor"] = RIGHTS - {"rak_charge_write"}
    answer = await site.call("PUT", "/payments", stripe(double, key=key))
    assert words in problem(answer, 409, "payment_refused")["detail"]
    assert key not in answer.text
    assert not (await site.get("/payments")).json()["chosen"]
    assert (await site.get("/connections")).json()["connections"] == []


async def test_a_stripe_that_is_away_is_told(site: Site, double: StripeDouble) -> None:
    double.account.switches.busy = 1
    problem(await site.call("PUT", "/payments", stripe(double)), 503, "provider_away")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"key": None}, "key"),
        ({"key": "pk_test_x"}, "key"),
        ({"mode": "embedded"}, "publishable_key"),
        ({"publishable_key": "sk_test_x"}, "publishable_key"),
        ({"publishable_key": "pk_live_x"}, "publishable_key"),
        ({"address": "https://stripe.example"}, "address"),
        ({"address": "http://stripe.example"}, "address"),
        ({"webhook_secret": "hush"}, "webhook_secret"),
        ({"adapter": "shopify"}, "connection"),
        ({"adapter": "coins"}, "adapter"),
        ({"mode": "popup"}, "mode"),
    ],
)
async def test_a_field_that_does_not_fit_is_named(
    site: Site, double: StripeDouble, wrong: dict[str, Any], field: str
) -> None:
    answer = await site.call("PUT", "/payments", {**stripe(double), **wrong})
    assert fields(problem(answer, 422, "invalid")) == [field]


async def test_a_shop_that_is_real_takes_no_test_money(site: Site) -> None:
    problem(await site.call("PUT", "/payments", {"adapter": "test"}), 409, "only_in_rehearsal")


async def test_another_shop_takes_it_where_it_is_connected(site: Site) -> None:
    made = (await site.post("/connections", {"kind": "shopify", "secret": "hush" * 8})).json()
    body = {"adapter": "shopify", "connection": made["id"], "address": "https://x.myshopify.com"}
    told = await put(site, {**body, "deal_code": "LIVE"})
    assert (told["adapter"], told["deal_code"]) == ("shopify", "LIVE")
    adapter = await site.context.payments.adapters().current()
    assert adapter is not None
    assert adapter.name == "shopify"


async def test_only_control_may_see_or_change_it(site: Site) -> None:
    assert (await site.http.get("/api/v1/payments")).status_code == 401
    for role in ("hook", "overlay"):
        _, secret = await site.key(role)
        for method in ("GET", "PUT"):
            answer = await site.http.request(
                method, "/api/v1/payments", json={"adapter": "link"}, headers=bearer(secret)
            )
            problem(answer, 403, "forbidden")
