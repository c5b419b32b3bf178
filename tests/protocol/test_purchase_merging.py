from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.fixtures import load
from vetrina.protocol.client.reducer import FRESH_MS, apply
from vetrina.protocol.codec import WireEvent, to_wire
from vetrina.protocol.purchase_merging import MERGE_ABOVE, merge_purchases

NOW = 1_763_690_000_000
BASE = load("reducer")["states"]["draft"]


def bought(seq, sku="MUG-1", quantity=1, **changes) -> WireEvent:
    fields = {
        "seq": seq,
        "type": "purchase_confirmed",
        "at": NOW + seq,
        "purchase": f"p{seq}",
        "items": [{"sku": sku, "title": sku.title(), "quantity": quantity}],
        "name": "Anna",
        "region": "IT",
        "occurred_at": NOW,
        "test": False,
    }
    return to_wire({**fields, **changes})


def other(seq, kind="stock_changed", **fields) -> WireEvent:
    return to_wire({"seq": seq, "type": kind, "at": NOW + seq, **fields})


def reversal(seq, purchase) -> WireEvent:
    return other(
        seq, "purchase_reversed", purchase=purchase, items=[], complete=True, reason="", test=False
    )


def kinds(events):
    return [(event.seq, event.data["type"]) for event in events]


def test_a_few_purchases_stay_as_they_are():
    events = [bought(seq) for seq in range(1, MERGE_ABOVE + 1)]
    assert merge_purchases(events) == events


def test_many_purchases_become_one_line():
    events = [bought(40, "TEE-1", 2), *(bought(seq) for seq in range(41, 49))]
    (merged,) = merge_purchases(events)
    assert merged.data == {
        "seq": 40,
        "type": "purchases_merged",
        "at": NOW + 48,
        "purchase": "m40",
        "count": 9,
        "units": 10,
        "items": [
            {"sku": "TEE-1", "title": "Tee-1", "quantity": 2},
            {"sku": "MUG-1", "title": "Mug-1", "quantity": 8},
        ],
        "name": None,
        "region": None,
        "occurred_at": NOW,
        "test": False,
    }
    assert merged == to_wire(merged.data)


def test_what_stands_between_purchases_keeps_its_place():
    events = [other(1), bought(2), other(3), bought(4), bought(5), other(6)]
    merged = merge_purchases(events, above=2)
    assert kinds(merged) == [
        (1, "stock_changed"),
        (2, "purchases_merged"),
        (3, "stock_changed"),
        (6, "stock_changed"),
    ]


def test_test_and_real_purchases_are_not_mixed():
    events = [bought(seq, test=seq % 2 == 0) for seq in range(1, 11)]
    merged = merge_purchases(events)
    assert [(event.data["test"], event.data["count"]) for event in merged] == [
        (False, 5),
        (True, 5),
    ]


def test_old_purchases_do_not_hide_fresh_ones():
    stale = NOW - FRESH_MS - 1
    events = [bought(seq, occurred_at=stale if seq > 5 else NOW) for seq in range(1, 11)]
    merged = merge_purchases(events)
    assert [event.data["count"] for event in merged] == [5, 5]
    state = BASE
    for event in merged:
        state = apply(state, event.data)
    assert [entry["count"] for entry in state["ticker"]] == [5]


def test_nothing_moves_across_the_start_of_the_show():
    events = [bought(1), bought(2), other(3, "show_started", status="live"), bought(4), bought(5)]
    merged = merge_purchases(events, above=3)
    assert [event.seq for event in merged] == [1, 3, 4]


def test_a_reversal_finds_its_purchase():
    events = [*(bought(seq) for seq in range(1, 11)), reversal(11, "p3"), bought(12)]
    state = BASE
    for event in merge_purchases(events):
        state = apply(state, event.data)
    assert [entry["purchase"] for entry in state["ticker"]] == ["p12", "m1"]
    assert state["ticker"][1]["units"] == 9


frames = st.lists(
    st.sampled_from(("buy", "test", "stock", "reverse", "start")), min_size=1, max_size=40
)


@given(frames, st.integers(0, 12))
def test_merging_loses_nothing_and_keeps_the_order(wanted, above):
    events = []
    for seq, kind in enumerate(wanted, start=43):
        if kind in ("buy", "test"):
            events.append(bought(seq, test=kind == "test"))
        elif kind == "reverse":
            events.append(reversal(seq, f"p{seq - 2}"))
        else:
            events.append(other(seq, "show_started" if kind == "start" else "stock_changed"))
    merged = merge_purchases(events, above)
    seqs = [event.seq for event in merged]
    assert seqs == sorted(seqs)
    assert seqs[0] == 43
    assert sum(event.data.get("count", 1) for event in merged) == len(events)
    for event in merged:
        assert event.data["type"] == "purchases_merged" or event in events
