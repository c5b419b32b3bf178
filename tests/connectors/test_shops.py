"""What the samples leave out: bad input, spellings of secrets, ids and amounts at the edge."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.properties import at_most
from vetrina.connectors import CONNECTORS
from vetrina.connectors.port import BadPayload, BadSignature, Delivery
from vetrina.connectors.samples import samples
from vetrina.connectors.stripe.amounts import minor_units
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, Reversal

NOW_MS = 1_795_199_460_000
SHOPS = sorted(set(CONNECTORS) - {"generic"})
SAMPLES = {f"{kind}/{one.name}": one for kind in CONNECTORS for one in samples(kind)}


def read(name: str, headers: Mapping[str, str] | None = None, **changes: Any) -> Delivery:
    """A sample, with some of its fields changed; what is None leaves."""
    sample = SAMPLES[name]
    body = json.loads(sample.body) | changes
    raw = json.dumps({key: value for key, value in body.items() if value is not None})
    given = {**sample.headers, **(headers or {})}
    return CONNECTORS[sample.kind].read(given, raw.encode(), lambda order: order)


def verify(kind: str, headers: Mapping[str, str], *secrets: str, body: bytes = b"{}") -> None:
    CONNECTORS[kind].verify(headers, body, secrets, NOW_MS, {"app_key": "k"})


def sign(kind: str, secret: str, body: bytes = b"{}") -> dict[str, str]:
    return CONNECTORS[kind].sign({}, body, secret, NOW_MS, {"app_key": "k"})


@pytest.mark.parametrize("kind", SHOPS)
def test_one_of_several_secrets_is_enough_and_none_is_not(kind: str) -> None:
    headers = sign(kind, "whsec_old")
    verify(kind, headers, "whsec_new", "whsec_old")
    for secrets in (("whsec_new",), ()):
        with pytest.raises(BadSignature, match="wrong_secret"):
            verify(kind, headers, *secrets)


@pytest.mark.parametrize("kind", SHOPS)
@given(st.text(max_size=80), st.binary(max_size=40))
def test_no_header_of_a_stranger_does_more_than_be_refused(
    kind: str, text: str, body: bytes
) -> None:
    headers = dict.fromkeys(sign(kind, "whsec_a"), text)
    with pytest.raises(BadSignature):
        verify(kind, headers, "whsec_a", body=body)
    with pytest.raises(BadSignature):
        verify(kind, {"stripe-signature": f"t=1795199460,v1={text}"}, "whsec_a", body=body)


@pytest.mark.parametrize("name", sorted(SAMPLES))
@given(st.data())
@settings(max_examples=at_most(60))
def test_any_change_of_a_delivery_gives_a_normal_form_or_a_refusal(
    name: str, data: st.DataObject
) -> None:
    """Fields of any kind in any place: never anything but BadPayload."""
    sample = SAMPLES[name]
    body = json.loads(sample.body)
    inner = body
    while isinstance(inner, dict) and inner:
        key = data.draw(st.sampled_from(sorted(inner)))
        if not isinstance(inner[key], dict | list) or data.draw(st.booleans()):
            inner[key] = data.draw(ODD)
            break
        inner = inner[key]
        inner = inner[0] if isinstance(inner, list) and inner else inner
    try:
        delivery = CONNECTORS[sample.kind].read(sample.headers, json.dumps(body).encode(), str)
    except BadPayload as error:
        assert error.errors
        return
    assert all(isinstance(one, Order | Reversal) for one in delivery.reports)
    for report in delivery.reports:
        json.dumps(str(report)).encode()


ODD = st.sampled_from(
    [None, True, -1, 0, 1.5, 10**40, -(10**40), 1e300, "", "x", "NaN", "1e9999", "-5", "\ud800",
     "\u0000", [], {}, [None], {"a": []}, "2026-02-30T00:00:00Z", "0001-01-01T00:00:00", "€"]
)  # fmt: skip


@pytest.mark.parametrize("kind", SHOPS)
@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"null", b"\xff\xfe", b'{"a":NaN}', b"[" * 200_000, b'{"id":1' + b"0" * 5000],
)  # fmt: skip
def test_bodies_that_are_no_payload(kind: str, body: bytes) -> None:
    with pytest.raises(BadPayload):
        CONNECTORS[kind].read(SAMPLES[f"{kind}/paid"].headers, body, str)


@pytest.mark.parametrize("kind", SHOPS)
def test_missing_fields_are_named(kind: str) -> None:
    with pytest.raises(BadPayload) as refused:
        CONNECTORS[kind].read(SAMPLES[f"{kind}/paid"].headers, b"{}", str)
    assert ("id" in dict(refused.value.errors)) or kind in ("fourthwall", "tiktok")


def test_shopify_knows_a_delivery_by_its_id_under_both_names() -> None:
    headers = SAMPLES["shopify/paid"].headers
    event = headers["x-shopify-event-id"]
    assert read("shopify/paid").id == headers["x-shopify-webhook-id"] != event
    plain = {name.removeprefix("x-"): value for name, value in headers.items()}
    body = SAMPLES["shopify/paid"].body
    assert CONNECTORS["shopify"].read(plain, body, str).id == headers["x-shopify-webhook-id"]
    assert (
        CONNECTORS["shopify"].read({}, body, str).id
        != CONNECTORS["shopify"].read({}, b"{}", str).id
    )


def test_every_test_notification_of_shopify_is_an_order_of_its_own() -> None:
    again = {"x-shopify-webhook-id": "another"}
    [one], [other] = read("shopify/test").reports, read("shopify/test", again).reports
    assert isinstance(one, Order) and one.test
    assert one.purchase != other.purchase


def test_woocommerce_tells_two_orders_of_the_same_second_apart() -> None:
    """Its delivery id is made from the second."""
    one, other = read("woocommerce/paid"), read("woocommerce/paid", id=9)
    assert one.id == read("woocommerce/paid").id != other.id


def test_woocommerce_signs_with_the_secret_as_it_was_typed() -> None:
    verify("woocommerce", sign("woocommerce", "Tom & 'Jerry'"), "Tom &amp; &#039;Jerry&#039;")
    verify("woocommerce", sign("woocommerce", "Tom & 'Jerry'"), "Tom & 'Jerry'")


@pytest.mark.parametrize(
    ("headers", "body", "ping"),
    [
        ({}, b"webhook_id=12", True),
        ({"x-wc-webhook-signature": "x"}, b"webhook_id=12", False),
        ({}, b"webhook_id=12&a=b", False),
        ({}, b"{}", False),
    ],
)
def test_a_ping_is_a_ping_and_nothing_else_is(
    headers: dict[str, str], body: bytes, ping: bool
) -> None:
    assert CONNECTORS["woocommerce"].is_ping(headers, body) is ping
    assert not CONNECTORS["shopify"].is_ping(headers, body)


@pytest.mark.parametrize("skew_ms", [-301_000, 301_000])
def test_stripe_allows_five_minutes_both_ways(skew_ms: int) -> None:
    headers = sign("stripe", "whsec_a")
    stripe = CONNECTORS["stripe"]
    stripe.verify(headers, b"{}", ["whsec_a"], NOW_MS + skew_ms // 301 * 300)
    with pytest.raises(BadSignature, match="too_old"):
        stripe.verify(headers, b"{}", ["whsec_a"], NOW_MS + skew_ms)


@pytest.mark.parametrize("time", ["t= {}", "t={}=1", "t=+{}", "T=1,t=0{}"])
def test_an_old_delivery_of_stripe_gets_no_new_time(time: str) -> None:
    """The library reads these times leniently; a second, fresh one behind them must not count."""
    old = NOW_MS // 1000 - 86_400
    headers = CONNECTORS["stripe"].sign({}, b"{}", "whsec_a", old * 1000)["stripe-signature"]
    signature = headers.partition(",")[2]
    forged = f"{time.format(old)},t={NOW_MS // 1000},{signature}"
    with pytest.raises(BadSignature):
        verify("stripe", {"stripe-signature": forged}, "whsec_a")


def test_stripe_takes_one_of_several_signatures() -> None:
    headers = sign("stripe", "whsec_a")["stripe-signature"]
    time, _, good = headers.partition(",")
    verify("stripe", {"stripe-signature": f"{time},v0=aa,v1=bb,{good}"}, "whsec_a")


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [(1890, "EUR", 1890), (1890, "JPY", 1890), (1890, "KWD", 1890), (500, "ISK", 5),
     (500, "UGX", 5), (5, "MGA", 500), (-5, "EUR", 0)],
)  # fmt: skip
def test_stripe_counts_digits_its_own_way(amount: int, currency: str, minor: int) -> None:
    assert minor_units(amount, currency) == Money(minor, currency)


def test_the_app_key_of_tiktok_is_part_of_the_signature() -> None:
    headers = sign("tiktok", "s")
    with pytest.raises(BadSignature, match="app key"):
        CONNECTORS["tiktok"].verify(headers, b"{}", ["s"], NOW_MS, {"app_key": "other"})


def test_secrets_that_no_provider_makes() -> None:
    assert CONNECTORS["stripe"].check_secret("sk_live_x") is not None
    assert CONNECTORS["shopify"].check_secret(" x") is not None
    for kind in SHOPS:
        own = CONNECTORS[kind].new_secret()
        assert (own is not None) == (kind == "woocommerce")
        assert CONNECTORS[kind].check_secret(own or "whsec_" + "x" * 32) is None
        assert CONNECTORS[kind].check_secret("whsec_x") is not None


async def test_the_library_of_stripe_is_read_for_those_who_have_stripe_only(tmp_path) -> None:
    """It is large, and most have no Stripe: a process of its own shows who loads it."""
    script = """
import asyncio, pathlib, sys
from vetrina.app import CONNECTORS
from vetrina.clock import SystemClock
from vetrina.live.purchases.shop_connections import Connections
from vetrina.store.sql.store import sqlite_store

async def loaded(*kinds):
    store = sqlite_store(pathlib.Path(sys.argv[1]))
    await store.open()
    connections = Connections(store, SystemClock(), CONNECTORS)
    await connections.open()
    for kind in kinds:
        await connections.create(kind, show=None, secret=None, options={})
    await store.close()
    return "stripe" in sys.modules

print(asyncio.run(loaded("generic", "woocommerce")), asyncio.run(loaded("stripe")))
"""
    ran = [sys.executable, "-c", script, str(tmp_path)]
    done = await asyncio.to_thread(subprocess.run, ran, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_a_payment_of_an_old_interface_counts_by_its_amount() -> None:
    """Versions that do not tell `amount_received` were refused as not understood."""
    sample = json.loads(SAMPLES["stripe/intent"].body)
    del sample["data"]["object"]["amount_received"]
    body = json.dumps(sample).encode()
    [order] = CONNECTORS["stripe"].read({}, body, str).reports
    assert order.lines[0].amount == Money(3780, "EUR")
