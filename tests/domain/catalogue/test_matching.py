"""Which product a line means: as written, in other letters, or none."""

from __future__ import annotations

import unicodedata

import pytest

from tests.domain.builders import NOW, eur
from vetrina.domain.catalogue.matching import SkuIndex, matched, unmatched
from vetrina.domain.selling.order import Order, OrderLine

INDEX = SkuIndex.of(["MUG-1", "Caffè-2", "tee", "TEE"])


@pytest.mark.parametrize(
    ("written", "product"),
    [
        ("MUG-1", "MUG-1"),
        ("mug-1", "MUG-1"),
        (unicodedata.normalize("NFD", "Caffè-2"), "Caffè-2"),
        (unicodedata.normalize("NFD", "CAFFÈ-2"), "Caffè-2"),
        ("TEE", "TEE"),
        ("Tee", None),
        ("MUG-2", None),
    ],
)
def test_case_and_composition_make_no_other_product(written: str, product: str | None) -> None:
    assert INDEX.find(written) == product


def test_what_is_most_like_a_sku_is_shown_beside_it() -> None:
    assert INDEX.similar("MUG\u20111") == "MUG-1"
    assert INDEX.similar("something else") is None


def order(*lines: OrderLine) -> Order:
    return Order(purchase="p1", lines=lines, occurred_at=NOW)


def test_a_line_keeps_the_name_that_refunds_call_it_by() -> None:
    [line] = matched(order(OrderLine("mug-1", 1, refs=("sku:mug-1",))), {}, INDEX).lines
    assert (line.sku, line.name, line.refs) == ("MUG-1", "mug-1", ())


def test_extras_are_paid_beside_the_goods_unless_they_are_products_here() -> None:
    tip = OrderLine("order", 1, eur(300), "Tip", goods=False)
    wrap = OrderLine("TEE", 1, eur(200), "Gift wrap", goods=False, refs=("sku:TEE",))
    made = matched(order(tip, wrap), {}, INDEX)
    assert [line.sku for line in made.lines] == ["TEE"]
    assert made.beside == (eur(300),)
    assert unmatched(order(tip, wrap), {}, INDEX) == []
