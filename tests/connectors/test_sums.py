"""What deliveries that went wrong elsewhere come to: sums, disputes, extras."""

from __future__ import annotations

import json
from typing import Any

import pytest

from vetrina.connectors import CONNECTORS
from vetrina.connectors.port import Delivery, Reason
from vetrina.connectors.samples import samples
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Buyer, Order, Refund, Report, Reversal
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.selling.settlement import settle

T = "2026-11-28T08:31:35+00:00"


def shopify(topic: str, body: dict[str, Any]) -> tuple[Report, ...]:
    headers = {"x-shopify-topic": topic}
    return CONNECTORS["shopify"].read(headers, json.dumps(body).encode(), str).reports


def shopify_order(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": 1, "created_at": T, "processed_at": T, "currency": "EUR", "test": False,
        "confirmed": True, "financial_status": "paid", "taxes_included": True,
        "line_items": list(lines), "refunds": [], **more,
    }  # fmt: skip


def line(id: int, price: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "quantity": 1, "price": price, "title": "Scarf", "sku": f"S-{id}", **more}


def told(*reports: Report) -> OrderRecord:
    record = None
    for report in reports:
        record = settle(record, report).record
    assert record is not None
    return record


def gross(*reports: Report) -> int:
    return sum(told(*reports).gross.values())


PRESENTMENT = {
    "id": 9001, "order_id": 1, "created_at": T, "refund_line_items": [],
    "transactions": [
        {"id": 1, "kind": "refund", "status": "success", "amount": "11.00", "currency": "USD"}
    ],
    "order_adjustments": [
        {
            "kind": "refund_discrepancy", "amount": "-10.00", "tax_amount": "0.00",
            "amount_set": {"shop_money": {"amount": "-10.00", "currency_code": "EUR"}},
        }
    ],
}  # fmt: skip


def test_a_refund_in_the_buyers_currency_takes_what_it_is_in_the_shops() -> None:
    """It took 0 or 11.00."""
    paid = shopify("orders/paid", shopify_order(line(3, "30.00"), presentment_currency="USD"))
    refund = shopify("refunds/create", PRESENTMENT)
    listed = shopify(
        "orders/updated",
        shopify_order(
            line(3, "30.00"), refunds=[PRESENTMENT], financial_status="partially_refunded"
        ),
    )
    assert gross(*paid, *refund) == gross(*paid, *refund, *listed) == 2000
    assert gross(*refund, *paid) == gross(*listed) == 2000


def test_a_piece_comes_back_for_less() -> None:
    """It took 20.00 where 5.00 were paid back."""
    refund = {
        "id": 9002, "order_id": 1, "created_at": T,
        "transactions": [
            {"kind": "refund", "status": "success", "amount": "5.00", "currency": "EUR"}
        ],
        "refund_line_items": [{"line_item_id": 5, "quantity": 1, "subtotal": "20.00"}],
        "order_adjustments": [{"kind": "refund_discrepancy", "amount": "15.00"}],
    }  # fmt: skip
    paid = shopify("orders/paid", shopify_order(line(5, "20.00"), line(6, "30.00")))
    record = told(*paid, *shopify("refunds/create", refund))
    assert (record.kept, record.gross) == ((0, 1), {"EUR": 4500})


def test_a_line_that_was_edited_away_counts_as_nothing() -> None:
    order = shopify_order(
        line(7, "20.00", current_quantity=0), line(8, "30.00", current_quantity=1)
    )
    [paid] = shopify("orders/paid", order)
    assert isinstance(paid, Order)
    assert [one.sku for one in paid.lines] == ["S-8"]


def test_what_was_refunded_is_not_taken_off_twice() -> None:
    """`current_quantity` leaves out what was refunded too."""
    refund = {"id": 4, "refund_line_items": [{"line_item_id": 7, "quantity": 1}]}
    order = shopify_order(
        line(7, "20.00", quantity=2, current_quantity=1), line(8, "30.00"), refunds=[refund]
    )
    assert told(*shopify("orders/updated", order)).kept == (1, 1)


def test_items_added_after_payment_count() -> None:
    paid = shopify("orders/paid", shopify_order(line(1, "20.00")))
    more = shopify("orders/updated", shopify_order(line(1, "20.00"), line(2, "30.00")))
    assert gross(*paid, *more) == gross(*more, *paid) == 5000


def test_a_cancellation_of_what_was_never_paid_is_no_news() -> None:
    for status in ("pending", "voided", "authorized"):
        order = shopify_order(line(1, "20.00"), financial_status=status, cancelled_at=T)
        assert shopify("orders/cancelled", order) == ()


def woo(status: str, modified: str, **more: Any) -> Delivery:
    sample = next(one for one in samples("woocommerce") if one.name == "paid")
    body = {**json.loads(sample.body), "status": status, "date_modified_gmt": modified, **more}
    return CONNECTORS["woocommerce"].read(sample.headers, json.dumps(body).encode(), str)


def test_woocommerce_cancels_what_nobody_paid_and_then_the_payment_comes() -> None:
    """The paid order was lost: answered as applied, and counted nowhere."""
    unpaid = woo("cancelled", "2026-11-20T18:29:00", date_paid_gmt=None)
    assert (unpaid.reports, unpaid.without) == ((), Reason.NOT_PAID)
    paid = woo("processing", "2026-11-20T18:30:00").reports
    over = woo("cancelled", "2026-11-20T18:31:00").reports
    back = woo("processing", "2026-11-20T18:32:00").reports
    assert gross(*paid) == gross(*paid, *over, *back) == gross(*back, *paid, *over) == 2999
    assert not told(*paid, *over).stands


def test_shipping_alone_is_refunded() -> None:
    """Of 25.00 with 5.00 of shipping, 5.00 went back: the goods stand whole."""
    refund = [{"id": 1, "reason": "", "total": "-5.00"}]
    lines = [{"id": 1, "name": "Mug", "sku": "MUG-1", "quantity": 1, "total": "20.00"}]
    kept = woo("completed", T[:19], total="25.00", line_items=lines, refunds=refund).reports
    assert gross(*kept) == 2000


def stripe(type: str, at: int = 100, **told: Any) -> Delivery:
    body = {
        "id": f"evt_{type}_{at}", "type": type, "created": at, "livemode": True,
        "data": {"object": told},
    }  # fmt: skip
    return CONNECTORS["stripe"].read({}, json.dumps(body).encode(), str)


SESSION = {
    "id": "cs_1", "mode": "payment", "payment_status": "paid", "amount_total": 2500,
    "currency": "eur", "payment_intent": "pi_1", "metadata": {"sku": "MUG-1"},
    "shipping_cost": {"amount_total": 500},
}  # fmt: skip
PAID = stripe("checkout.session.completed", **SESSION).reports


def test_a_payment_of_stripe_is_without_shipping() -> None:
    assert gross(*PAID) == 2000
    refunded = stripe(
        "charge.refunded", id="ch_1", payment_intent="pi_1", amount_refunded=500, currency="eur"
    ).reports
    assert gross(*PAID, *refunded) == 2000
    all_back = stripe(
        "charge.refunded", id="ch_1", payment_intent="pi_1", amount_refunded=2500, currency="eur",
        refunded=True,
    ).reports  # fmt: skip
    assert not told(*PAID, *all_back).stands


def test_a_card_that_is_kept_for_later_is_no_order_and_never_refused() -> None:
    """422 for three days, then Stripe switches the address off."""
    setup = stripe(
        "checkout.session.completed", id="cs_2", mode="setup",
        payment_status="no_payment_required", amount_total=None, currency=None,
    )  # fmt: skip
    assert (setup.reports, setup.without) == ((), Reason.OTHER_NEWS)


def test_a_free_order_is_an_order_of_nothing() -> None:
    free = {**SESSION, "payment_status": "no_payment_required", "amount_total": 0}
    [order] = stripe("checkout.session.completed", **{**free, "payment_intent": None}).reports
    assert isinstance(order, Order)
    assert (order.purchase, order.lines[0].amount) == ("cs_1", Money(0, "EUR"))
    assert told(order).stands


def dispute(type: str, at: int, status: str, amount: int = 2500) -> tuple[Report, ...]:
    return stripe(
        f"charge.dispute.{type}", at, id="du_1", amount=amount, currency="eur", charge="ch_1",
        payment_intent="pi_1", status=status,
    ).reports  # fmt: skip


def test_an_inquiry_takes_nothing_back() -> None:
    assert gross(*PAID, *dispute("created", 1, "warning_needs_response")) == 2000


def test_a_dispute_takes_its_part_until_it_is_won() -> None:
    part = dispute("created", 1, "needs_response", 1200)
    assert gross(*PAID, *part) == 1300
    assert gross(*PAID, *part, *dispute("closed", 2, "lost", 1200)) == 1300
    assert gross(*PAID, *dispute("closed", 2, "won", 1200), *part) == 2000
    assert gross(*PAID, *part, *dispute("funds_reinstated", 2, "won", 1200)) == 2000


def test_a_refund_that_failed_is_undone() -> None:
    refund = {"id": "re_1", "amount": 1500, "currency": "eur", "payment_intent": "pi_1"}
    made = stripe("refund.created", 1, **refund, status="succeeded").reports
    failed = stripe("refund.failed", 2, **refund, status="failed").reports
    assert gross(*PAID, *made) == 1000
    assert gross(*PAID, *made, *failed) == gross(*failed, *PAID, *made) == 2000


def test_the_refund_of_a_subscription_finds_its_order_by_the_invoice() -> None:
    session = {**SESSION, "mode": "subscription", "payment_intent": None, "invoice": "in_1"}
    paid = stripe("checkout.session.completed", **session).reports
    back = stripe(
        "charge.refunded", id="ch_1", payment_intent="pi_9", invoice={"id": "in_1"},
        amount_refunded=2500, currency="eur", refunded=True,
    ).reports  # fmt: skip
    assert paid[0].purchase == back[0].purchase == "in_1"


def test_a_renewal_is_told_as_one() -> None:
    invoice = {"id": "in_2", "amount_paid": 900, "currency": "eur"}
    [renewal] = stripe("invoice.paid", **invoice, billing_reason="subscription_cycle").reports
    assert isinstance(renewal, Order) and renewal.renewal
    assert stripe("invoice.paid", **invoice, billing_reason="manual").reports == ()
    [woo_renewal] = woo(
        "processing", T[:19], meta_data=[{"key": "_subscription_renewal", "value": "12"}]
    ).reports
    assert isinstance(woo_renewal, Order) and woo_renewal.renewal
    [shop] = shopify("orders/paid", shopify_order(source_name="subscription_contract"))
    assert isinstance(shop, Order) and shop.renewal


def test_a_tip_is_no_goods() -> None:
    tip = line(2, "3.00", title="Tip", sku=None, product_id=None, tip={"payment_gateway": None})
    [order] = shopify("orders/paid", shopify_order(line(1, "20.00"), tip))
    assert isinstance(order, Order)
    assert [one.goods for one in order.lines] == [True, False]


def test_the_parts_of_a_bundle_know_their_parent() -> None:
    lines = [
        {"id": 1, "name": "Winter set", "quantity": 1, "total": "50.00", "bundled_by": ""},
        {"id": 2, "name": "Mug", "quantity": 1, "total": "0.00", "bundled_by": "1"},
    ]
    [order] = woo("processing", T[:19], line_items=lines).reports
    assert isinstance(order, Order)
    assert [one.parent for one in order.lines] == [None, "1"]


def test_the_lines_of_a_bundle_of_shopify_know_that_they_belong_together() -> None:
    """The bundle itself is no line of the order, and has no name in it."""
    lines = [line(n, "20.00", sales_line_item_group_id=group) for n, group in ((1, 7), (2, 7))]
    [order] = shopify("orders/paid", shopify_order(*lines, line(3, "5.00")))
    assert isinstance(order, Order)
    assert [one.parent for one in order.lines] == ["bundle:7", "bundle:7", None]


@pytest.mark.parametrize(
    ("name", "initial"),
    [("山田太郎", "山."), ("Nagy Anna", "N."), ("Dr. Marta Rossi", "M."), ("Frau Dr. Öz", "Ö.")],
)
def test_from_one_field_for_the_whole_name_no_surname_is_kept(name: str, initial: str) -> None:
    session = {
        **SESSION, "metadata": {"live_ticker_ok": "yes"}, "customer_details": {"name": name}
    }  # fmt: skip
    [order] = stripe("checkout.session.completed", **session).reports
    assert isinstance(order, Order)
    assert order.buyer == Buyer(None, None, initial)


def test_tiktok_sells_at_the_first_step_alone() -> None:
    def order(status: str) -> Report:
        data = {"order_id": "1", "order_status": status, "update_time": 100}
        body = {"type": 1, "tts_notification_id": status, "timestamp": 100, "data": data}
        [report] = CONNECTORS["tiktok"].read({}, json.dumps(body).encode(), str).reports
        return report

    assert not getattr(order("AWAITING_SHIPMENT"), "late", True)
    for status in ("AWAITING_COLLECTION", "IN_TRANSIT", "DELIVERED", "COMPLETED"):
        assert getattr(order(status), "late", False), status
    assert isinstance(order("CANCEL"), Reversal)


def test_refunds_that_an_order_lists_are_kept_with_it() -> None:
    [order] = woo("completed", T[:19], refunds=[{"id": 1, "total": "-5.00"}]).reports
    assert isinstance(order, Order)
    assert order.refunds == {"1": Refund(amount=Money(500, "EUR"))}
    assert order.refunds_complete
