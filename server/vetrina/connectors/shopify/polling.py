"""Asking Shopify for the orders that changed, by its Admin interface (GraphQL).

Orders come in the order of their changes, and one that changes meanwhile is met again further on.
The answer is brought into the form of a webhook, so that both are read alike. Buyers are not asked
for: neither name nor country of an order that no delivery brought.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from vetrina.connectors.fields import read_as
from vetrina.connectors.payload import first_moment
from vetrina.connectors.polling import OVERLAP_MS, Cursor, Page, PollFailed
from vetrina.connectors.port import BadPayload, Delivery, Opaque
from vetrina.connectors.shopify.admin import NO_ANSWER
from vetrina.connectors.shopify.models import OrderBody
from vetrina.connectors.shopify.webhooks import order_reports
from vetrina.connectors.signatures import digest
from vetrina.domain.errors import InvalidValue

LINES: Final = 50
_MONEY: Final = "shopMoney { amount currencyCode }"
ORDERS: Final = f"""
query Orders($first: Int!, $after: String, $changed: String!) {{
  orders(first: $first, after: $after, sortKey: UPDATED_AT, query: $changed) {{
    nodes {{
      id displayFinancialStatus createdAt processedAt updatedAt cancelledAt currencyCode
      test confirmed sourceName taxesIncluded
      totalPriceSet {{ {_MONEY} }}
      customAttributes {{ key value }}
      lineItems(first: {LINES}) {{
        nodes {{
          id name title sku quantity currentQuantity
          product {{ id }}
          variant {{ id }}
          originalUnitPriceSet {{ {_MONEY} }}
          discountAllocations {{ allocatedAmountSet {{ {_MONEY} }} }}
          taxLines {{ priceSet {{ {_MONEY} }} }}
        }}
        pageInfo {{ hasNextPage }}
      }}
      refunds(first: 5) {{
        id createdAt
        refundLineItems(first: 20) {{
          nodes {{
            quantity
            lineItem {{ id }}
            subtotalSet {{ {_MONEY} }}
            totalTaxSet {{ {_MONEY} }}
          }}
        }}
        transactions(first: 5) {{ nodes {{ kind status amountSet {{ {_MONEY} }} }} }}
        refundShippingLines(first: 5) {{ nodes {{ subtotalAmountSet {{ {_MONEY} }} }} }}
      }}
    }}
    pageInfo {{ hasNextPage endCursor }}
  }}
}}
"""
Node = Mapping[str, Any]


def question(cursor: Cursor, first: int) -> dict[str, Any]:
    """The variables of the next page. The time stays the same for a whole round."""
    since = datetime.fromtimestamp(max(0, cursor.since - OVERLAP_MS) / 1000, tz=UTC)
    changed = f"updated_at:>='{since.strftime('%Y-%m-%dT%H:%M:%SZ')}'"
    return {"first": first, "after": cursor.page, "changed": changed}


def answer(data: Node, cursor: Cursor, opaque: Opaque, now_ms: int) -> Page:
    """What an answer says. Raises PollFailed."""
    listed = data.get("orders")
    if not isinstance(listed, dict) or not isinstance(listed.get("nodes"), list):
        raise PollFailed(NO_ANSWER)
    deliveries, unread, reached = [], [], cursor.reached
    for node in listed["nodes"]:
        try:
            order = read_as(OrderBody, body_of(_node(node)))
            deliveries.append(_delivery(order, opaque))
            reached = max(reached, first_moment(order.updated_at) or 0)
        except (BadPayload, InvalidValue) as error:
            unread.append(str(error))
    info = _node(listed.get("pageInfo"))
    if info.get("hasNextPage") is True and isinstance(info.get("endCursor"), str):
        after = Cursor(cursor.since, reached, info["endCursor"])
    else:
        # A shop whose clock is ahead must not carry the cursor past orders that are still to come.
        after = Cursor(max(cursor.since, min(reached, now_ms)))
    return Page(tuple(deliveries), after, tuple(unread))


def body_of(node: Node) -> dict[str, Any]:
    """An order in the form of a webhook. Raises BadPayload."""
    lines = _node(node.get("lineItems"))
    if _node(lines.get("pageInfo")).get("hasNextPage") is True:
        raise BadPayload([("line_items", f"expected at most {LINES} lines")])
    return {
        "id": _number(node),
        "financial_status": _word(node.get("displayFinancialStatus")),
        "created_at": node.get("createdAt"),
        "processed_at": node.get("processedAt"),
        "updated_at": node.get("updatedAt"),
        "cancelled_at": node.get("cancelledAt"),
        "currency": node.get("currencyCode"),
        "total_price": _amount(node.get("totalPriceSet")),
        "test": node.get("test"),
        "confirmed": node.get("confirmed"),
        "source_name": node.get("sourceName"),
        "taxes_included": node.get("taxesIncluded"),
        "note_attributes": [
            {"name": one.get("key"), "value": one.get("value")}
            for one in _nodes(node.get("customAttributes"))
        ],
        "line_items": [_line(one) for one in _nodes(lines)],
        "refunds": [_refund(one) for one in _nodes(node.get("refunds"))],
    }


def _delivery(order: OrderBody, opaque: Opaque) -> Delivery:
    """Named by the state that the order is in, so that the same state is told once."""
    changed = str(first_moment(order.updated_at, order.created_at))
    name = digest("poll", order.id, order.financial_status or "", changed)
    return Delivery(name, order_reports(order, "", opaque(order.id), []))


def _line(node: Node) -> dict[str, Any]:
    return {
        "id": _number(node),
        "name": node.get("name"),
        "title": node.get("title"),
        "sku": node.get("sku"),
        "quantity": node.get("quantity"),
        "current_quantity": node.get("currentQuantity"),
        "price": _amount(node.get("originalUnitPriceSet")),
        "product_id": _number(_node(node.get("product"))),
        "variant_id": _number(_node(node.get("variant"))),
        "discount_allocations": [
            {"amount": _amount(one.get("allocatedAmountSet"))}
            for one in _nodes(node.get("discountAllocations"))
        ],
        "tax_lines": [
            {"price": _amount(one.get("priceSet"))} for one in _nodes(node.get("taxLines"))
        ],
    }


def _refund(node: Node) -> dict[str, Any]:
    return {
        "id": _number(node),
        "created_at": node.get("createdAt"),
        "refund_line_items": [
            {
                "line_item_id": _number(_node(one.get("lineItem"))),
                "quantity": one.get("quantity"),
                "subtotal": _amount(one.get("subtotalSet")),
                "total_tax": _amount(one.get("totalTaxSet")),
            }
            for one in _nodes(node.get("refundLineItems"))
        ],
        "transactions": [
            {
                "kind": _word(one.get("kind")),
                "status": _word(one.get("status")),
                "amount": _amount(one.get("amountSet")),
                "currency": _shop(one.get("amountSet")).get("currencyCode"),
            }
            for one in _nodes(node.get("transactions"))
        ],
        "refund_shipping_lines": [
            {
                "subtotal_amount_set": {
                    "shop_money": {
                        "amount": _amount(one.get("subtotalAmountSet")),
                        "currency_code": _shop(one.get("subtotalAmountSet")).get("currencyCode"),
                    }
                }
            }
            for one in _nodes(node.get("refundShippingLines"))
        ],
    }


def _node(value: Any) -> Node:
    return value if isinstance(value, dict) else {}


def _nodes(value: Any) -> list[Node]:
    """Of a list, or of a page of one."""
    listed = value.get("nodes") if isinstance(value, dict) else value
    return [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []


def _number(node: Node) -> str | None:
    id = node.get("id")
    return id.rpartition("/")[2] if isinstance(id, str) else None


def _word(value: Any) -> str | None:
    return value.lower() if isinstance(value, str) else None


def _shop(value: Any) -> Node:
    return _node(_node(value).get("shopMoney"))


def _amount(value: Any) -> Any:
    return _shop(value).get("amount")
