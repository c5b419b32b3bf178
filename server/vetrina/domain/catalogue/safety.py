"""What buyers are told of a product's safety: Regulation (EU) 2023/988, Article 19. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from vetrina.domain.catalogue.fields import FIELD_CHECKS
from vetrina.domain.errors import InvalidValue

MAKER_CHARS: Final = 120
ADDRESS_CHARS: Final = 300
CONTACT_CHARS: Final = 254
RESPONSIBLE_CHARS: Final = 600
WARNINGS_CHARS: Final = 2000
_PART: Final = r"""[^\s@<>"'(),:;?&\\/.]+"""
_EMAIL: Final = re.compile(rf"{_PART}(\.{_PART})*@{_PART}(\.{_PART})+")
_NEEDED: Final = (("maker", MAKER_CHARS), ("address", ADDRESS_CHARS))
_MORE: Final = (("responsible", RESPONSIBLE_CHARS), ("warnings", WARNINGS_CHARS))


@dataclass(frozen=True, slots=True)
class Safety:
    """Who made a product, and what to beware of.

    `address` is the maker's postal one, `contact` an e-mail or https address. `responsible` is who
    answers for it in the EU, with an address, where the maker is outside.
    """

    maker: str
    address: str
    contact: str
    responsible: str = ""
    warnings: str = ""

    def __post_init__(self) -> None:
        for name, most in _NEEDED:
            text = getattr(self, name)
            if not text.strip() or len(text) > most:
                raise InvalidValue(f"safety.{name}", f"expected 1 to {most} characters")
        if not is_contact(self.contact):
            raise InvalidValue(
                "safety.contact", "expected an e-mail address, or one that starts with https://"
            )
        for name, most in _MORE:
            if len(getattr(self, name)) > most:
                raise InvalidValue(f"safety.{name}", f"expected at most {most} characters")

    @property
    def contact_link(self) -> str:
        """Where the contact leads."""
        return contact_link(self.contact)


def contact_link(contact: str) -> str:
    """Where a contact leads: to a page, or to a letter to write."""
    return contact if contact.startswith("https://") else f"mailto:{quote(contact, safe='@')}"


def is_contact(contact: str) -> bool:
    """Whether it is an e-mail address or an https one."""
    if len(contact) > CONTACT_CHARS or not contact.isprintable():
        return False
    if not contact.startswith("https://"):
        return _EMAIL.fullmatch(contact) is not None
    try:
        FIELD_CHECKS["link"](contact)
    except InvalidValue:
        return False
    return True
