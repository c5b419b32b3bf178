"""The whole path of a shop's delivery: signature, normal form, show, answer, panel, disk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from tests.web.conftest import Site, problem
from tests.web.shops import NOW_MS, SAMPLES, changed, shop
from vetrina.connectors import CONNECTORS
from vetrina.domain.show import events as ev
from vetrina.web.webhooks import BODY_BYTES

KINDS = sorted(set(CONNECTORS) - {"generic"})
TIMED = ("stripe",)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW_MS)


async def bought(site: Site) -> list[ev.PurchaseConfirmed]:
    log = await site.store.events("spring")
    return [entry.event for entry in log if isinstance(entry.event, ev.PurchaseConfirmed)]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_paid_order_is_told_once(site: Site, kind: str) -> None:
    await site.show()
    seller = await shop(site, kind)
    first, again = await seller.deliver("paid"), await seller.deliver("paid")
    assert (first.status_code, again.status_code) == (200, 200)
    if kind == "tiktok":
        assert (first.content, again.content) == (b"", b"")
    else:
        assert [first.json(), again.json()] == [{"outcome": "applied"}, {"outcome": "duplicate"}]
    [purchase] = await bought(site)
    assert (purchase.name, purchase.test) == (None, False)
    state = (await site.context.shows.state("spring"))[1]
    assert state.totals.orders == 1
    assert len(state.ticker) == 1
    told = await seller.told()
    assert told["last_verified_at"] == NOW_MS
    assert told["last_refusal"] is None


@pytest.mark.parametrize("kind", [*KINDS, "generic"])
async def test_nothing_personal_reaches_the_disk(site: Site, tmp_path: Path, kind: str) -> None:
    await site.show()
    seller = await shop(site, kind)
    mine = [sample for name, sample in SAMPLES.items() if name.startswith(f"{kind}/")]
    for sample in mine:
        assert (await seller.deliver(sample)).status_code == 200, sample.name
    files = await asyncio.to_thread(_all_bytes, tmp_path)
    assert b"con_" in files
    personal = {text for sample in mine for text in sample.personal}
    assert [text for text in sorted(personal) if text.encode() in files] == []
    assert all(event.name is None for event in await bought(site))


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


@pytest.mark.parametrize("kind", KINDS)
async def test_a_wrong_secret_is_told_to_the_seller_only(site: Site, kind: str) -> None:
    seller = await shop(site, kind)
    refused = problem(await seller.deliver("paid", "whsec_wrong"), 401, "bad_signature")
    assert "secret" not in refused["detail"]
    assert (await seller.told())["last_refusal"] == "wrong_secret"


@pytest.mark.parametrize("kind", KINDS)
async def test_what_changed_on_the_way_is_refused(site: Site, kind: str) -> None:
    await site.show()
    seller = await shop(site, kind)
    sample = SAMPLES[f"{kind}/paid"]
    headers = seller.signed(sample)
    for body in (sample.body[:-1], sample.body.replace(b"1", b"2", 1), b""):
        problem(await seller.send(body, headers), 401, "bad_signature")
    assert await bought(site) == []


@pytest.mark.parametrize("ahead_ms", [3_600_000, -3_600_000])
async def test_an_order_counts_while_the_clocks_of_the_server_and_the_store_differ(
    site: Site, clock: FakeClock, ahead_ms: int
) -> None:
    """One of them was set by an hour, and nobody here knows which one the shop goes by."""
    await site.show()
    seller = await shop(site, "stripe")
    clock.civil_ms = lambda: [NOW_MS + ahead_ms, NOW_MS]  # type: ignore[method-assign]
    assert (await seller.deliver("paid")).json() == {"outcome": "applied"}
    clock.civil_ms = lambda: [NOW_MS + ahead_ms]  # type: ignore[method-assign]
    problem(await seller.deliver("paid"), 401, "bad_signature")


@pytest.mark.parametrize("kind", KINDS)
async def test_a_replay_after_the_window_counts_nothing_twice(
    site: Site, clock: FakeClock, kind: str
) -> None:
    """Stripe signs the time; elsewhere the delivery and the order are known."""
    await site.show()
    seller = await shop(site, kind)
    sample = SAMPLES[f"{kind}/paid"]
    headers = seller.signed(sample)
    await seller.send(sample.body, headers)
    clock.advance(3_600_000)
    late = await seller.send(sample.body, headers)
    assert late.status_code == (401 if kind in TIMED else 200)
    assert len(await bought(site)) == 1
    assert ((await seller.told())["last_refusal"] == "too_old") == (kind in TIMED)


@pytest.mark.parametrize("kind", KINDS)
async def test_signed_well_and_not_understood(site: Site, kind: str) -> None:
    """Shops switch an address off that refuses: it is kept, and answered as taken in."""
    seller = await shop(site, kind)
    for n, body in enumerate((b"not json", b'["a list"]')):
        sample = changed(f"{kind}/paid")
        broken = type(sample)(kind, "broken", sample.headers, body)
        answer = await seller.deliver(broken)
        assert answer.status_code == 200
        if kind != "tiktok":
            assert answer.json()["outcome"] == "unread"
            assert answer.json()["errors"]
        told = await seller.told()
        assert (told["last_refusal"], told["unread"]) == ("not_understood", n + 1)
        assert told["last_refusal_detail"]


@pytest.mark.parametrize("kind", KINDS)
async def test_a_body_over_one_mebibyte(site: Site, kind: str) -> None:
    seller = await shop(site, kind)
    problem(await seller.send(b" " * (BODY_BYTES + 1), {}), 413, "too_large")


@pytest.mark.parametrize("name", ["shopify/other_topic", "woocommerce/deleted", "stripe/thin"])
async def test_what_concerns_no_show_is_accepted(site: Site, name: str) -> None:
    await site.show()
    kind, _, sample = name.partition("/")
    seller = await shop(site, kind)
    assert (await seller.deliver(sample)).json() == {"outcome": "ignored"}
    told = await seller.told()
    assert (told["last_verified_at"], told["last_refused_at"]) == (NOW_MS, NOW_MS)
    assert told["last_refusal"] == "other_news"


@pytest.mark.parametrize(
    ("kind", "unpaid"),
    [
        ("shopify", changed("shopify/paid", financial_status="pending")),
        ("woocommerce", changed("woocommerce/paid", status="on-hold")),
        ("tiktok", SAMPLES["tiktok/pending"]),
    ],
)
async def test_the_seller_reads_why_an_order_does_not_count(site: Site, kind, unpaid) -> None:
    await site.show(status="draft")
    seller = await shop(site, kind, "spring")
    await seller.deliver(unpaid)
    told = await seller.told()
    assert told["last_refusal"] == "not_paid_yet"
    assert told["counted"] is False
    await seller.deliver("paid")
    told = await seller.told()
    assert told["last_refusal"] == "no_show_on"
    assert told["last_verified_at"] == told["last_refused_at"]


async def test_counted_means_a_real_order_and_stays(site: Site) -> None:
    await site.show(status="rehearsal")
    seller = await shop(site, "shopify")
    await seller.deliver("paid")
    assert (await seller.told())["counted"] is False
    await site.post("/shows/spring/commands", {"type": "start_show"})
    await seller.deliver(changed("shopify/paid", {"x-shopify-webhook-id": "w2"}, id=7))
    assert (await seller.told())["counted"] is True


@pytest.mark.parametrize("kind", KINDS)
async def test_the_same_delivery_twice_at_once(site: Site, kind: str) -> None:
    await site.show()
    seller = await shop(site, kind)
    answers = await asyncio.gather(*(seller.deliver("paid") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await bought(site)) == 1


@pytest.mark.parametrize("kind", KINDS)
async def test_a_reversal_that_comes_first_waits(site: Site, kind: str) -> None:
    await site.show()
    seller = await shop(site, kind)
    await seller.deliver("refunded" if kind in ("shopify", "stripe") else "cancelled")
    await seller.deliver("paid")
    assert await bought(site) == []
    assert (await site.context.shows.state("spring"))[1].totals.orders == 0


async def test_500_orders_at_once(site: Site) -> None:
    await site.show()
    seller = await shop(site, "shopify")
    orders = [
        changed("shopify/paid", {"x-shopify-webhook-id": f"w{n}"}, id=10**18 + n)
        for n in range(500)
    ]
    answers = await asyncio.gather(*(seller.deliver(order) for order in orders))
    assert {answer.json()["outcome"] for answer in answers} == {"applied"}
    state = (await site.context.shows.state("spring"))[1]
    assert state.totals.orders == 500
    assert [money.amount for money in state.totals.gross] == [500 * 3780]


async def test_the_ping_of_woocommerce_is_answered_with_200_and_nothing_else(site: Site) -> None:
    seller = await shop(site, "woocommerce")
    pinged = await seller.send(b"webhook_id=7", {"x-wc-webhook-topic": "order.updated"})
    assert (pinged.status_code, pinged.content) == (200, b"")
    assert (await seller.told())["last_delivery_at"] is None


@pytest.mark.parametrize("kind", ["shopify", "stripe", "fourthwall"])
async def test_a_test_order_is_for_rehearsals(site: Site, kind: str) -> None:
    await site.show()
    seller = await shop(site, kind)
    assert (await seller.deliver("test")).json() == {"outcome": "test"}
    assert await bought(site) == []
    told = await seller.told()
    assert told["last_refusal"] == "in_test_mode"
    assert told["last_verified_at"] == NOW_MS


@pytest.mark.parametrize("kind", ["shopify", "stripe", "fourthwall"])
async def test_a_rehearsal_shows_a_test_order_as_one(site: Site, kind: str) -> None:
    await site.show(status="rehearsal")
    seller = await shop(site, kind)
    assert (await seller.deliver("test")).json() == {"outcome": "applied"}
    assert [purchase.test for purchase in await bought(site)] == [True]
    assert (await site.context.shows.state("spring"))[1].totals.orders == 0


async def test_a_payment_counts_once_whichever_events_tell_it(site: Site) -> None:
    await site.show()
    seller = await shop(site, "stripe")
    outcomes = [
        (await seller.deliver(name)).json()["outcome"]
        for name in ("intent", "paid", "paid_later", "partial_refund", "refund_created", "refunded")
    ]
    assert outcomes == ["applied", "duplicate", "duplicate", "applied", "applied", "applied"]
    log = await site.store.events("spring")
    back = [entry.event for entry in log if isinstance(entry.event, ev.PurchaseReversed)]
    assert [sum(money.amount for money in event.amounts) for event in back] == [1000, 2780]
    totals = (await site.context.shows.state("spring"))[1].totals
    assert (totals.orders, totals.units, totals.gross[0].amount) == (0, 0, 0)


async def test_a_refund_of_shopify_counts_once_however_it_is_told(site: Site) -> None:
    await site.show()
    seller = await shop(site, "shopify")
    names = ("updated_with_refunds", "partial_refund", "paid", "amount_refund")
    outcomes = [(await seller.deliver(name)).json()["outcome"] for name in names]
    assert outcomes == ["applied", "duplicate", "duplicate", "applied"]
    totals = (await site.context.shows.state("spring"))[1].totals
    assert (totals.orders, totals.units, totals.gross[0].amount) == (1, 1, 1890 - 500)


async def test_an_order_of_woocommerce_changes_and_counts_once(site: Site) -> None:
    await site.show()
    seller = await shop(site, "woocommerce")
    names = ("draft", "pending", "cash_on_delivery", "paid", "partial_refund", "refunded")
    outcomes = [(await seller.deliver(name)).json()["outcome"] for name in names]
    assert outcomes == [*["ignored"] * 3, "applied", "applied", "applied"]
    totals = (await site.context.shows.state("spring"))[1].totals
    assert (totals.orders, totals.units, totals.gross[0].amount) == (0, 0, 0)
