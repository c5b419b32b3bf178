"""Settlement of orders: one more report applied to what is known of an order.

Deliveries come late, twice and out of order, and any order of the same reports ends in the same
record: what a record gathers is added up, raised to the highest, or replaced by what is newer by
the provider's own time of change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Refund, Report, Reversal
from vetrina.domain.selling.order_record import OrderRecord, Rest, sums_of

LineKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Part:
    """Pieces of an order and the money that goes with them. `complete`: the whole order.

    `new_lines` are the pieces among them that were never sold before.
    """

    lines: tuple[OrderLine, ...] = ()
    amounts: tuple[Money, ...] = ()
    complete: bool = False
    new_lines: tuple[OrderLine, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.lines or self.amounts or self.complete)

    @classmethod
    def standing(cls, rest: Rest) -> Part:
        """All that is left of an order."""
        return cls(rest.remaining, _money(rest.gross), rest.stands, rest.remaining)


@dataclass(frozen=True, slots=True)
class Settled:
    """The new record, what is left of it, what counts now and did not, and what no longer does."""

    record: OrderRecord
    rest: Rest
    added: Part = field(default_factory=Part)
    reversed: Part = field(default_factory=Part)


def settle(record: OrderRecord | None, report: Report) -> Settled:
    """Apply one report. The same report again changes nothing."""
    before = record or OrderRecord(purchase=report.purchase)
    match report:
        case Order():
            after = _stated(before, report)
        case Reversal():
            after = _reversed(before, report)
    return _difference(before, after)


def told_again(record: OrderRecord, purchase: str) -> tuple[Reversal, ...]:
    """What was given back of an order that is now known by another name."""
    told = [
        Reversal(
            purchase=purchase,
            reason="refunded",
            occurred_at=refund.as_of,
            id=id,
            items=refund.items,
            amount=refund.amount,
            goods=refund.goods,
            as_of=refund.as_of,
            undone=refund.undone,
            apart=refund.apart,
        )
        for id, refund in record.refunds.items()
    ]
    for currency, amount in record.so_far.items():
        told.append(
            Reversal(
                purchase=purchase,
                reason="refunded",
                occurred_at=record.so_far_as_of,
                so_far=Money(amount, currency),
                complete=record.so_far_complete,
                as_of=record.so_far_as_of,
            )
        )
    return tuple(told)


def _stated(record: OrderRecord, order: Order) -> OrderRecord:
    """The newest state wins. Providers that tell none are believed the first time."""
    lines = _same_products(record.lines or (), order.lines)
    if record.lines is not None and not (record.late and not order.late):
        known = _rank(record.as_of, record.lines, record.listed)
        if order.as_of == 0 or _rank(order.as_of, lines, order.refunds) <= known:
            return record
    return replace(
        record,
        lines=lines,
        test=record.test or order.test,
        paid_at=order.occurred_at,
        late=order.late,
        as_of=order.as_of,
        listed=order.refunds,
        listed_complete=order.refunds_complete,
        beside=sums_of(order.beside),
    )


def _same_products(
    known: tuple[OrderLine, ...], told: tuple[OrderLine, ...]
) -> tuple[OrderLine, ...]:
    """A line stays the product that it was counted as, though it has been matched since."""
    skus = {line.name: line.sku for line in known}
    return tuple(
        replace(line, sku=skus[line.name], key=line.name) if line.name in skus else line
        for line in told
    )


def _rank(
    as_of: int, lines: tuple[OrderLine, ...], listed: Mapping[str, Refund] | None
) -> tuple[object, ...]:
    """States of the same moment: what was given back and what was added came last."""
    refunds = (listed or {}).values()
    back = sum(refund.amount.amount for refund in refunds if refund.amount is not None)
    pieces_back = sum(sum(refund.items.values()) for refund in refunds)
    worth = sum(line.amount.amount for line in lines if line.amount is not None)
    pieces = sum(line.quantity for line in lines)
    rest = repr(lines), repr(sorted((id, repr(each)) for id, each in (listed or {}).items()))
    return as_of, len(listed or ()), back, pieces_back, pieces, worth, *rest


def _reversed(record: OrderRecord, reversal: Reversal) -> OrderRecord:
    if reversal.whole:
        if not reversal.as_of:
            return replace(record, void=True)
        return replace(record, over_as_of=max(record.over_as_of or 0, reversal.as_of))
    if reversal.so_far is not None:
        return _so_far(record, reversal, reversal.so_far)
    if reversal.id is None:
        back = dict(record.taken_back)
        for key, quantity in reversal.items.items():
            back[key] = back.get(key, 0) + quantity
        return replace(record, taken_back=back)
    if (record.listed or {}).get(reversal.id) == reversal.refund:
        return record
    refund = _newer(record.refunds.get(reversal.id), reversal.refund)
    return replace(record, refunds={**record.refunds, reversal.id: refund})


def _so_far(record: OrderRecord, reversal: Reversal, amount: Money) -> OrderRecord:
    sums = {amount.currency: amount.amount}
    if reversal.as_of < record.so_far_as_of:
        return record
    complete = reversal.complete
    if reversal.as_of == record.so_far_as_of:
        sums, complete = _most(record.so_far, sums), complete or record.so_far_complete
    return replace(record, so_far=sums, so_far_as_of=reversal.as_of, so_far_complete=complete)


def _newer(known: Refund | None, told: Refund) -> Refund:
    """The same refund told twice: the newest word of it; of one moment, the most."""
    if known is None or told.as_of > known.as_of:
        return told
    if told.as_of < known.as_of:
        return known
    return replace(
        told,
        items=_most(known.items, told.items),
        amount=_larger(known.amount, told.amount),
        goods=known.goods or told.goods,
        undone=known.undone or told.undone,
        apart=known.apart or told.apart,
    )


def _difference(before: OrderRecord, after: OrderRecord) -> Settled:
    """What stands now and did not, and what stood and does not any more."""
    old, new = before.rest(), after.rest()
    had, has = _by_key(old.remaining), _by_key(new.remaining)
    return Settled(
        after,
        new,
        added=Part(
            _surplus(has, had),
            _money(_above(new.gross, old.gross)),
            complete=new.stands and not old.stands,
            new_lines=_new_lines(before, after, new),
        ),
        reversed=Part(
            _surplus(had, has),
            _money(_above(old.gross, new.gross)),
            complete=old.stands and not new.stands,
        ),
    )


def _new_lines(before: OrderRecord, after: OrderRecord, rest: Rest) -> tuple[OrderLine, ...]:
    """What came back is not new: its stock fell when it was sold."""
    if before.lines is None:
        return rest.remaining
    if not rest.stands:
        return ()
    return _surplus(_by_key(after.lines or ()), _by_key(before.lines))


def _by_key(lines: tuple[OrderLine, ...]) -> dict[LineKey, OrderLine]:
    """Lines of the same key and product together."""
    found: dict[LineKey, OrderLine] = {}
    for line in lines:
        key = (line.name, line.sku)
        known = found.get(key)
        found[key] = (
            line if known is None else replace(line, quantity=line.quantity + known.quantity)
        )
    return found


def _surplus(
    more: Mapping[LineKey, OrderLine], less: Mapping[LineKey, OrderLine]
) -> tuple[OrderLine, ...]:
    lines = []
    for key, line in more.items():
        quantity = line.quantity - (less[key].quantity if key in less else 0)
        if quantity > 0:
            lines.append(line if quantity == line.quantity else replace(line, quantity=quantity))
    return tuple(lines)


def _above(more: Mapping[str, int], less: Mapping[str, int]) -> dict[str, int]:
    return {
        currency: amount - less.get(currency, 0)
        for currency, amount in more.items()
        if amount > less.get(currency, 0)
    }


def _money(sums: Mapping[str, int]) -> tuple[Money, ...]:
    return tuple(Money(amount, currency) for currency, amount in sums.items() if amount)


def _most(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    keys = sorted({*one, *other})
    return {key: max(one.get(key, 0), other.get(key, 0)) for key in keys}


def _larger(one: Money | None, other: Money | None) -> Money | None:
    """The currency of a refund does not change."""
    known = [amount for amount in (one, other) if amount is not None]
    return max(known, key=lambda money: (money.amount, money.currency), default=None)
