"""A product in a request body: every field is checked, so that all mistakes are told at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from vetrina.domain.catalogue.product import FIELD_CHECKS, Product
from vetrina.domain.money import Money


def _checked(field: str) -> AfterValidator:
    """The domain's own rule for a field."""

    def check(value: Any) -> Any:
        FIELD_CHECKS[field](value)
        return value

    return AfterValidator(check)


@dataclass(frozen=True, kw_only=True)
class MoneyBody:
    """Minor units and an ISO 4217 code: `{"amount": 1890, "currency": "EUR"}` is 18.90 euro."""

    amount: Annotated[int, Field(ge=0, le=10**15)]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")]

    def money(self) -> Money:
        """The domain's value."""
        return Money(self.amount, self.currency)


@dataclass(frozen=True, kw_only=True)
class ProductBody:
    """One product. What is left away is null."""

    sku: Annotated[str, _checked("sku")]
    title: Annotated[str, _checked("title")]
    price: MoneyBody
    prior_price: MoneyBody | None = None
    image: Annotated[str | None, _checked("image")] = None
    link: Annotated[str | None, _checked("link")] = None
    stock: Annotated[int | None, _checked("stock")] = None

    def product(self) -> Product:
        """The domain's value. Raises InvalidValue where fields do not fit each other."""
        return Product(
            sku=self.sku,
            title=self.title,
            price=self.price.money(),
            prior_price=None if self.prior_price is None else self.prior_price.money(),
            image=self.image,
            link=self.link,
            stock=self.stock,
        )
