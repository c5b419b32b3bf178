"""Deliveries that are kept and not counted, read in part, or read again later."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.fakes import FakeClock
from tests.web.conftest import Site
from tests.web.shops import NOW_MS, SAMPLES, changed, shop
from vetrina.connectors import CONNECTORS
from vetrina.connectors.port import BadPayload
from vetrina.domain.show import events as ev
from vetrina.web.webhooks import UNREAD


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock(NOW_MS)


async def bought(site: Site) -> list[ev.PurchaseConfirmed]:
    log = await site.store.events("spring")
    return [entry.event for entry in log if isinstance(entry.event, ev.PurchaseConfirmed)]


def _all_bytes(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.iterdir() if path.is_file())


async def test_an_old_order_that_is_touched_is_told_and_not_counted(site: Site, clock) -> None:
    """On air as a purchase, off the stock and in the totals, a week after it was paid."""
    clock.advance(1000)
    await site.show()
    for kind in ("shopify", "woocommerce", "fourthwall", "stripe"):
        seller = await shop(site, kind)
        answer = await seller.deliver("paid")
        assert answer.json() == {"outcome": "before_show"}, kind
        told = await seller.told()
        assert (told["last_refusal"], told["counted"]) == ("before_show", False)
    tiktok = await shop(site, "tiktok")
    await tiktok.deliver("delivered")
    assert (await tiktok.told())["last_refusal"] == "before_show"
    assert await bought(site) == []
    assert (await site.context.shows.state("spring"))[1].totals.orders == 0


async def test_what_could_not_be_read_is_kept_hidden_and_read_after_an_update(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    await site.show()
    seller = await shop(site, "shopify")
    connector, sample = CONNECTORS["shopify"], SAMPLES["shopify/paid"]

    def unable(*_):
        raise BadPayload([("id", "expected an id")])

    with monkeypatch.context() as older:
        older.setattr(type(connector), "read", unable)
        for _ in range(2):
            assert (await seller.deliver(sample)).json()["outcome"] == "unread"
    assert (await seller.told())["unread"] == 1, "the same one is kept once"
    files = await asyncio.to_thread(_all_bytes, tmp_path)
    assert [text for text in sample.personal if text.encode() in files] == []
    assert b"5678901234567" not in files

    unread = site.context.deliveries.unread
    [kept] = await site.store.unread()
    opened = unread.opened(kept)
    assert b"giulia.bianchi@example.com" not in opened.body
    again = type(sample)("shopify", "again", opened.headers, opened.body)
    headers = {**seller.signed(again), UNREAD: opened.id}
    assert (await seller.send(opened.body, headers)).json() == {"outcome": "applied"}
    assert (await seller.told())["unread"] == 0


async def test_a_shop_writes_a_sku_in_other_letters(site: Site) -> None:
    await site.show()
    seller = await shop(site, "generic")
    names = ("mug-1", "MUG\u20111", "Mug-1 ")
    for n, sku in enumerate(names):
        item = {"sku": sku, "quantity": 1}
        await seller.deliver(
            changed(
                "generic/paid",
                {"webhook-id": f"msg_{n}"},
                data={"order_id": str(n), "items": [item], "occurred_at": NOW_MS},
            )
        )
    found = [event.items[0].sku for event in await bought(site)]
    assert found == ["MUG-1", "MUG\u20111", "MUG-1"]
    [open_] = (await site.get(f"/connections/{seller.id}/unmatched")).json()["unmatched"]
    assert (open_["sku"], open_["similar"]) == ("MUG\u20111", "MUG-1"), "the panel shows both"


async def test_what_was_dropped_is_told_and_the_order_counts(site: Site) -> None:
    await site.show()
    seller = await shop(site, "woocommerce")
    answer = await seller.deliver(changed("woocommerce/paid", billing="odd", meta_data=7))
    assert answer.json()["outcome"] == "applied"
    told = await seller.told()
    assert told["last_refusal"] == "partly_read"
    assert told["last_refusal_detail"] == "meta_data, billing"


async def test_an_order_of_nothing_but_a_tip_is_no_purchase(site: Site) -> None:
    await site.show()
    seller = await shop(site, "woocommerce")
    lines = [{"id": 1, "name": "Tip", "quantity": 1, "total": "3.00"}]
    answer = await seller.deliver(changed("woocommerce/paid", line_items=lines))
    assert answer.json() == {"outcome": "no_goods"}
    assert await bought(site) == []
    assert (await seller.told())["last_refusal"] == "no_goods"
