"""Who sells: whom a buyer has the contract with (Directive 2011/83/EU, Article 6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from vetrina.domain.catalogue.safety import contact_link, is_contact
from vetrina.domain.errors import InvalidValue

TEXTS: Final = (("legal_name", 120), ("address", 300))


@dataclass(frozen=True, slots=True)
class Seller:
    """`legal_name` as in a contract, a postal `address`, `contact` by e-mail or https address."""

    legal_name: str
    address: str
    contact: str

    def __post_init__(self) -> None:
        for name, most in TEXTS:
            text = getattr(self, name)
            if not text.strip() or len(text) > most:
                raise InvalidValue(f"seller.{name}", f"expected 1 to {most} characters")
        if not is_contact(self.contact):
            raise InvalidValue(
                "seller.contact", "expected an e-mail address, or one that starts with https://"
            )

    @property
    def contact_link(self) -> str:
        """Where the contact leads."""
        return contact_link(self.contact)
