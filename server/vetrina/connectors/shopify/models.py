"""The part of Shopify's orders and refunds that a show needs."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel

from vetrina.connectors.fields import (
    LISTED,
    SOFT,
    Id,
    SoftAmount,
    SoftBool,
    SoftCurrency,
    SoftId,
    SoftMoment,
    SoftText,
)

PAID = ("paid", "partially_refunded")
_NONE = Decimal(0)


class MoneyBody(BaseModel):
    amount: SoftAmount = None
    currency_code: SoftCurrency = None


class MoneySet(BaseModel):
    """An amount in the shop's own currency; the buyer's stands beside it and does not matter."""

    shop_money: Annotated[MoneyBody | None, SOFT] = None


SoftSet = Annotated[MoneySet | None, SOFT]


class DiscountBody(BaseModel):
    amount: SoftAmount = None


class TaxBody(BaseModel):
    price: SoftAmount = None


class LineBody(BaseModel):
    id: SoftId = None
    quantity: SoftAmount = None
    current_quantity: SoftAmount = None
    price: SoftAmount = None
    title: SoftText = None
    name: SoftText = None
    sku: SoftText = None
    product_id: SoftId = None
    variant_id: SoftId = None
    sales_line_item_group_id: SoftId = None
    discount_allocations: Annotated[list[Annotated[DiscountBody | None, SOFT]], LISTED] = []
    tax_lines: Annotated[list[Annotated[TaxBody | None, SOFT]], LISTED] = []
    tip: Annotated[dict[str, Any] | None, SOFT] = None

    def full(self, taxes_included: bool | None) -> Decimal:
        """What all pieces of the line cost, as they were ordered."""
        full = (self.price or _NONE) * (self.quantity or _NONE)
        full -= sum((one.amount or _NONE for one in self.discount_allocations if one), _NONE)
        if taxes_included is False:
            full += sum((one.price or _NONE for one in self.tax_lines if one), _NONE)
        return full

    def ordered(self, refunds: Sequence[RefundBody | None] | None) -> Decimal:
        """The pieces without those that were edited away.

        `current_quantity` leaves out what was refunded too, which the refunds say themselves.
        """
        quantity = self.quantity or Decimal(0)
        if self.current_quantity is None or refunds is None:
            return quantity
        lines = (line for refund in refunds if refund for line in refund.refund_line_items if line)
        back = sum((one.quantity or 0 for one in lines if one.line_item_id == self.id), Decimal(0))
        return min(quantity, self.current_quantity + back)


class RefundedLine(BaseModel):
    line_item_id: Id
    quantity: SoftAmount = None
    subtotal: SoftAmount = None
    subtotal_set: SoftSet = None
    total_tax: SoftAmount = None


class TransactionBody(BaseModel):
    kind: SoftText = None
    status: SoftText = None
    amount: SoftAmount = None
    currency: SoftCurrency = None


class AdjustmentBody(BaseModel):
    kind: SoftText = None
    amount: SoftAmount = None
    tax_amount: SoftAmount = None
    amount_set: SoftSet = None


class RefundedShipping(BaseModel):
    subtotal_amount_set: SoftSet = None


class RefundBody(BaseModel):
    id: Id
    created_at: SoftMoment = None
    refund_line_items: Annotated[list[Annotated[RefundedLine | None, SOFT]], LISTED] = []
    transactions: Annotated[list[Annotated[TransactionBody | None, SOFT]], LISTED] = []
    order_adjustments: Annotated[list[Annotated[AdjustmentBody | None, SOFT]], LISTED] = []
    refund_shipping_lines: Annotated[list[Annotated[RefundedShipping | None, SOFT]], LISTED] = []


class RefundTopic(RefundBody):
    order_id: Id


class AttributeBody(BaseModel):
    name: SoftText = None
    value: Any = None


class CustomerBody(BaseModel):
    first_name: SoftText = None


class AddressBody(BaseModel):
    country_code: SoftText = None


class OrderBody(BaseModel):
    id: Id
    financial_status: SoftText = None
    created_at: SoftMoment = None
    processed_at: SoftMoment = None
    updated_at: SoftMoment = None
    cancelled_at: SoftMoment = None
    currency: SoftCurrency = None
    total_price: SoftAmount = None
    test: SoftBool = None
    confirmed: SoftBool = None
    source_name: SoftText = None
    taxes_included: SoftBool = True
    line_items: Annotated[list[Annotated[LineBody | None, SOFT]], LISTED] = []
    refunds: Annotated[list[Annotated[RefundBody | None, SOFT]] | None, LISTED] = None
    note_attributes: Annotated[list[Annotated[AttributeBody | None, SOFT]], LISTED] = []
    customer: Annotated[CustomerBody | None, SOFT] = None
    shipping_address: Annotated[AddressBody | None, SOFT] = None
    billing_address: Annotated[AddressBody | None, SOFT] = None
