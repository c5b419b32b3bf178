"""What payment providers tell of orders of ours, as `shop` takes it in."""

from __future__ import annotations

from vetrina.connectors.payment_notices import (
    DisputeChanged,
    NoOrders,
    PaymentNotice,
    PaymentNotices,
    RefundChanged,
    SessionExpired,
    SessionFailed,
    SessionPaid,
    SessionProcessing,
)

__all__ = [
    "DisputeChanged",
    "NoOrders",
    "PaymentNotice",
    "PaymentNotices",
    "RefundChanged",
    "SessionExpired",
    "SessionFailed",
    "SessionPaid",
    "SessionProcessing",
]
