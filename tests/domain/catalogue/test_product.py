"""Products that cannot be are refused by name."""

from __future__ import annotations

import pytest

from tests.domain.builders import eur, product
from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sku", ""),
        ("sku", " A"),
        ("sku", "A\nB"),
        ("sku", "A\nB"),
        ("sku", "x" * 65),
        ("title", "  "),
        ("title", "x" * 201),
        ("prior_price", Money(1, "USD")),
        ("stock", -1),
        ("image", "http://pictures.example/a.png"),
        ("image", "javascript:alert(1)"),
        ("image", "//pictures.example/a.png"),
        ("link", "javascript:alert(1)"),
        ("link", "data:text/html,x"),
        ("link", "//evil.example"),
        ("link", "/\\evil.example"),
        ("link", "https://"),
        ("link", "https://shop.example/a b"),
        ("link", "https://[broken"),
    ],
)
def test_what_a_product_cannot_be(field: str, value: object) -> None:
    with pytest.raises(InvalidValue) as refused:
        product(**{field: value})  # type: ignore[arg-type]
    assert refused.value.field == field


def test_a_price_is_not_negative() -> None:
    with pytest.raises(InvalidValue, match="price"):
        product(price=-1)


def test_addresses_and_own_paths() -> None:
    made = product(image="/media/a.webp", link="/shop/mug?x=1")
    assert made.link == "/shop/mug?x=1"
    assert product(link="https://shop.example/mug", image="https://cdn.example/a.png").image


def test_titles_are_data() -> None:
    title = "<script>alert(1)</script>"
    assert Product(sku="X", title=title, price=eur(1)).title == title


@pytest.mark.parametrize("currency", ["eur", "EURO", "E1R", "", "€€€"])
def test_currencies_have_three_capitals(currency: str) -> None:
    with pytest.raises(InvalidValue):
        Money(1, currency)
