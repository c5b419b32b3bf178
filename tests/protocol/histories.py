"""Whole shows for property tests: what the rules make of any sequence of requests and reports."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from vetrina.domain.catalogue.product import Product
from vetrina.domain.errors import DomainError
from vetrina.domain.money import Money
from vetrina.domain.selling.order import Order, OrderLine, Reversal
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.selling.voucher import Voucher
from vetrina.domain.show import commands as cmd
from vetrina.domain.show.events import Event
from vetrina.domain.show.limits import Limits
from vetrina.domain.show.purchases import receive
from vetrina.domain.show.rules import decide, due
from vetrina.domain.show.state import ShowState, evolve
from vetrina.domain.show.values import Host

START = 1_763_690_000_000
LIMITS = Limits(pin_slots=3, deal_cooldown_h=0)
SKUS = ("MUG-1", "TEE-1", "PEN-1")


def euros(amount: int) -> Money:
    return Money(amount, "EUR")


PRODUCTS = tuple(
    Product(sku=sku, title=sku.title(), price=euros(2000), prior_price=euros(1900), stock=stock)
    for sku, stock in zip(SKUS, (3, None, 50), strict=True)
)

Request = cmd.Command | Order | Reversal

_skus = st.sampled_from(SKUS)
_slots = st.integers(1, 3)
_purchases = st.sampled_from(("p1", "p2", "p3"))
_quantities = st.integers(1, 4)
_lines = st.lists(st.builds(OrderLine, _skus, _quantities, st.just(euros(500))), min_size=1)
_bags = st.lists(st.sampled_from(PRODUCTS), unique=True).map(tuple)
_edits = st.sampled_from(({"title": "New"}, {"host": Host("Lia")}, {"starts_at": START}))
_edited = st.builds(replace, st.sampled_from(PRODUCTS), title=st.sampled_from(("Old", "New")))

requests: st.SearchStrategy[Request] = st.one_of(
    st.builds(cmd.StartShow, st.booleans()),
    st.sampled_from((cmd.PauseShow(), cmd.ResumeShow(), cmd.EndShow())),
    st.builds(cmd.PinProduct, _skus, _slots, st.none() | st.integers(5, 30)),
    st.builds(cmd.UnpinProduct, _slots),
    st.just(cmd.PinNext()),
    st.builds(
        cmd.StartDeal,
        sku=_skus,
        price=st.builds(euros, st.integers(1000, 1900)),
        duration_s=st.integers(60, 90),
        lead_s=st.none() | st.integers(10, 20),
        quantity=st.none() | st.integers(1, 3),
    ),
    st.builds(cmd.EndDeal, st.sampled_from(("d1", "d2", "d3"))),
    st.builds(
        cmd.ShowVoucher,
        voucher=st.builds(Voucher, code=st.just("SPRING10"), percent_bps=st.just(1000)),
        alias=st.sampled_from(("a1", "a2")),
        left=st.none() | st.integers(1, 3),
        quantity=st.none() | st.just(1),
        duration_s=st.none() | st.integers(30, 60),
    ),
    st.builds(cmd.CloseVoucher, st.sampled_from(("v1", "v2"))),
    st.builds(cmd.TellVoucherLeft, st.sampled_from(("v1", "v2")), st.integers(0, 2)),
    st.builds(cmd.SetStock, _skus, st.none() | st.integers(0, 5)),
    st.builds(cmd.Announce, st.sampled_from(("Hello", "Bye"))),
    st.just(cmd.ClearAnnouncement()),
    st.builds(cmd.SetDisclosure, type=st.sampled_from(("own_brand", "gifted"))),
    st.sampled_from((cmd.Panic(), cmd.Calm())),
    st.sampled_from(({"title": "New"}, {"host": Host("Lia")}, {"starts_at": START})).map(
        cmd.EditShow
    ),
    st.builds(cmd.RehearsePurchase, _skus, _quantities, st.none() | st.just("Anna")),
    st.builds(cmd.SetBag, _bags, st.booleans()),
    st.builds(cmd.RefreshProducts, st.tuples(_edited)),
    st.builds(
        Order,
        purchase=_purchases,
        lines=_lines.map(tuple),
        occurred_at=st.sampled_from((START, START - 400_000)),
        name=st.none() | st.just("Giulia"),
        region=st.just("IT"),
        test=st.booleans(),
    ),
    st.builds(
        Reversal,
        purchase=_purchases,
        reason=st.just("refunded"),
        occurred_at=st.just(START),
        items=st.dictionaries(_skus, _quantities),
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of a history, with the state before and after it."""

    before: ShowState
    event: Event
    after: ShowState


def played(wanted: list[tuple[int, Request]]) -> Iterator[Step]:
    """The facts that follow when they come, each so many milliseconds after the last one."""
    state = ShowState(slug="spring-drop", title="Spring drop", currency="EUR")
    records: dict[str, OrderRecord] = {}
    now = START
    for pause, request in [(0, cmd.SetBag(PRODUCTS)), *wanted]:
        now += pause
        for event in due(state, now):
            yield (step := Step(state, event, evolve(state, event)))
            state = step.after
        for event in _facts(state, records, request, now):
            yield (step := Step(state, event, evolve(state, event)))
            state = step.after


def _facts(
    state: ShowState, records: dict[str, OrderRecord], request: Request, now: int
) -> tuple[Event, ...]:
    if isinstance(request, Order | Reversal):
        sale = receive(state, records.get(request.purchase), request, now)
        records[request.purchase] = sale.record
        return sale.facts
    try:
        return decide(state, request, now, LIMITS)
    except DomainError:
        return ()


histories = st.lists(
    st.tuples(st.sampled_from((0, 1000, 30_000)), requests), min_size=1, max_size=30
).map(lambda wanted: list(played([(0, cmd.StartShow()), *wanted])))
"""Shows that are live from the start."""

rehearsed = st.lists(
    st.tuples(st.sampled_from((0, 1000, 30_000)), requests), min_size=1, max_size=30
).map(lambda wanted: list(played([(0, cmd.StartShow(rehearsal=True)), *wanted])))
"""Shows that begin with a rehearsal."""
