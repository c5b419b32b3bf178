"""Order record: what is known of one order. What of it still stands is computed from that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from vetrina.domain.money import Money
from vetrina.domain.selling.order import OrderLine, Refund


@dataclass(frozen=True, slots=True)
class Rest:
    """What of an order still stands; see the properties of the same names."""

    stands: bool
    kept: tuple[int, ...]
    gross: Mapping[str, int]
    remaining: tuple[OrderLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRecord:
    """What is known of one order. `lines` None: only reversals came so far (a tombstone).

    `show` is the slug of the show that counts it, None when none does. `listed` are the refunds
    that the newest state names; `over_as_of` is the newest state in which nothing is left.
    """

    purchase: str
    show: str | None = None
    lines: tuple[OrderLine, ...] | None = None
    taken_back: Mapping[str, int] = field(default_factory=dict)
    refunds: Mapping[str, Refund] = field(default_factory=dict)
    so_far: Mapping[str, int] = field(default_factory=dict)
    void: bool = False
    test: bool = False
    paid_at: int = 0
    late: bool = False
    as_of: int = 0
    over_as_of: int | None = None
    listed: Mapping[str, Refund] | None = None
    listed_complete: bool = False
    beside: Mapping[str, int] = field(default_factory=dict)
    so_far_as_of: int = 0
    so_far_complete: bool = False
    also: str | None = None
    """The order that this payment is of, where it is none itself."""

    @property
    def is_over(self) -> bool:
        """The newest state says that nothing of the order is left."""
        return self.void or (self.over_as_of is not None and self.over_as_of >= self.as_of)

    @property
    def stands(self) -> bool:
        """Pieces are left, or money that was not given back for them."""
        return self.rest().stands

    @property
    def kept(self) -> tuple[int, ...]:
        """How many pieces of each line still stand, line by line."""
        return self.rest().kept

    @property
    def gross(self) -> Mapping[str, int]:
        """The money that still stands, by currency."""
        return self.rest().gross

    @property
    def remaining(self) -> tuple[OrderLine, ...]:
        """The lines that still stand, each with the pieces that do."""
        return self.rest().remaining

    def rest(self) -> Rest:
        """What still stands, for who asks more than one thing of it: it takes some arithmetic."""
        worth, left = sums_of(line.amount for line in self.lines or ()), self._left()
        pieces = self._pieces(refund.items for refund in self.all_refunds.values())
        if not self._has_rest(worth, left):
            return Rest(False, (0,) * len(pieces), dict.fromkeys(worth, 0), ())
        lines = zip(self.lines or (), pieces, strict=True)
        return Rest(
            any(pieces) or any(left.values()),
            pieces,
            left,
            tuple(
                line if quantity == line.quantity else replace(line, quantity=quantity)
                for line, quantity in lines
                if quantity
            ),
        )

    @property
    def all_refunds(self) -> Mapping[str, Refund]:
        """The refunds that count: a newest state that names all of them is right about them."""
        if self.listed is None:
            known = self.refunds
        else:
            told = {
                id: refund
                for id, refund in self.refunds.items()
                if (id not in self.listed and not self.listed_complete)
                or (id in self.listed and refund.goods and not self.listed[id].goods)
            }
            known = {**self.listed, **told}
        return {id: refund for id, refund in known.items() if not refund.undone}

    def _has_rest(self, worth: Mapping[str, int], left: Mapping[str, int]) -> bool:
        all_back = self.so_far_complete and not self._failed_since()
        return not (self.is_over or all_back or (any(worth.values()) and not any(left.values())))

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

    def _left(self) -> dict[str, int]:
        """Without the share of pieces whose refund has no amount, less the refunds that have."""
        refunds = self.all_refunds.values()
        pieces = self._pieces(refund.items for refund in refunds if refund.amount is None)
        shares = (_share(*each) for each in zip(self.lines or (), pieces, strict=True))
        back = self._given_back()
        return {
            currency: max(0, amount - back.get(currency, 0))
            for currency, amount in sums_of(shares).items()
        }

    def _given_back(self) -> dict[str, int]:
        """Amounts given back for goods. Where it is not told for what, shipping went back first."""
        refunds = list(self.all_refunds.values())
        goods = sums_of(refund.amount for refund in refunds if refund.goods)
        apart = sums_of(refund.amount for refund in refunds if refund.apart)
        mixed = sums_of(r.amount for r in refunds if not (r.goods or r.apart))
        failed = self._failed_since()
        back = {}
        for currency in {*goods, *apart, *mixed, *self.so_far}:
            so_far = self.so_far.get(currency, 0) - failed.get(currency, 0)
            any_ = max(mixed.get(currency, 0), so_far) + apart.get(currency, 0)
            back[currency] = goods.get(currency, 0) + max(0, any_ - self.beside.get(currency, 0))
        return back

    def _failed_since(self) -> dict[str, int]:
        """Refunds that were undone after `so_far` was told, which still holds them."""
        return sums_of(
            refund.amount
            for refund in self.refunds.values()
            if refund.undone and not refund.apart and refund.as_of > self.so_far_as_of
        )


def _share(line: OrderLine, quantity: int) -> Money | None:
    """What some pieces of a line cost, rounded down."""
    if line.amount is None:
        return None
    return Money(line.amount.amount * quantity // line.quantity, line.amount.currency)


def sums_of(amounts: Iterable[Money | None]) -> dict[str, int]:
    """Sums by currency, in alphabetical order."""
    sums: dict[str, int] = {}
    for money in amounts:
        if money is not None:
            sums[money.currency] = sums.get(money.currency, 0) + money.amount
    return dict(sorted(sums.items()))
