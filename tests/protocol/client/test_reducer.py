import copy

import pytest
from hypothesis import given

from tests.protocol.fixtures import load
from tests.protocol.histories import histories, rehearsed
from vetrina.domain.show.events import Recorded
from vetrina.domain.show.ticker import TICKER_FRESH_MS
from vetrina.domain.show.ticker import TICKER_LENGTH as DOMAIN_TICKER_LENGTH
from vetrina.protocol.client.reducer import FRESH_MS, TICKER_LENGTH, apply
from vetrina.protocol.codec import wire_event
from vetrina.protocol.snapshot import public_state

FIXTURE = load("reducer")


@pytest.mark.parametrize("case", FIXTURE["cases"], ids=lambda case: case["name"])
def test_one_event(case):
    before = FIXTURE["states"][case["state"]]
    untouched = copy.deepcopy(before)
    assert apply(before, case["event"]) == _changed(before, case)
    assert before == untouched


def _changed(before, case):
    kept = {name: value for name, value in before.items() if name not in case.get("gone", ())}
    return {**kept, **case["changes"]}


@given(histories | rehearsed)
def test_the_reducer_and_the_domain_agree(history):
    for seq, step in enumerate(history, start=1):
        for audience in ("public", "team"):
            event = wire_event(Recorded(seq, step.event), audience).data
            seen = apply(public_state(step.before, 7), event)
            assert seen == public_state(step.after, 7)


def test_the_numbers_are_those_of_the_domain():
    assert (TICKER_LENGTH, FRESH_MS) == (DOMAIN_TICKER_LENGTH, TICKER_FRESH_MS)
