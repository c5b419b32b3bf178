"""Money back, as a seller asks for it: never more than was paid, never twice."""

from __future__ import annotations

import asyncio

import pytest

from tests.store.selling import new, stock_of, stocked
from tests.web.conftest import Site, fields, problem
from tests.web.orders import AWAY, REFUSED, line, ordered, provider_of, sent
from vetrina.connectors.payment_notices import RefundChanged
from vetrina.domain.selling.order_facts import RefundAsked


def cents(amount: int) -> dict[str, object]:
    return {"amount": amount, "currency": "EUR"}


async def told(site: Site, id: str) -> dict:
    return (await site.get(f"/orders/{id}")).json()


async def refunded(site: Site, id: str, body: object, **more: object):
    answer = await site.post(f"/orders/{id}/refunds", body, **more)
    await sent(site)
    return answer


async def test_all_that_is_left_goes_back(site: Site) -> None:
    provider = provider_of(site)
    id = (await ordered(site)).checkout.id
    answer = await refunded(site, id, {"restock": True})
    assert answer.status_code == 201, answer.text
    assert answer.json()["amount"] == cents(4270)
    assert [amount for _, amount, _ in provider.sent] == [4270]
    after = await told(site, id)
    assert (after["money"], after["order"]) == ("refunded", "cancelled")
    assert (after["left"]["total"], after["refunded"]) == (cents(0), cents(4270))
    assert await stock_of(site.store) == 10
    assert [one["by"] for one in after["history"] if one["type"] == "refund_asked"] == ["host"]


async def test_pieces_go_back_one_by_one_to_the_last_cent(site: Site) -> None:
    """B6: 4 units were paid with 43.74."""
    provider_of(site)
    discounted = line("MUG-1", 4, 1100, discount=line(unit=26).unit)
    id = (await ordered(site, discounted, shipping=0)).checkout.id
    sums = []
    for _ in range(4):
        answer = await refunded(site, id, {"lines": [{"sku": "MUG-1", "quantity": 1}]})
        sums.append(answer.json()["amount"]["amount"])
    assert sum(sums) == 4374
    assert set(sums) == {1093, 1094}
    assert await stock_of(site.store) == 6, "without restock the stock stays"


async def test_an_amount_goes_back_and_shipping_alone(site: Site) -> None:
    provider_of(site)
    id = (await ordered(site)).checkout.id
    assert (await refunded(site, id, {"amount": cents(100)})).json()["amount"] == cents(100)
    shipping = await refunded(site, id, {"lines": [], "shipping": True})
    assert shipping.json()["amount"] == cents(490)
    assert (await told(site, id))["money"] == "partly_refunded"


async def test_40_00_of_39_80_is_refused(site: Site) -> None:
    """C6."""
    provider = provider_of(site)
    id = (await ordered(site, line("MUG-1", 2, 1990), shipping=0)).checkout.id
    answer = await refunded(site, id, {"amount": cents(4000)})
    assert problem(answer, 409, "refund_too_large")["left"] == cents(3980)
    answer = await refunded(site, id, {"lines": [{"sku": "MUG-1", "quantity": 3}]})
    problem(answer, 409, "refund_too_large")
    assert provider.sent == []
    assert (await told(site, id))["version"] == 2


async def test_what_was_refunded_is_not_refunded_again(site: Site) -> None:
    provider = provider_of(site)
    id = (await ordered(site)).checkout.id
    await refunded(site, id, {})
    problem(await refunded(site, id, {}), 409, "refund_too_large")
    problem(await refunded(site, id, {"amount": cents(1)}), 409, "refund_too_large")
    assert len(provider.sent) == 1


async def test_a_request_that_is_sent_again_pays_once(site: Site) -> None:
    provider = provider_of(site)
    id = (await ordered(site)).checkout.id
    again = {"idempotency-key": "k-1"}
    body = {"amount": cents(500), "version": 2}
    first = await refunded(site, id, body, headers=again)
    second = await refunded(site, id, body, headers=again)
    assert first.json()["id"] == second.json()["id"]
    assert second.headers["idempotency-replayed"] == "true"
    assert [amount for _, amount, _ in provider.sent] == [500]


async def test_a_request_whose_answer_was_lost_pays_once(site: Site, monkeypatch) -> None:
    """The refund is written, and the process ends before its answer is."""
    provider = provider_of(site)
    id = (await ordered(site)).checkout.id
    body, again = {"amount": cents(500), "version": 2}, {"idempotency-key": "k-1"}

    async def nothing(answer: object) -> None: ...

    with monkeypatch.context() as lost:
        lost.setattr(site.store, "put_answer", nothing)
        first = await refunded(site, id, body, headers=again)
    second = await refunded(site, id, body, headers=again)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["id"] == second.json()["id"]
    assert [amount for _, amount, _ in provider.sent] == [500]


async def test_two_at_once_give_back_no_more_than_was_paid(site: Site) -> None:
    provider = provider_of(site)
    id = (await ordered(site)).checkout.id
    answers = await asyncio.gather(
        *(site.post(f"/orders/{id}/refunds", {"amount": cents(3000)}) for _ in range(3))
    )
    await sent(site)
    assert sorted(one.status_code for one in answers) == [201, 409, 409]
    assert len(provider.sent) == 1


async def test_who_saw_an_older_order_decides_again(site: Site) -> None:
    provider_of(site)
    id = (await ordered(site)).checkout.id
    await refunded(site, id, {"amount": cents(100)})
    answer = await refunded(site, id, {"amount": cents(100), "version": 2})
    assert problem(answer, 409, "order_changed")["version"] > 2


async def test_a_dry_run_tells_the_sum_and_writes_nothing(site: Site) -> None:
    provider = provider_of(site)
    id = (await ordered(site)).checkout.id
    lines = {"lines": [{"sku": "MUG-1", "quantity": 1}], "shipping": True}
    answer = await site.post(f"/orders/{id}/refunds?dry_run=true", lines)
    assert (answer.status_code, answer.json()["amount"]) == (200, cents(2380))
    answer = await site.post(f"/orders/{id}/refunds?dry_run=true", {"amount": cents(9999)})
    problem(answer, 409, "refund_too_large")
    assert ((await told(site, id))["version"], provider.sent) == (2, [])


async def test_a_refund_that_fails_later_counts_no_more(site: Site) -> None:
    """C7: the money state returns."""
    provider = provider_of(site)
    order = await ordered(site)
    id = order.checkout.id
    answer = await refunded(site, id, {})
    assert (await told(site, id))["money"] == "refunded"
    notice = RefundChanged(
        order=id,
        payment=None,
        refund=answer.json()["id"],
        provider_id=f"re_{answer.json()['id']}",
        amount=order.checkout.total,
        state="failed",
    )
    assert await site.context.checkouts.paying.take(notice)
    after = await told(site, id)
    assert (after["money"], after["refunded"]) == ("paid", None)
    assert after["attention"] == ["refund_failed"]
    assert after["left"]["total"] == cents(4270)
    assert [one["state"] for one in after["refunds"]] == ["failed"]
    assert (await refunded(site, id, {})).status_code == 201
    assert len(provider.sent) == 2


async def test_one_that_is_on_its_way_counts_when_it_is_there(site: Site) -> None:
    provider = provider_of(site)
    provider.state = "pending"
    id = (await ordered(site)).checkout.id
    await refunded(site, id, {})
    after = await told(site, id)
    assert (after["money"], after["left"]["total"]) == ("paid", cents(0))
    assert [(one["state"], one["sent"]) for one in after["refunds"]] == [("asked", True)]


async def test_a_provider_that_is_away_is_asked_again_by_the_sweep(site: Site) -> None:
    provider = provider_of(site)
    id = (await ordered(site)).checkout.id
    provider.fails = AWAY
    assert (await refunded(site, id, {})).status_code == 201
    assert (await told(site, id))["refunds"][0]["sent"] is False
    provider.fails = None
    site.clock.advance(2_000)
    await site.context.checkouts.refunding.sweep()
    await sent(site)
    assert (await told(site, id))["money"] == "refunded"


async def test_a_provider_that_refuses_gives_the_sum_back(site: Site) -> None:
    provider = provider_of(site)
    id = (await ordered(site)).checkout.id
    provider.fails = REFUSED
    await refunded(site, id, {})
    after = await told(site, id)
    assert (after["money"], after["attention"]) == ("paid", ["refund_failed"])
    assert after["left"]["total"] == cents(4270)


async def test_without_keys_nothing_is_asked_for(site: Site) -> None:
    id = (await ordered(site, adapter="woocommerce")).checkout.id
    problem(await refunded(site, id, {}), 409, "payment_refused")
    known = await site.store.own_order(id)
    assert known is not None
    assert not any(isinstance(fact, RefundAsked) for fact in known.facts)


async def test_one_that_was_never_paid_is_not_there(site: Site) -> None:
    provider_of(site)
    await stocked(site.store)
    id = (await site.store.reserve(new())).checkout.id
    problem(await refunded(site, id, {}), 404, "unknown_order")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"amount": {"amount": 5}}, "amount.currency"),
        ({"lines": []}, "lines"),
        ({"lines": [{"sku": "MUG-1", "quantity": 0}]}, "lines.0.quantity"),
        ({"lines": [{"sku": "MUG-1", "quantity": 1}] * 2}, "lines"),
        ({"lines": [{"sku": "MUG-1", "quantity": 1}], "amount": cents(5)}, "amount"),
        ({"reason": "bored"}, "reason"),
        ({"version": -1}, "version"),
        ({"restock": "maybe"}, "restock"),
    ],
)
async def test_what_does_not_fit_is_said(site: Site, body: object, field: str) -> None:
    provider_of(site)
    id = (await ordered(site)).checkout.id
    assert fields(problem(await refunded(site, id, body), 422, "invalid")) == [field]


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        ({"lines": [{"sku": "NOPE", "quantity": 1}]}, "unknown_sku", 404),
        ({"amount": {"amount": 5, "currency": "USD"}}, "wrong_currency", 409),
        ({"amount": {"amount": 0, "currency": "EUR"}}, "out_of_range", 422),
    ],
)
async def test_what_cannot_go_back_is_said(
    site: Site, body: object, code: str, status: int
) -> None:
    provider_of(site)
    id = (await ordered(site)).checkout.id
    problem(await refunded(site, id, body), status, code)
