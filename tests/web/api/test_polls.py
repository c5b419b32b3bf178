"""Giving, using and taking away the key that a shop is asked with."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.outbound.answering import Answer
from tests.outbound.woo_shop import KEY, SECRET, WooShop, delivery, woo_shop
from tests.web.conftest import Site, fields, problem
from tests.web.shops import Shop, shop


@pytest.fixture
def woo() -> Iterator[WooShop]:
    with woo_shop() as opened:
        yield opened


def access(woo: WooShop) -> dict[str, str]:
    return {"address": woo.address, "key": KEY, "secret": SECRET}


async def asked(site: Site, seller: Shop) -> dict[str, object]:
    answer = await site.post(f"/connections/{seller.id}/poll")
    assert answer.status_code == 200, answer.text
    told: dict[str, object] = answer.json()
    return told


async def test_a_server_that_was_away_catches_up_and_the_shop_may_be_late(
    site: Site, woo: WooShop
) -> None:
    """Over the same routes that shops and panels use."""
    await site.show()
    seller = await shop(site, "woocommerce", "spring")
    put = await site.call("PUT", f"/connections/{seller.id}/poll", access(woo))
    assert put.status_code == 200, put.text
    assert (await seller.told())["poll"] == put.json()
    lost = [woo.sell(n, site.clock.now_ms()) for n in (1, 2)]
    told = await asked(site, seller)
    assert (told["found"], told["last_failure"], told["behind"]) == (2, None, False)
    for order in lost:
        body, headers = delivery(order, seller.secret, "late")
        assert (await seller.send(body, headers)).json() == {"outcome": "duplicate"}
    assert (await site.context.shows.state("spring"))[1].totals.orders == 2
    assert (await seller.told())["poll"]["last_success_at"] == site.clock.now_ms()


async def test_a_key_is_told_nowhere_and_kept_for_as_long_as_it_is_wished(
    site: Site, woo: WooShop, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    seller = await shop(site, "woocommerce")
    woo.instead = lambda _: Answer(401, f"{KEY} {SECRET}".encode())
    put = await site.call("PUT", f"/connections/{seller.id}/poll", access(woo))
    texts = [put.text, str(await asked(site, seller)), str(await seller.told()), caplog.text]
    for text in texts:
        assert KEY not in text
        assert SECRET not in text
    gone = await site.call("DELETE", f"/connections/{seller.id}/poll")
    assert gone.status_code == 204
    assert (await seller.told())["poll"] is None
    assert await site.store.polls() == []
    problem(await site.call("DELETE", f"/connections/{seller.id}/poll"), 404, "unknown_poll")
    problem(await site.post(f"/connections/{seller.id}/poll"), 404, "unknown_poll")


async def test_the_key_goes_with_the_connection(site: Site, woo: WooShop) -> None:
    seller = await shop(site, "woocommerce")
    await site.call("PUT", f"/connections/{seller.id}/poll", access(woo))
    assert (await site.call("DELETE", f"/connections/{seller.id}")).status_code == 204
    assert await site.store.polls() == []
    wished = await site.call("PUT", f"/connections/{seller.id}/poll", access(woo))
    problem(wished, 404, "unknown_connection")


@pytest.mark.parametrize(
    ("kind", "body", "field"),
    [
        (
            "woocommerce",
            {"address": "http://shop.example", "key": KEY, "secret": SECRET},
            "address",
        ),
        ("woocommerce", {"key": KEY, "secret": SECRET}, "address"),
        ("woocommerce", {"address": "https://shop.example", "key": KEY}, "secret"),
        ("stripe", {"key": "sk_live_all_powers"}, "key"),
        ("stripe", {"key": "rk_live_x", "address": "https://elsewhere.example"}, "address"),
        ("fourthwall", {"key": "rk_x"}, ""),
        ("shopify", {"address": "https://x.myshopify.com", "key": "sk_all_powers"}, "key"),
        ("woocommerce", {}, "key"),
    ],
)
async def test_what_cannot_be_a_key_is_refused_without_telling_it(
    site: Site, kind: str, body: dict[str, str], field: str
) -> None:
    seller = await shop(site, kind)
    refused = problem(
        await site.call("PUT", f"/connections/{seller.id}/poll", body), 422, "invalid"
    )
    assert fields(refused) == [field]
    assert "all_powers" not in str(refused)
    assert await site.store.polls() == []


async def test_two_who_ask_at_once_wait_for_one_round(site: Site, woo: WooShop) -> None:
    seller = await shop(site, "woocommerce")
    await site.call("PUT", f"/connections/{seller.id}/poll", access(woo))
    answers = await asyncio.gather(*(asked(site, seller) for _ in range(3)))
    assert answers[0] == answers[1] == answers[2]
    assert len(woo.asked) == 1


async def test_only_a_key_for_all_shows_may_ask(site: Site, woo: WooShop) -> None:
    await site.show()
    seller = await shop(site, "woocommerce")
    _, small = await site.key("control", "spring")
    headers = {"authorization": f"Bearer {small}"}
    path = f"/connections/{seller.id}/poll"
    for method, body in (("PUT", access(woo)), ("POST", None), ("DELETE", None)):
        problem(await site.call(method, path, body, headers=headers), 403, "forbidden")
