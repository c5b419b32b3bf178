"""Payment settings port: who takes the money, with the keys for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from vetrina.domain.selling.checkout import Adapter

PaymentMode = Literal["hosted", "embedded"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSettings:
    """Those of one adapter. They stay when another is chosen: orders keep theirs.

    `key` is the provider's secret key, `publishable_key` the one that browsers get. `address` is
    where the provider answers, `connection` the one that brings its deliveries.
    """

    adapter: Adapter
    mode: PaymentMode = "hosted"
    key: str | None = field(default=None, repr=False)
    publishable_key: str | None = field(default=None, repr=False)
    address: str | None = None
    connection: str | None = None
    deal_code: str | None = None
    changed_at: int = 0

    @property
    def live(self) -> bool:
        """Whether its key moves real money."""
        return self.key is not None and "_live_" in self.key


class PaymentStore(Protocol):
    """The payment settings of this installation. Keys are encrypted where they are kept."""

    async def chosen_payments(self) -> PaymentSettings | None:
        """Those that were chosen last; None where nobody has chosen."""
        ...

    async def payments_of(self, adapter: Adapter) -> PaymentSettings | None:
        """Those of an adapter, chosen or not."""
        ...

    async def choose_payments(self, settings: PaymentSettings) -> None:
        """Keep these, and choose their adapter."""
        ...
