"""Orders as shops report them: what was bought, and what was given back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money

MOST_PIECES = 10**9


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order. `amount` is the total of the line, None when the shop kept it.

    `key` is what reversals call the line, its SKU where the shop has no other word for it; `refs`
    are the shop's names of the product, the most exact one first. `parent` is the key of the bundle
    that the line is a part of, which need not be a line itself. Without `goods` it is a tip, a fee
    or the like.
    """

    sku: str
    quantity: int
    amount: Money | None = None
    title: str | None = None
    key: str | None = None
    refs: tuple[str, ...] = ()
    goods: bool = True
    parent: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.sku) <= 64:
            raise InvalidValue("sku", "expected 1 to 64 characters")
        if not 1 <= self.quantity <= MOST_PIECES:
            raise InvalidValue("quantity", f"expected 1 to {MOST_PIECES}")
        if self.amount is not None and self.amount.amount < 0:
            raise InvalidValue("amount", "expected zero or more minor units")

    @property
    def name(self) -> str:
        """What reversals call this line."""
        return self.key or self.sku


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer who agreed to be named; how is a setting of the shop (`buyer_names.named`).

    `initial` is how a whole name begins that came in one field, where no first name is known.
    """

    first_name: str | None = None
    nickname: str | None = None
    initial: str | None = None


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund that the shop has a number for. Without `amount` its pieces take their share.

    `goods`: the amount is of goods alone; else shipping and the like may be in it. A refund that is
    `undone` failed or was taken back; its amount stays known. `apart`: no part of `so_far`.
    """

    items: Mapping[str, int] = field(default_factory=dict)
    amount: Money | None = None
    goods: bool = False
    as_of: int = 0
    undone: bool = False
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A paid order. `purchase` is opaque: a salted hash of the shop's order number.

    `occurred_at` is when it was paid, `bought_at` when it was placed, where that is told. `name` is
    there only with the buyer's consent; `region` is an ISO 3166 country.

    Providers that tell the whole state each time say since when it holds (`as_of`, in ms) and which
    refunds there are; `refunds_complete`: there are no others. `beside` is what was paid for
    shipping and the like. `late`: the first step after the payment is over, so the order is no sale
    of this moment unless that step was told too. `renewal`: of a subscription.
    """

    purchase: str
    lines: tuple[OrderLine, ...]
    occurred_at: int
    name: str | None = None
    region: str | None = None
    test: bool = False
    buyer: Buyer | None = None
    bought_at: int | None = None
    as_of: int = 0
    refunds: Mapping[str, Refund] | None = None
    refunds_complete: bool = False
    beside: tuple[Money, ...] = ()
    late: bool = False
    renewal: bool = False
    reserved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """Money given back: pieces of lines, an amount, or with neither the whole order.

    With an `id` of its own a refund counts once however often the shop tells it: as the newest
    `as_of` says, and at its most where that is the same. Without one, pieces add up. `so_far` is
    all that was ever given back, for shops that tell that; `complete`: it is all that was paid. The
    whole order with an `as_of` is a state of the order, which a newer one replaces.
    """

    purchase: str
    reason: str
    occurred_at: int
    items: Mapping[str, int] = field(default_factory=dict)
    id: str | None = None
    amount: Money | None = None
    so_far: Money | None = None
    complete: bool = False
    as_of: int = 0
    goods: bool = False
    undone: bool = False
    apart: bool = False

    @property
    def whole(self) -> bool:
        """Nothing of the order is left."""
        return not self.items and self.amount is None and self.so_far is None

    @property
    def refund(self) -> Refund:
        """What is kept of it under its id."""
        return Refund(self.items, self.amount, self.goods, self.as_of, self.undone, self.apart)


Report = Order | Reversal


def goods_of(lines: Iterable[OrderLine]) -> tuple[OrderLine, ...]:
    """Without tips, fees and the like."""
    return tuple(line for line in lines if line.goods)
