"""Purchases: what counts, what is shown, what is given back."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.builders import NOW, apply, eur, follow, product, show
from vetrina.domain.selling.order import Order, OrderLine, Reversal
from vetrina.domain.selling.order_record import OrderRecord
from vetrina.domain.selling.settlement import settle
from vetrina.domain.show import commands as cmd
from vetrina.domain.show import events as ev
from vetrina.domain.show import purchases
from vetrina.domain.show.state import ShowState, ShowStatus
from vetrina.domain.show.ticker import TICKER_FRESH_MS

ORDER = Order(
    purchase="p1",
    lines=(OrderLine("MUG-1", 2, eur(3780)), OrderLine("XX-9", 1, eur(500), "A vase")),
    occurred_at=NOW,
    name="Giulia",
    region="IT",
)


def test_a_purchase_is_told_once_with_titles_and_counted() -> None:
    sale = purchases.receive(show(), None, ORDER, NOW)
    [bought] = sale.facts
    assert isinstance(bought, ev.PurchaseConfirmed)
    assert [item.title for item in bought.items] == ["Title of MUG-1", "A vase"]
    assert bought.amounts == (eur(4280),)
    state = apply(show(), sale.facts)
    assert (state.totals.orders, state.totals.units, state.totals.gross) == (1, 3, (eur(4280),))
    again = purchases.receive(state, sale.record, replace(ORDER, occurred_at=NOW + 5), NOW)
    assert (again.facts, again.outcome) == ((), "duplicate")


def test_no_show_no_event_but_the_order_is_known() -> None:
    statuses: tuple[ShowStatus, ...] = ("draft", "ended")
    for status in statuses:
        sale = purchases.receive(replace(show("draft"), status=status), None, ORDER, NOW)
        assert (sale.facts, sale.outcome) == ((), "not_running")
        later = purchases.receive(
            show(), sale.record, Reversal(purchase="p1", reason="refunded", occurred_at=NOW), NOW
        )
        assert later.facts == (), "what was never counted cannot be taken off the totals"


def test_stock_and_deal_fall_with_a_purchase() -> None:
    state, _ = follow(
        show(products=(product(stock=5),)),
        cmd.StartDeal(sku="MUG-1", price=eur(1890), duration_s=60, quantity=2),
    )
    sale = purchases.receive(state, None, replace(ORDER, lines=(OrderLine("MUG-1", 2),)), NOW)
    assert sale.facts[1:] == (
        ev.DealStockChanged(NOW, "d1", 0, "sold", 2),
        ev.DealEnded(NOW, "d1", "MUG-1", "sold_out"),
        ev.StockChanged(NOW, "MUG-1", 3, cause="sold", pieces=2),
    )


def test_two_lines_of_one_product_fall_one_after_the_other() -> None:
    state = show(products=(product(stock=5),))
    lines = (OrderLine("MUG-1", 2), OrderLine("MUG-1", 2))
    sale = purchases.receive(state, None, replace(ORDER, lines=lines), NOW)
    assert apply(state, sale.facts).bag["MUG-1"].product.stock == 1


def test_overselling_stops_at_zero() -> None:
    state = show(products=(product(stock=1),))
    sale = purchases.receive(state, None, replace(ORDER, lines=(OrderLine("MUG-1", 3),)), NOW)
    assert sale.facts[1:] == (ev.StockChanged(NOW, "MUG-1", 0, cause="sold", pieces=3),)


def test_a_rehearsal_marks_everything_test_and_leaves_the_stock_alone() -> None:
    state = show("rehearsal", products=(product(stock=5),))
    sale = purchases.receive(state, None, ORDER, NOW)
    [bought] = sale.facts
    assert isinstance(bought, ev.PurchaseConfirmed)
    assert bought.test
    assert sale.record.test
    assert apply(state, sale.facts).totals.orders == 0


def test_old_purchases_count_and_are_not_shown() -> None:
    old = replace(ORDER, occurred_at=NOW - TICKER_FRESH_MS - 1)
    state = replace(show(), started_at=old.occurred_at)
    state = apply(state, purchases.receive(state, None, old, NOW).facts)
    assert (state.ticker, state.totals.orders) == ((), 1)


def test_an_order_paid_before_the_show_began_is_kept_and_not_counted() -> None:
    """An old order that was touched during the show was on air, in the totals and off the stock."""
    state = replace(show(products=(product(stock=5),)), started_at=NOW)
    old = purchases.receive(state, None, replace(ORDER, occurred_at=NOW - 1000), NOW)
    assert (old.facts, old.outcome, old.record.show) == ((), "before_show", None)
    touched = replace(ORDER, occurred_at=NOW - 1000, as_of=NOW + 9)
    again = purchases.receive(state, old.record, touched, NOW)
    assert (again.facts, again.outcome) == ((), "before_show")
    back = Reversal(purchase="p1", reason="refunded", occurred_at=NOW)
    assert purchases.receive(state, old.record, back, NOW).facts == ()


def test_the_second_in_which_the_show_began_counts() -> None:
    """Shops tell whole seconds."""
    state = replace(show(), started_at=NOW + 900)
    assert purchases.receive(state, None, ORDER, NOW + 950).outcome == "applied"


def test_a_rehearsal_shows_what_is_replayed_to_it() -> None:
    state = replace(show("rehearsal"), started_at=NOW)
    old = replace(ORDER, occurred_at=NOW - 86_400_000)
    assert purchases.receive(state, None, old, NOW).outcome == "applied"


def test_the_first_news_of_an_order_on_its_way_is_no_sale_of_this_moment() -> None:
    late = replace(ORDER, late=True)
    kept = purchases.receive(show(), None, late, NOW)
    assert (kept.facts, kept.outcome) == ((), "before_show")
    told = purchases.receive(show(), kept.record, ORDER, NOW)
    assert told.outcome == "applied", "the delivery that says so was only late itself"
    assert purchases.receive(show(), told.record, late, NOW).facts == ()


def test_bought_before_the_deal_began_is_not_the_deals() -> None:
    state, _ = follow(
        show(products=(product(stock=5),)),
        cmd.StartDeal(sku="MUG-1", price=eur(1890), duration_s=60, quantity=2),
    )
    before = replace(ORDER, lines=(OrderLine("MUG-1", 2),), bought_at=NOW - 1000)
    sale = purchases.receive(state, None, before, NOW)
    assert sale.facts[1:] == (ev.StockChanged(NOW, "MUG-1", 3, cause="sold", pieces=2),)
    same_second = replace(before, bought_at=NOW // 1000 * 1000)
    assert len(purchases.receive(state, None, same_second, NOW).facts) == 4


def test_the_parts_of_a_bundle_are_told_as_the_bundle_and_their_stock_falls() -> None:
    state = show(products=(product(stock=5), product("SCARF-1", stock=5)))
    lines = (
        OrderLine("SET", 1, eur(5000), "Winter set", key="1"),
        OrderLine("MUG-1", 1, eur(0), key="2", parent="1"),
        OrderLine("SCARF-1", 1, eur(0), key="3", parent="1"),
    )
    sale = purchases.receive(state, None, replace(ORDER, lines=lines), NOW)
    bought = sale.facts[0]
    assert isinstance(bought, ev.PurchaseConfirmed)
    assert [item.title for item in bought.items] == ["Winter set"]
    after = apply(state, sale.facts)
    assert [item.product.stock for item in after.bag.values()] == [4, 4]
    back = purchases.receive(
        after, sale.record, Reversal(purchase="p1", reason="refunded", occurred_at=NOW), NOW
    )
    assert apply(after, back.facts).totals.units == 0


def test_the_parts_of_a_bundle_that_is_no_line_are_told_as_one_item() -> None:
    """Shopify tells the parts alone, and which of them belong together."""
    state = show(products=(product(stock=5), product("SCARF-1", stock=5)))
    lines = (
        OrderLine("MUG-1", 2, eur(3000), key="1", parent="bundle:7"),
        OrderLine("SCARF-1", 4, eur(2000), "Scarf", key="2", parent="bundle:7"),
        OrderLine("PEN", 1, eur(100), "Pen", key="3"),
    )
    sale = purchases.receive(state, None, replace(ORDER, lines=lines), NOW)
    bought = sale.facts[0]
    assert isinstance(bought, ev.PurchaseConfirmed)
    titles = [state.bag[sku].product.title for sku in ("MUG-1", "SCARF-1")]
    assert [(item.title, item.quantity) for item in bought.items] == [
        (" + ".join(titles), 2),
        ("Pen", 1),
    ]
    after = apply(state, sale.facts)
    assert [item.product.stock for item in after.bag.values()] == [3, 1]
    assert after.totals.units == 3
    back = purchases.receive(
        after, sale.record, Reversal(purchase="p1", reason="refunded", occurred_at=NOW), NOW
    )
    assert apply(after, back.facts).totals.units == 0


def test_a_renewal_counts_and_is_not_told_as_bought_now() -> None:
    state = show(products=(product(stock=5),))
    renewal = replace(ORDER, lines=(OrderLine("MUG-1", 1, eur(1890)),), renewal=True)
    sale = purchases.receive(state, None, renewal, NOW)
    assert isinstance(sale.facts[0], ev.PurchaseAdded)
    after = apply(state, sale.facts)
    assert (after.ticker, after.totals.orders, after.totals.units) == ((), 1, 1)
    assert after.bag["MUG-1"].product.stock == 4


def test_an_order_without_goods_is_no_purchase() -> None:
    sale = purchases.receive(show(), None, replace(ORDER, lines=()), NOW)
    assert (sale.facts, sale.outcome) == ((), "no_goods")


def test_a_region_is_shown_only_to_a_large_audience() -> None:
    state, shown = show(), []
    for n in range(7):
        sale = purchases.receive(state, None, replace(ORDER, purchase=f"p{n}"), NOW)
        state = apply(state, sale.facts)
        shown.append(state.ticker[0].region)
    assert shown == [None] * 5 + ["IT"] * 2


def test_names_are_short_and_are_names() -> None:
    for given_name, shown in [
        ("Giulia", "Giulia"),
        ("  ", None),
        ("a@b.example", None),
        ("https://x", None),
        ("x" * 30, "x" * 20),
        ("a\u202eb", None),
    ]:
        order = replace(ORDER, name=given_name)
        [bought] = purchases.receive(show(), None, order, NOW).facts
        assert isinstance(bought, ev.PurchaseConfirmed)
        assert bought.name == shown


def test_a_partial_refund_takes_its_share() -> None:
    sale = purchases.receive(show(), None, ORDER, NOW)
    state = apply(show(), sale.facts)
    part = Reversal(purchase="p1", reason="refunded", occurred_at=NOW, items={"MUG-1": 1})
    back = purchases.receive(state, sale.record, part, NOW)
    [reversed_] = back.facts
    assert isinstance(reversed_, ev.PurchaseReversed)
    assert (reversed_.complete, reversed_.amounts) == (False, (eur(1890),))
    state = apply(state, back.facts)
    assert (state.totals.orders, state.totals.units, state.totals.gross) == (1, 2, (eur(2390),))
    assert [item.quantity for item in state.ticker[0].items] == [1, 1]
    rest = purchases.receive(
        state, back.record, Reversal(purchase="p1", reason="refunded", occurred_at=NOW), NOW
    )
    state = apply(state, rest.facts)
    assert (state.ticker, state.totals.orders, state.totals.gross) == ((), 0, (eur(0),))


def test_a_reversal_before_its_purchase_leaves_a_tombstone() -> None:
    whole = Reversal(purchase="p1", reason="cancelled", occurred_at=NOW)
    early = purchases.receive(show(), None, whole, NOW)
    assert (early.facts, early.outcome) == ((), "waiting")
    late = purchases.receive(show(), early.record, ORDER, NOW)
    assert late.facts == ()


REPORTS = st.lists(
    st.one_of(
        st.just(ORDER),
        st.builds(
            Reversal,
            purchase=st.just("p1"),
            reason=st.just("refunded"),
            occurred_at=st.just(NOW),
            items=st.dictionaries(st.sampled_from(["MUG-1", "XX-9"]), st.integers(1, 3)),
        ),
    ),
    max_size=6,
)


def outcome(reports: list[Order | Reversal]) -> tuple[OrderRecord | None, ShowState]:
    state, record = show(), None
    for report in reports:
        sale = purchases.receive(state, record, report, NOW)
        state, record = apply(state, sale.facts), sale.record
    return record, state


@given(REPORTS, st.randoms(use_true_random=False))
def test_any_order_of_the_same_reports_ends_in_the_same_totals(
    reports: list[Order | Reversal], chance: object
) -> None:
    shuffled = list(reports)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    (first, one), (second, other) = outcome(reports), outcome(shuffled)
    assert (first and first.remaining) == (second and second.remaining)
    assert _sums(one) == _sums(other)
    if first is not None:
        kept = first.remaining
        assert one.totals.units == sum(line.quantity for line in kept)
        assert one.totals.orders == bool(kept)


def _sums(state: ShowState) -> tuple[int, int, int]:
    return state.totals.orders, state.totals.units, sum(m.amount for m in state.totals.gross)


def test_settling_twice_changes_nothing() -> None:
    once = settle(None, ORDER)
    assert settle(once.record, ORDER).record == once.record
