"""Products with variants in a show: pins, deals, stock and purchases."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import NOW, apply, eur, follow, product, refusal, show, tee
from vetrina.domain.selling.order import Order, OrderLine, Reversal
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show import purchases
from vetrina.domain.show.offer import offer_of
from vetrina.domain.show.state import price_now

PERCENT = cmd.StartDeal(sku="TEE", percent=20, duration_s=300)
HOUR_MS = 3_600_000


def shop(*prices: int, **more: object):
    return show(products=(tee(*prices, **more), product()))  # type: ignore[arg-type]


def bought(sku: str, quantity: int = 1, purchase: str = "p1") -> Order:
    return Order(purchase=purchase, lines=(OrderLine(sku, quantity, eur(1900)),), occurred_at=NOW)


def stocks(state) -> list[int | None]:
    return [one.stock for one in state.bag["TEE"].product.variants]


def test_the_sku_of_a_variant_pins_its_product() -> None:
    state, [pinned] = follow(shop(), cmd.PinProduct("TEE-M"))
    assert isinstance(pinned, ev.ProductPinned)
    assert state.pins[1].product.sku == "TEE"
    assert follow(state, cmd.PinProduct("TEE"))[1] == (), "it is there already"


def test_a_purchase_of_a_variant_counts_for_its_product() -> None:
    sale = purchases.receive(shop(), None, bought("TEE-M", 2), NOW)
    confirmed, changed = sale.facts
    assert isinstance(confirmed, ev.PurchaseConfirmed)
    assert confirmed.items == (ev.SoldItem("TEE", "T-shirt – M", 2, "TEE-M"),)
    assert changed == ev.StockChanged(NOW, "TEE", 6, "TEE-M", 3, "sold", 2)
    state = apply(shop(), sale.facts)
    assert stocks(state) == [3, 3, 0]
    back = Reversal(purchase="p1", items={"TEE-M": 2}, reason="refunded", occurred_at=NOW)
    assert apply(state, purchases.receive(state, sale.record, back, NOW).facts).ticker == ()


def test_an_order_that_names_no_variant_counts_and_lowers_no_stock() -> None:
    sale = purchases.receive(shop(), None, bought("TEE"), NOW)
    [confirmed] = sale.facts
    assert isinstance(confirmed, ev.PurchaseConfirmed)
    assert confirmed.items == (ev.SoldItem("TEE", "T-shirt", 1),)


def test_stock_is_set_for_a_variant_and_told_in_sum() -> None:
    assert refusal(shop(), cmd.SetStock("TEE", 4)) == "variant_needed"
    state, facts = follow(shop(), cmd.SetStock("TEE-L", 4))
    assert facts == (ev.StockChanged(NOW, "TEE", 12, "TEE-L", 4),)
    assert stocks(state) == [3, 5, 4]


def test_several_stocks_at_once_are_told_one_by_one() -> None:
    fresh = cmd.RefreshProducts((tee(stocks=(1, None, 7)),))
    state, facts = follow(shop(), fresh)
    assert [(f.quantity, f.variant, f.variant_quantity) for f in facts] == [  # type: ignore[union-attr]
        (6, "TEE-S", 1),
        (None, "TEE-M", None),
        (None, "TEE-L", 7),
    ]
    assert state.bag["TEE"].product == tee(stocks=(1, None, 7))


def test_the_last_variant_sold_ends_the_deal() -> None:
    state, _ = follow(shop(1900, stocks=(0, 1, 0)), PERCENT)
    facts = purchases.receive(state, None, bought("TEE-M"), NOW).facts
    assert facts[-1] == ev.DealEnded(NOW, "d1", "TEE", "sold_out")


def test_where_variants_differ_a_deal_takes_a_percent() -> None:
    at_a_price = cmd.StartDeal(sku="TEE", price=eur(1500), duration_s=300)
    assert refusal(shop(1900, 1900, 2200), at_a_price) == "percent_needed"
    assert refusal(shop(1900), at_a_price) == "accepted"
    state, _ = follow(shop(1900, 1995, 2200), PERCENT)
    deal = state.deals["d1"]
    assert [(one.sku, one.price.amount) for one in deal.prices] == [
        ("TEE-S", 1520),
        ("TEE-M", 1596),
        ("TEE-L", 1760),
    ]
    assert (deal.price, deal.price_to, deal.was, deal.percent) == (eur(1520), eur(1760), None, None)
    assert price_now(state, "TEE-M") == eur(1596)
    told = offer_of(state.bag["TEE"].product, deal, NOW)
    assert (told.price, told.price_to, told.was) == (eur(1520), eur(1760), None)


def test_a_percent_is_said_only_if_it_is_true_for_every_variant() -> None:
    shirt = tee(1900, 2000, 2200)
    declared = [replace(one, prior_price=one.price) for one in shirt.variants]
    state, _ = follow(show(products=(shirt.with_variants(declared),)), PERCENT)
    assert state.deals["d1"].percent == 20
    cheaper = [*declared[:2], replace(declared[2], prior_price=eur(1800))]
    state, _ = follow(show(products=(shirt.with_variants(cheaper),)), PERCENT)
    assert state.deals["d1"].percent == 2
    bare = [*declared[:2], replace(declared[2], prior_price=None)]
    state, _ = follow(show(products=(shirt.with_variants(bare),)), PERCENT)
    assert state.deals["d1"].percent is None


@pytest.mark.parametrize("percent", [4, 100])
def test_a_percent_out_of_bounds_is_refused(percent: int) -> None:
    if percent > 99:
        with pytest.raises(ValueError, match="percent"):
            replace(PERCENT, percent=percent)
    else:
        assert refusal(shop(), replace(PERCENT, percent=percent)) == "discount_out_of_range"


def test_a_price_and_a_percent_or_neither_is_no_deal() -> None:
    with pytest.raises(ValueError, match="either a price or a percent"):
        replace(PERCENT, price=eur(1500))
    with pytest.raises(ValueError, match="either a price or a percent"):
        replace(PERCENT, percent=None)


def test_a_variant_at_the_deals_price_ends_the_deal() -> None:
    state, _ = follow(shop(1900, 2000, 2200), PERCENT)
    _, facts = follow(state, cmd.RefreshProducts((tee(1900, 2000, 1760),)))
    assert ev.DealEnded(NOW, "d1", "TEE", "cancelled") in facts
    _, facts = follow(state, cmd.RefreshProducts((tee(1900, 2000, 1761),)))
    assert not any(isinstance(fact, ev.DealEnded) for fact in facts)


def test_after_a_deal_no_variant_is_compared_with_more_than_it_cost() -> None:
    shirt = tee(1900)
    declared = shirt.with_variants([replace(one, prior_price=eur(2500)) for one in shirt.variants])
    state, _ = follow(show(products=(declared,)), PERCENT)
    state, _ = follow(state, cmd.EndDeal("d1"))
    state, _ = follow(state, cmd.SetBag((replace(declared, title="Shirt"),)))
    assert state.bag["TEE"].product.prior_price == eur(1520)
    assert refusal(state, PERCENT) == "deal_cooldown"


@given(st.lists(st.tuples(st.sampled_from(["TEE-S", "TEE-M", "TEE-L", "TEE"]), st.integers(1, 4))))
def test_stock_never_falls_below_zero_and_is_always_the_sum(lines) -> None:
    state = shop(stocks=(3, 5, 1))
    for number, (sku, quantity) in enumerate(lines):
        order = bought(sku, quantity, f"p{number}")
        state = apply(state, purchases.receive(state, None, order, NOW).facts)
        shirt = state.bag["TEE"].product
        counted = [one.stock for one in shirt.variants if one.stock is not None]
        assert min(counted) >= 0
        assert shirt.stock == sum(counted)
