"""Orders of Shopify that no delivery brought, and that they count as those that one did."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest

from tests.outbound.answering import Answer, Asked, answering
from tests.shops.clocks import HurriedClock
from tests.shops.graphql import Question, connection, resolved
from tests.shops.shopify_shop import TOKEN, money
from vetrina.connectors.polling import Access, Cursor, Page, PollFailed
from vetrina.connectors.shopify.polling import body_of
from vetrina.connectors.shopify.webhooks import Shopify
from vetrina.domain.errors import InvalidValue
from vetrina.domain.selling.order import Order, Reversal
from vetrina.outbound.http_client import HttpClient
from vetrina.outbound.shopify_orders import ShopifySource

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
SINCE = Cursor(int(NINE.timestamp() * 1000))
NOW_MS = SINCE.since + 7_200_000


def node(number: int, **changed: Any) -> dict[str, Any]:
    """A paid order of two mugs, one of them with a discount."""
    line = {
        "id": f"gid://shopify/LineItem/{number}1", "name": "Moka mug", "title": "Moka mug",
        "sku": "MUG-1", "quantity": 2, "currentQuantity": 2,
        "product": {"id": "gid://shopify/Product/1"},
        "variant": {"id": "gid://shopify/ProductVariant/1001"},
        "originalUnitPriceSet": money("18.90"),
        "discountAllocations": [{"allocatedAmountSet": money("1.80")}],
        "taxLines": [{"priceSet": money("6.49")}],
    }  # fmt: skip
    return {
        "id": f"gid://shopify/Order/{number}", "displayFinancialStatus": "PAID",
        "createdAt": "2026-11-20T10:00:00Z", "processedAt": "2026-11-20T10:00:01Z",
        "updatedAt": f"2026-11-20T10:00:{number % 60:02}Z", "cancelledAt": None,
        "currencyCode": "EUR", "test": False, "confirmed": True, "sourceName": "web",
        "taxesIncluded": True, "totalPriceSet": money("40.99"),
        "customAttributes": [{"key": "live_ticker_ok", "value": "yes"},
                             {"key": "live_ticker_name", "value": "Giulia"}],
        "lineItems": connection([line]), "refunds": [],
        **changed,
    }  # fmt: skip


def refund(number: int, amount: str) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Refund/{number}", "createdAt": "2026-11-20T11:00:00Z",
        "refundLineItems": connection([{
            "id": "1", "quantity": 1, "lineItem": {"id": "gid://shopify/LineItem/11"},
            "subtotalSet": money(amount), "totalTaxSet": money("0.00"),
        }]),
        "transactions": connection(
            [{"id": "1", "kind": "REFUND", "status": "SUCCESS", "amountSet": money(amount)}]
        ),
        "refundShippingLines": connection([]),
    }  # fmt: skip


class Orders:
    """The orders of a shop, page by page."""

    def __init__(self, *nodes: dict[str, Any]) -> None:
        self.nodes = list(nodes)
        self.asked: list[dict[str, Any]] = []
        self.too_many = 100

    def answer(self, asked: Asked) -> Answer:
        assert asked.headers["x-shopify-access-token"] == TOKEN
        told = json.loads(asked.body)
        variables = told["variables"]
        self.asked.append(variables)
        if variables["first"] > self.too_many:
            error = {"message": "x", "extensions": {"code": "MAX_COST_EXCEEDED"}}
            return Answer(200, json.dumps({"errors": [error]}).encode())
        data = resolved(
            {"orders": connection(self.nodes)}, Question(told["query"]).selection, variables
        )
        return Answer(200, json.dumps({"data": data}).encode())


@pytest.fixture
async def source() -> AsyncIterator[ShopifySource]:
    client = HttpClient(wait_s=20, private_addresses=True)
    yield ShopifySource(client, HurriedClock(NOW_MS))
    await client.close()


async def asked(source: ShopifySource, orders: Orders, cursor: Cursor = SINCE) -> list[Page]:
    with answering(orders.answer) as address:
        pages = [await source.page(Access(address, TOKEN), cursor, str, NOW_MS)]
        while pages[-1].cursor.page is not None:
            access = Access(address, TOKEN)
            pages.append(await source.page(access, pages[-1].cursor, str, NOW_MS))
    return pages


async def test_an_order_is_read_as_a_delivery_tells_it(source: ShopifySource) -> None:
    (page,) = await asked(source, Orders(node(1)))
    (told,) = page.deliveries[0].reports
    assert isinstance(told, Order)
    (line,) = told.lines
    assert (line.sku, line.quantity, line.amount.amount if line.amount else 0) == ("MUG-1", 2, 3600)
    assert told.purchase == "1"
    assert told.buyer is not None and told.buyer.nickname == "Giulia"
    assert told.region is None, "the buyer's address is not asked for"


async def test_it_has_the_lines_and_names_of_the_webhook(source: ShopifySource) -> None:
    """Whichever comes first, the other one changes nothing."""
    body = body_of(resolved(node(1), Question(_ORDER).selection, {}))
    read = Shopify().read({"x-shopify-topic": "orders/paid"}, json.dumps(body).encode(), str)
    (page,) = await asked(source, Orders(node(1)))
    assert page.deliveries[0].reports == read.reports


async def test_all_pages_are_read_and_the_newest_change_is_where_the_next_round_begins(
    source: ShopifySource,
) -> None:
    orders = Orders(*(node(number) for number in range(1, 51)))
    pages = await asked(source, orders)
    assert [len(page.deliveries) for page in pages] == [20, 20, 10]
    assert {one["changed"] for one in orders.asked} == {"updated_at:>='2026-11-20T08:55:00Z'"}
    newest = datetime(2026, 11, 20, 10, 0, 50, tzinfo=UTC)
    assert pages[-1].cursor == Cursor(int(newest.timestamp() * 1000))


async def test_a_question_that_costs_too_much_is_asked_for_less(source: ShopifySource) -> None:
    orders = Orders(*(node(number) for number in range(1, 12)))
    orders.too_many = 5
    pages = await asked(source, orders)
    assert sum(len(page.deliveries) for page in pages) == 11
    orders.too_many = 0
    with pytest.raises(PollFailed):
        await asked(source, orders)


@pytest.mark.parametrize(
    ("changed", "reports"),
    [
        ({"displayFinancialStatus": "PENDING"}, 0),
        ({"displayFinancialStatus": "REFUNDED"}, 1),
        ({"displayFinancialStatus": "PAID", "cancelledAt": "2026-11-20T12:00:00Z"}, 1),
        ({"displayFinancialStatus": None}, 0),
    ],
)
async def test_only_what_was_paid_is_news(
    source: ShopifySource, changed: dict[str, Any], reports: int
) -> None:
    (page,) = await asked(source, Orders(node(1, **changed)))
    (told,) = page.deliveries
    assert len(told.reports) == reports
    assert all(isinstance(one, Reversal) for one in told.reports)


async def test_a_partial_refund_is_told_with_its_order(source: ShopifySource) -> None:
    changed = {"displayFinancialStatus": "PARTIALLY_REFUNDED", "refunds": [refund(7, "18.00")]}
    (page,) = await asked(source, Orders(node(1, **changed)))
    (told,) = page.deliveries[0].reports
    assert isinstance(told, Order) and told.refunds is not None
    assert told.refunds["7"].items == {"11": 1}
    assert told.refunds["7"].amount is not None and told.refunds["7"].amount.amount == 1800


async def test_an_odd_order_holds_nothing_up(source: ShopifySource) -> None:
    lines = connection([{**node(1)["lineItems"]({"first": 1})["nodes"][0], "id": f"x/{n}"}
                        for n in range(1, 60)])  # fmt: skip
    odd = [node(2, id=None), node(3, lineItems=lines), node(4, customAttributes=None)]
    (page,) = await asked(source, Orders(node(1), *deepcopy(odd)))
    assert [len(page.deliveries), len(page.unread)] == [2, 2]
    assert "at most 50 lines" in page.unread[1]


@pytest.mark.parametrize("key", ["", "sk_x", "shpat_ä", "shpat_a\nb"])
def test_what_is_no_token_is_refused(source: ShopifySource, key: str) -> None:
    with pytest.raises(InvalidValue):
        source.checked(Access("https://x.myshopify.com", key))


_ORDER = """query Order {
  id displayFinancialStatus createdAt processedAt updatedAt cancelledAt currencyCode
  test confirmed sourceName taxesIncluded
  totalPriceSet { shopMoney { amount currencyCode } }
  customAttributes { key value }
  lineItems(first: 50) {
    nodes {
      id name title sku quantity currentQuantity product { id } variant { id }
      originalUnitPriceSet { shopMoney { amount currencyCode } }
      discountAllocations { allocatedAmountSet { shopMoney { amount currencyCode } } }
      taxLines { priceSet { shopMoney { amount currencyCode } } }
    }
    pageInfo { hasNextPage }
  }
  refunds { id }
}"""
