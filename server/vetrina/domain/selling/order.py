"""Orders as shops report them, and what is left of one after its reversals.

Deliveries come late, twice and out of order. `settle` is a function of the record so far and one
more report, and any order of the same reports ends in the same record: what a record gathers is
added up or raised to the highest, and what stands of the order is computed from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from vetrina.domain.errors import InvalidValue
from vetrina.domain.money import Money, totals


@dataclass(frozen=True, slots=True)
class OrderLine:
    """One line of an order. `amount` is the total of the line, None when the shop kept it.

    `key` is what reversals call the line, its SKU where the shop has no other word for it; `refs`
    are the shop's names of the product, the most exact one first.
    """

    sku: str
    quantity: int
    amount: Money | None = None
    title: str | None = None
    key: str | None = None
    refs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not 1 <= len(self.sku) <= 64:
            raise InvalidValue("sku", "expected 1 to 64 characters")
        if not 1 <= self.quantity <= 100_000:
            raise InvalidValue("quantity", "expected 1 to 100000")
        if self.amount is not None and self.amount.amount < 0:
            raise InvalidValue("amount", "expected zero or more minor units")

    @property
    def name(self) -> str:
        """What reversals call this line."""
        return self.key or self.sku


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer who agreed to be named; how is a setting of the shop (`names.named`)."""

    first_name: str | None = None
    nickname: str | None = None


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
    buyer: Buyer | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """Money given back: pieces of lines, an amount, or with neither the whole order.

    With an `id` of its own a refund counts once however often the shop tells it, and at its most.
    Without one, pieces add up. `so_far` is all that was ever given back, for shops that tell that.
    """

    purchase: str
    reason: str
    occurred_at: int
    items: Mapping[str, int] = field(default_factory=dict)
    id: str | None = None
    amount: Money | None = None
    so_far: Money | None = None

    @property
    def whole(self) -> bool:
        """Nothing of the order is left."""
        return not self.items and self.amount is None and self.so_far is None


Report = Order | Reversal


@dataclass(frozen=True, slots=True)
class Refund:
    """One refund that the shop has a number for. Without `amount` its pieces take their share."""

    items: Mapping[str, int] = field(default_factory=dict)
    amount: Money | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of an order and the money that goes with them."""

    lines: tuple[OrderLine, ...] = ()
    amounts: tuple[Money, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines or self.amounts)

    @classmethod
    def of(cls, lines: tuple[OrderLine, ...]) -> Part:
        """Whole lines."""
        return cls(lines, totals(line.amount for line in lines if line.amount is not None))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """What is known of one order. `lines` None: only reversals came so far (a tombstone).

    `show` is the slug of the show that counts it, None when no show was on.
    """

    purchase: str
    show: str | None = None
    lines: tuple[OrderLine, ...] | None = None
    taken_back: Mapping[str, int] = field(default_factory=dict)
    refunds: Mapping[str, Refund] = field(default_factory=dict)
    so_far: Mapping[str, int] = field(default_factory=dict)
    void: bool = False
    test: bool = False

    @property
    def kept(self) -> tuple[int, ...]:
        """How many pieces of each line still stand, line by line."""
        pieces = self._pieces(refund.items for refund in self.refunds.values())
        worth, left = self._worth(), self._left()
        over = self.void or not any(pieces) or (any(worth.values()) and not any(left.values()))
        return (0,) * len(pieces) if over else pieces

    @property
    def gross(self) -> Mapping[str, int]:
        """The money that still stands, by currency."""
        return self._left() if any(self.kept) else dict.fromkeys(self._worth(), 0)

    @property
    def remaining(self) -> tuple[OrderLine, ...]:
        """The lines that still stand, each with the pieces that do."""
        lines = zip(self.lines or (), self.kept, strict=True)
        return tuple(replace(line, quantity=quantity) for line, quantity in lines if quantity)

    def _pieces(self, more: Iterable[Mapping[str, int]]) -> tuple[int, ...]:
        back: dict[str, int] = {}
        for items in (self.taken_back, *more):
            for key, quantity in items.items():
                back[key] = back.get(key, 0) + quantity
        pieces = []
        for line in self.lines or ():
            gone = min(back.get(line.name, 0), line.quantity)
            back[line.name] = back.get(line.name, 0) - gone
            pieces.append(line.quantity - gone)
        return tuple(pieces)

    def _worth(self) -> dict[str, int]:
        return _sums(line.amount for line in self.lines or ())

    def _left(self) -> dict[str, int]:
        """Without the share of pieces whose refund has no amount, less the refunds that have."""
        refunds = self.refunds.values()
        pieces = self._pieces(refund.items for refund in refunds if refund.amount is None)
        shares = (_share(*each) for each in zip(self.lines or (), pieces, strict=True))
        back = _sums(refund.amount for refund in refunds)
        left = _sums(shares)
        return {
            currency: max(0, amount - max(back.get(currency, 0), self.so_far.get(currency, 0)))
            for currency, amount in left.items()
        }


@dataclass(frozen=True, slots=True)
class Settled:
    """The new record, what now counts and what no longer does."""

    record: OrderRecord
    confirmed: Part = field(default_factory=Part)
    reversed: Part = field(default_factory=Part)


def settle(record: OrderRecord | None, report: Report) -> Settled:
    """Apply one report. A second confirmation of the same order changes nothing."""
    known = record or OrderRecord(purchase=report.purchase)
    match report:
        case Order():
            return _confirm(known, report)
        case Reversal():
            after = _reverse(known, report)
            return Settled(after, reversed=_difference(known, after))


def _confirm(record: OrderRecord, order: Order) -> Settled:
    if record.lines is not None:
        return Settled(record)
    confirmed = replace(record, lines=order.lines, test=order.test)
    lines = confirmed.remaining
    return Settled(confirmed, confirmed=Part(lines, _money(confirmed.gross) if lines else ()))


def _reverse(record: OrderRecord, reversal: Reversal) -> OrderRecord:
    if reversal.whole:
        return replace(record, void=True)
    if reversal.so_far is not None:
        currency, amount = reversal.so_far.currency, reversal.so_far.amount
        return replace(record, so_far=_most(record.so_far, {currency: amount}))
    if reversal.id is None:
        back = dict(record.taken_back)
        for key, quantity in reversal.items.items():
            back[key] = back.get(key, 0) + quantity
        return replace(record, taken_back=back)
    known = record.refunds.get(reversal.id, Refund())
    refund = Refund(_most(known.items, reversal.items), _larger(known.amount, reversal.amount))
    return replace(record, refunds={**record.refunds, reversal.id: refund})


def _difference(before: OrderRecord, after: OrderRecord) -> Part:
    """What stood before and stands no longer, with the money that goes with it."""
    lines = tuple(
        replace(line, quantity=had - has)
        for line, had, has in zip(before.lines or (), before.kept, after.kept, strict=True)
        if had > has
    )
    had, has = before.gross, after.gross
    return Part(lines, _money({currency: had[currency] - has[currency] for currency in had}))


def _share(line: OrderLine, quantity: int) -> Money | None:
    """What some pieces of a line cost, rounded down."""
    if line.amount is None:
        return None
    return Money(line.amount.amount * quantity // line.quantity, line.amount.currency)


def _sums(amounts: Iterable[Money | None]) -> dict[str, int]:
    known = totals(amount for amount in amounts if amount is not None)
    return {money.currency: money.amount for money in known}


def _money(sums: Mapping[str, int]) -> tuple[Money, ...]:
    return tuple(Money(amount, currency) for currency, amount in sums.items() if amount)


def _most(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    keys = sorted({*one, *other})
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in keys}


def _larger(one: Money | None, other: Money | None) -> Money | None:
    """The same refund told twice; the currency of a refund does not change."""
    known = [amount for amount in (one, other) if amount is not None]
    return max(known, key=lambda money: (money.amount, money.currency), default=None)
