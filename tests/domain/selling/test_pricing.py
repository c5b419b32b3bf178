"""What carts cost, and why some cannot be bought."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import NOW, eur
from vetrina.domain.errors import Refused
from vetrina.domain.markets.market import Market, delivered_to
from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout, WantedLine
from vetrina.domain.selling.pricing import MOST_PIECES, PricedCart, Sellable, price_cart
from vetrina.domain.selling.voucher import Voucher

ITALY = Market(
    code="it",
    name="Italy",
    countries=("IT",),
    shipping=eur(499),
    free_from=eur(5000),
    tax_bps=2200,
)


def mug(**more: object) -> Sellable:
    made = Sellable(sku="MUG-1", product="MUG-1", title="Mug", price=eur(2490))
    return replace(made, **more)  # type: ignore[arg-type]


def tee(**more: object) -> Sellable:
    made = Sellable(sku="TEE-M", product="TEE", title="T-shirt", choice="M", price=eur(1900))
    return replace(made, **more)  # type: ignore[arg-type]


def one(sku: str, quantity: int = 1, price: Money | None = None) -> WantedLine:
    return WantedLine(sku, quantity, price)


def priced(*wanted: WantedLine, sold: tuple[Sellable, ...] = (), **more: object) -> PricedCart:
    by_sku = {each.sku: each for each in sold or (mug(), tee())}
    return price_cart(wanted, by_sku, now=NOW, **more)  # type: ignore[arg-type]


def refusal(*wanted: WantedLine, **more: object) -> Refused:
    with pytest.raises(Refused) as refused:
        priced(*wanted, **more)  # type: ignore[arg-type]
    return refused.value


def test_each_step_is_shown_and_the_sum_is_theirs():
    cart = priced(
        one("MUG-1", 2),
        one("TEE-M"),
        sold=(mug(deal="d1", deal_price=eur(1990)), tee()),
        market=ITALY,
        voucher=Voucher(code="TEN", amount=eur(1000)),
    )
    assert [line.unit for line in cart.lines] == [eur(1990), eur(1900)]
    assert [line.own_unit for line in cart.lines] == [eur(2490), eur(1900)]
    assert [line.deal for line in cart.lines] == ["d1", None]
    assert [line.discount for line in cart.lines] == [eur(677), eur(323)]
    assert (cart.goods, cart.discount, cart.shipping) == (eur(5880), eur(1000), eur(499))
    assert (cart.total, cart.tax) == (eur(5379), eur(970))
    assert (cart.market, cart.voucher) == ("it", "TEN")


def test_without_a_market_nothing_is_said_of_shipping_and_tax():
    cart = priced(one("MUG-1"))
    assert (cart.shipping, cart.tax, cart.total, cart.market) == (eur(0), None, eur(2490), None)


def test_shipping_is_free_from_what_the_goods_cost_after_every_discount():
    assert priced(one("MUG-1", 3), market=ITALY).shipping == eur(0)
    assert priced(one("MUG-1", 2), market=ITALY).shipping == eur(499)
    fifty = mug(price=eur(5000))
    assert priced(one("MUG-1"), sold=(fifty,), market=ITALY).shipping == eur(0)
    voucher = Voucher(code="ONE", amount=eur(1))
    assert priced(one("MUG-1"), sold=(fifty,), market=ITALY, voucher=voucher).shipping == eur(499)


def test_the_same_sku_twice_is_one_line():
    cart = priced(one("TEE-M", 2), one("MUG-1"), one("TEE-M", 3))
    assert [(line.sku, line.quantity) for line in cart.lines] == [("TEE-M", 5), ("MUG-1", 1)]


@pytest.mark.parametrize("quantity", [0, -1, MOST_PIECES + 1, 10**9])
def test_a_quantity_that_nobody_buys_is_refused(quantity):
    assert refusal(one("MUG-1", quantity)).code == "out_of_range"


def test_many_lines_of_one_sku_cannot_exceed_what_one_may():
    assert refusal(one("MUG-1", MOST_PIECES), one("MUG-1")).code == "out_of_range"


def test_an_empty_bag_and_an_endless_one_are_refused():
    assert refusal().code == "out_of_range"
    assert refusal(*(one(f"S-{place}") for place in range(101))).code == "out_of_range"


def test_a_sum_that_no_provider_takes_is_refused():
    dear = mug(price=eur(10**9))
    assert refusal(one("MUG-1", 10**6), sold=(dear,)).code == "out_of_range"
    many = tuple(mug(sku=f"S-{place}", price=eur(10**12)) for place in range(2))
    assert refusal(one("S-0"), one("S-1"), sold=many).code == "out_of_range"


def test_what_is_not_sold_is_refused():
    assert refusal(one("NONE")).code == "unknown_sku"
    assert refusal(one("MUG-1"), sold=(mug(status="archived"),)).code == "not_for_sale"
    assert refusal(one("MUG-1"), sold=(mug(status="draft"),)).code == "not_for_sale"
    assert refusal(one("TEE"), sold=(tee(sku="TEE", choices=True),)).code == "variant_needed"


def test_currencies_do_not_mix():
    yen = mug(price=Money(3000, "JPY"))
    assert refusal(one("MUG-1"), one("TEE-M"), sold=(yen, tee())).code == "wrong_currency"
    assert refusal(one("MUG-1", price=Money(2490, "USD"))).code == "wrong_currency"
    assert refusal(one("MUG-1"), sold=(yen,), market=ITALY).code == "not_in_market"


def test_another_price_than_the_one_seen_tells_both():
    refused = refusal(one("MUG-1", price=eur(1990)), one("TEE-M", price=eur(1900)))
    assert refused.code == "price_changed"
    assert refused.details == {
        "prices": [
            {
                "sku": "MUG-1",
                "seen": {"amount": 1990, "currency": "EUR"},
                "now": {"amount": 2490, "currency": "EUR"},
            }
        ]
    }
    in_deal = mug(deal="d1", deal_price=eur(1990))
    assert refusal(one("MUG-1", price=eur(2490)), sold=(in_deal,)).code == "price_changed"
    assert priced(one("MUG-1", price=eur(1990)), sold=(in_deal,)).total == eur(1990)


def test_what_is_sold_from_an_age_on_needs_a_word():
    gin = mug(min_age=18)
    refused = refusal(one("MUG-1"), sold=(gin,))
    assert (refused.code, refused.details["min_age"]) == ("age_required", 18)
    assert priced(one("MUG-1"), sold=(gin,), adult=True).total == eur(2490)


def test_a_market_is_one_of_the_shops():
    assert delivered_to((), None) is None
    assert delivered_to((ITALY,), None) is ITALY
    assert delivered_to((ITALY,), "it") is ITALY
    with pytest.raises(Refused) as refused:
        delivered_to((ITALY,), "jp")
    assert refused.value.code == "not_in_market"


currencies = st.sampled_from(["JPY", "EUR", "KWD"])


@given(st.data(), currencies)
def test_sums_add_up_in_every_currency(data, currency):
    money = st.integers(1, 10**7).map(lambda amount: Money(amount, currency))
    count = data.draw(st.integers(1, 8))
    sold = {}
    for place in range(count):
        deal_price = data.draw(st.none() | money)
        sold[f"S-{place}"] = Sellable(
            sku=f"S-{place}",
            product=f"S-{place}",
            title="Thing",
            price=data.draw(money),
            deal_price=deal_price,
            deal="d" if deal_price else None,
        )
    wanted = [WantedLine(sku, data.draw(st.integers(1, 50))) for sku in sold]
    skus = data.draw(st.lists(st.sampled_from(sorted(sold)), max_size=3, unique=True))
    off = data.draw(st.integers(1, 10_000))
    voucher = data.draw(
        st.sampled_from(
            [
                None,
                Voucher(code="AMOUNT", amount=Money(off * 1000, currency), skus=tuple(skus)),
                Voucher(code="PERCENT", percent_bps=10_000, skus=tuple(skus)),
            ]
        )
    )
    market = Market(code="m", name="M", countries=("IT",), shipping=data.draw(money), tax_bps=off)
    cart = price_cart(wanted, sold, now=NOW, market=market, voucher=voucher)

    assert cart.goods.amount == sum(line.unit.amount * line.quantity for line in cart.lines)
    assert cart.discount.amount == sum(line.discount.amount for line in cart.lines)
    assert all(0 <= line.discount.amount <= line.goods.amount for line in cart.lines)
    paid = sum(line.total.amount for line in cart.lines)
    assert cart.total.amount == paid + cart.shipping.amount
    assert cart.tax is not None and 0 <= cart.tax.amount <= cart.total.amount
    checkout = Checkout(
        id="o_1",
        shop="shop",
        adapter="stripe",
        lines=cart.lines,
        discount=cart.discount,
        shipping=cart.shipping,
        total=cart.total,
        created_at=NOW,
    )
    assert checkout.goods == cart.goods
