import json

from hypothesis import given

from tests.protocol.fixtures import load
from tests.protocol.histories import SKUS, histories, rehearsed
from vetrina.domain.money import Money
from vetrina.domain.show.state import ShowState
from vetrina.domain.show.values import Host
from vetrina.protocol.snapshot import bag, control_state, public_state

EMPTY = ShowState(slug="spring-drop", title="Spring drop", currency="EUR", host=Host("Anna"))


def test_an_empty_show():
    assert public_state(EMPTY, viewers=0) == {
        "show": {
            "slug": "spring-drop",
            "title": "Spring drop",
            "status": "draft",
            "currency": "EUR",
            "disclosure": {
                "type": "own_brand",
                "label": None,
                "brand": None,
                "shown": "always",
                "interval_s": 600,
                "reason": None,
            },
            "host": {"name": "Anna", "url": None},
            "started_at": None,
            "starts_at": None,
        },
        "pins": [],
        "deals": [],
        "ticker": [],
        "announcement": None,
        "viewers": 0,
        "panic": False,
    }


@given(histories | rehearsed)
def test_a_filled_show_has_the_shape_of_the_fixtures(history):
    sample = load("reducer")["states"]["base"]
    state = public_state(history[-1].after, viewers=3)
    for part in ("pins", "deals", "ticker"):
        for entry in state[part]:
            assert entry.keys() == sample[part][0].keys()
    offered = load("reducer")["states"]["vouchers"]["vouchers"][0]
    for entry in state.get("vouchers", []):
        assert entry.keys() == offered.keys()
    assert state.keys() - {"vouchers"} == sample.keys()
    assert state["show"].keys() == sample["show"].keys()
    assert [pin["slot"] for pin in state["pins"]] == sorted(pin["slot"] for pin in state["pins"])
    assert json.loads(json.dumps(state)) == state


@given(histories)
def test_control_sees_the_totals_too(history):
    last = history[-1].after
    state = control_state(last, viewers=3)
    totals = state.pop("totals")
    assert state == public_state(last, viewers=3)
    assert [Money(**money) for money in totals["gross"]] == list(last.totals.gross)
    assert (totals["orders"], totals["units"]) == (last.totals.orders, last.totals.units)


@given(histories)
def test_the_bag_has_numbers_that_were_given_once(history):
    numbers: dict[str, int] = {}
    for step in history:
        for item in bag(step.after):
            assert item["sku"] in SKUS
            assert numbers.setdefault(item["sku"], item["number"]) == item["number"]
    assert len(set(numbers.values())) == len(numbers)
