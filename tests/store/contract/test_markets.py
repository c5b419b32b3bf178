"""What every store promises of markets."""

from vetrina.domain.markets.market import Market
from vetrina.domain.money import Money

ITALY = Market(
    code="it", name="Italy", countries=("IT", "SM"), shipping=Money(490, "EUR"),
    free_from=Money(6000, "EUR"), tax_bps=2200,
)  # fmt: skip
REST = Market(code="eu", name="Europe", countries=("DE", "AT"), shipping=Money(990, "EUR"))


async def test_markets_are_read_in_the_order_in_which_they_were_written(store):
    assert await store.markets() == []
    await store.put_markets([REST, ITALY])
    assert await store.markets() == [REST, ITALY]
    await store.put_markets([ITALY, REST])
    assert await store.markets() == [ITALY, REST]


async def test_a_market_that_is_left_out_is_gone(store):
    await store.put_markets([ITALY, REST])
    await store.put_markets([REST])
    assert await store.markets() == [REST]
    await store.put_markets([])
    assert await store.markets() == []
