"""The part of Stripe's objects that a show needs."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from vetrina.connectors.fields import (
    LISTED,
    SOFT,
    Currency,
    Id,
    SoftBool,
    SoftCurrency,
    SoftId,
    SoftText,
    Text,
)

Minor = Annotated[int, Field(ge=-(10**15), le=10**15)]
SoftMinor = Annotated[Minor | None, SOFT]


def _id_of(value: object) -> object:
    """An object that Stripe was asked to expand stands for its id."""
    return value.get("id") if isinstance(value, dict) else value


Expandable = Annotated[SoftId, BeforeValidator(_id_of)]
Metadata = Annotated[dict[str, Any] | None, SOFT]


class Data(BaseModel):
    object: dict[str, Any]


class StripeEvent(BaseModel):
    """The envelope, in a webhook and in the list of events alike."""

    id: Id
    type: Text
    created: Annotated[int, Field(ge=0, le=10**11)]
    livemode: SoftBool = None
    data: Data

    @property
    def live(self) -> bool | None:
        """Whether real money moved; None where it says nothing of it."""
        told = self.data.object.get("livemode") if self.livemode is None else self.livemode
        return told if isinstance(told, bool) else None


class AddressBody(BaseModel):
    country: SoftText = None


class CustomerBody(BaseModel):
    name: SoftText = None
    address: Annotated[AddressBody | None, SOFT] = None


class ShippingBody(BaseModel):
    amount_total: SoftMinor = None


class DetailsBody(BaseModel):
    amount_shipping: SoftMinor = None


class Charged(BaseModel):
    """What sessions and invoices say of the shipping in their total."""

    shipping_cost: Annotated[ShippingBody | None, SOFT] = None
    total_details: Annotated[DetailsBody | None, SOFT] = None

    @property
    def shipping(self) -> int:
        """In minor units, 0 when none is told."""
        told = self.shipping_cost.amount_total if self.shipping_cost else None
        if told is None and self.total_details:
            told = self.total_details.amount_shipping
        return max(0, told or 0)


class SessionBody(Charged):
    id: Id
    created: SoftMinor = None
    mode: SoftText = None
    payment_status: Text
    amount_total: SoftMinor = None
    currency: SoftCurrency = None
    payment_intent: Expandable = None
    payment_link: Expandable = None
    invoice: Expandable = None
    metadata: Metadata = None
    customer_details: Annotated[CustomerBody | None, SOFT] = None


class IntentBody(BaseModel):
    """`amount_received` is less where a part was captured; early versions do not tell it."""

    id: Id
    created: SoftMinor = None
    amount: SoftMinor = None
    amount_received: SoftMinor = None
    currency: SoftCurrency = None
    invoice: Expandable = None
    description: SoftText = None
    metadata: Metadata = None


class InvoiceLine(BaseModel):
    description: SoftText = None


class InvoiceLines(BaseModel):
    data: Annotated[list[Annotated[InvoiceLine | None, SOFT]], LISTED] = []


class SubscriptionDetails(BaseModel):
    metadata: Metadata = None


class InvoiceParent(BaseModel):
    subscription_details: Annotated[SubscriptionDetails | None, SOFT] = None


class InvoiceBody(Charged):
    """A subscription's own data stood beside the invoice's before 2025, and below it since."""

    id: Id
    billing_reason: SoftText = None
    amount_paid: SoftMinor = None
    currency: SoftCurrency = None
    lines: Annotated[InvoiceLines | None, SOFT] = None
    subscription_details: Annotated[SubscriptionDetails | None, SOFT] = None
    parent: Annotated[InvoiceParent | None, SOFT] = None
    metadata: Metadata = None

    @property
    def all_metadata(self) -> dict[str, Any]:
        """The subscription's data, and what the invoice says itself."""
        below = self.parent.subscription_details if self.parent else None
        told = self.subscription_details or below
        return {**((told.metadata if told else None) or {}), **(self.metadata or {})}


class PaymentBody(BaseModel):
    """One payment of an invoice; a charge is told where it has no intent."""

    payment_intent: Expandable = None
    charge: Expandable = None


class InvoicePaymentBody(BaseModel):
    """Since 2025 nothing else names both: invoices, intents and charges did so before."""

    invoice: Expandable = None
    payment: Annotated[PaymentBody | None, SOFT] = None


class NamesBody(BaseModel):
    """Whatever names an invoice and what it was paid by."""

    invoice: Expandable = None
    payment_intent: Expandable = None


class ChargeBody(BaseModel):
    id: Id
    payment_intent: Expandable = None
    invoice: Expandable = None
    amount_refunded: Minor
    refunded: SoftBool = None
    currency: Currency


class RefundBody(BaseModel):
    id: Id
    status: SoftText = None
    amount: Minor
    currency: Currency
    charge: Expandable = None
    payment_intent: Expandable = None


class DisputeBody(BaseModel):
    id: Id
    status: SoftText = None
    amount: Minor
    currency: Currency
    charge: Expandable = None
    payment_intent: Expandable = None
