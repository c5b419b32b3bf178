"""Product safety in a request body."""

from __future__ import annotations

from dataclasses import astuple, dataclass

from vetrina.domain.catalogue.safety import Safety


@dataclass(frozen=True, kw_only=True)
class SafetyBody:
    """Who made it, and what to beware of; all empty takes it away.

    `contact` is an e-mail or https address, `responsible` who answers for it in the EU where the
    maker is outside.
    """

    maker: str = ""
    address: str = ""
    contact: str = ""
    responsible: str = ""
    warnings: str = ""

    def safety(self) -> Safety | None:
        """The domain's value, None where all is empty. Raises InvalidValue."""
        told = [text.strip() for text in astuple(self)]
        return Safety(*told) if any(told) else None
