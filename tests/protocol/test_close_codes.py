import pytest

from tests.protocol.fixtures import load
from vetrina.protocol.close_codes import BY_LABEL, CloseCode, label_of, reaction_to

FIXTURE = load("close_codes")


def test_the_table_is_the_one_that_the_browser_has():
    rows = [
        {
            "name": code.label,
            "number": code.value,
            "reason": code.reason,
            "reaction": code.reaction,
        }
        for code in CloseCode
    ]
    assert rows == FIXTURE["table"]


@pytest.mark.parametrize("case", FIXTURE["foreign"], ids=lambda case: case["number"])
def test_a_foreign_code_is_judged_by_its_range(case):
    assert reaction_to(case["number"]) == case["reaction"]
    assert label_of(case["number"]) is None


@pytest.mark.parametrize("code", CloseCode)
def test_a_reason_fits_into_a_close_frame(code):
    assert 0 < len(code.reason.encode()) <= 123
    assert code.meaning.endswith(".")


def test_labels_find_their_codes():
    assert BY_LABEL["slow"] is CloseCode.SLOW
    assert label_of(4101) == "slow"
    assert len(BY_LABEL) == len(CloseCode)
