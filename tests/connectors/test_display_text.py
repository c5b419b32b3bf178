"""Names of products on air: text without HTML, and what of it is no product."""

from __future__ import annotations

import json

import pytest

from vetrina.connectors import CONNECTORS
from vetrina.connectors.display_text import display_text
from vetrina.connectors.extras import is_extra
from vetrina.domain.selling.order import Order


@pytest.mark.parametrize(
    "name", ["Tip", "Donation", "Route Package Protection", "Gift wrapping", "Trinkgeld",
             "Confezione regalo", "Service fee", "Donation to the sea rescue"],
)  # fmt: skip
def test_what_is_sold_beside_goods(name: str) -> None:
    assert is_extra(name)


@pytest.mark.parametrize(
    "name", ["Tipi tent", "Filter tips, 100 pieces", "Sun protection cream", "Coffee bean",
             "Feeding bowl", "Wrap dress", None],
)  # fmt: skip
def test_goods_whose_names_sound_alike(name: str | None) -> None:
    assert not is_extra(name)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Fish &amp; Chips bowl &#8211; <span>Blue</span>", "Fish & Chips bowl – Blue"),
        ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
        ("Mug<br>blue", "Mug blue"),
        ("1 < 2 > 0", "1 < 2 > 0"),
        ("<script>x</script>", "x"),
        ("a\u202eb\x00", "ab"),
        ("<p></p>", None),
    ],
)
def test_names_on_air_are_text(written: str, shown: str | None) -> None:
    assert display_text(written, 200) == shown
    items = [{"sku": "A", "quantity": 1, "title": written}]
    data = {"order_id": "1", "occurred_at": 1, "items": items}
    body = json.dumps({"type": "purchase.confirmed", "data": data}).encode()
    [order] = CONNECTORS["generic"].read({"webhook-id": "m"}, body, str).reports
    assert isinstance(order, Order) and order.lines[0].title == shown
