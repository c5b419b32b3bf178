"""Orders as shops report them, and what is left of one after its reversals.

Deliveries come late, twice and out of order. `settle` is a function of the record so far and one
more report, and any order of the same reports ends in the same record.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from server.domain.errors import InvalidValue
from server.domain.money import Money


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order. `amount` is the total of the line, None when the shop kept it."""

    sku: str
    quantity: int
    amount: Money | None = None
    title: str | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.sku) <= 64:
            raise InvalidValue("sku", "expected 1 to 64 characters")
        if not 1 <= self.quantity <= 100_000:
            raise InvalidValue("quantity", "expected 1 to 100000")
        if self.amount is not None and self.amount.amount < 0:
            raise InvalidValue("amount", "expected zero or more minor units")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A paid order. `purchase` is opaque: a salted hash of the shop's order number.

    `name` is there only with the buyer's consent; `region` is an ISO 3166 country.
    """

    purchase: str
    lines: tuple[OrderLine, ...]
    occurred_at: int
    name: str | None = None
    region: str | None = None
    test: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """Money given back. No `items`: the whole order."""

    purchase: str
    reason: str
    occurred_at: int
    items: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """What is known of one order. `lines` None: only reversals came so far (a tombstone).

    `show` is the slug of the show that counts it, None when no show was on.
    """

    purchase: str
    show: str | None = None
    lines: tuple[OrderLine, ...] | None = None
    taken_back: Mapping[str, int] = field(default_factory=dict)
    void: bool = False
    test: bool = False

    @property
    def kept(self) -> tuple[int, ...]:
        """How many pieces of each line still stand, line by line."""
        if self.lines is None or self.void:
            return (0,) * len(self.lines or ())
        back = dict(self.taken_back)
        kept = []
        for line in self.lines:
            gone = min(back.get(line.sku, 0), line.quantity)
            back[line.sku] = back.get(line.sku, 0) - gone
            kept.append(line.quantity - gone)
        return tuple(kept)

    @property
    def remaining(self) -> tuple[OrderLine, ...]:
        """The lines that still stand, with their share of the amount."""
        lines = zip(self.lines or (), self.kept, strict=True)
        return tuple(_part(line, quantity) for line, quantity in lines if quantity)


@dataclass(frozen=True, slots=True)
class Settled:
    """The new record, the lines that now count and the lines that no longer do."""

    record: OrderRecord
    confirmed: tuple[OrderLine, ...] = ()
    reversed: tuple[OrderLine, ...] = ()


def settle(record: OrderRecord | None, report: Order | Reversal) -> Settled:
    """Apply one report. A second confirmation of the same order changes nothing."""
    known = record or OrderRecord(purchase=report.purchase)
    match report:
        case Order():
            return _confirm(known, report)
        case Reversal():
            return _reverse(known, report)


def _confirm(record: OrderRecord, order: Order) -> Settled:
    if record.lines is not None:
        return Settled(record)
    confirmed = replace(record, lines=order.lines, test=order.test)
    return Settled(confirmed, confirmed=confirmed.remaining)


def _reverse(record: OrderRecord, reversal: Reversal) -> Settled:
    if reversal.items:
        back = dict(record.taken_back)
        for sku, quantity in reversal.items.items():
            back[sku] = back.get(sku, 0) + quantity
        after = replace(record, taken_back=back)
    else:
        after = replace(record, void=True)
    return Settled(after, reversed=_difference(record, after))


def _difference(before: OrderRecord, after: OrderRecord) -> tuple[OrderLine, ...]:
    """What stood before and stands no longer, with the amounts that go with it."""
    gone = []
    for line, had, has in zip(before.lines or (), before.kept, after.kept, strict=True):
        if had > has:
            amount = _minus(_part(line, had).amount, _part(line, has).amount)
            gone.append(replace(line, quantity=had - has, amount=amount))
    return tuple(gone)


def _part(line: OrderLine, quantity: int) -> OrderLine:
    """The first `quantity` pieces of a line, with their share of its amount, rounded down.

    Zero pieces keep the line's own quantity: only the amount is asked for then.
    """
    if line.amount is None or quantity == line.quantity:
        return replace(line, quantity=quantity or line.quantity)
    share = Money(line.amount.amount * quantity // line.quantity, line.amount.currency)
    return replace(line, quantity=quantity or line.quantity, amount=share)


def _minus(whole: Money | None, part: Money | None) -> Money | None:
    if whole is None or part is None:
        return None
    return Money(whole.amount - part.amount, whole.currency)
