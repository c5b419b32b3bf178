"""What the panel says of a deal before it is sent, and how it draws the price of 30 days."""

from dataclasses import asdict

import pytest

from tests.browser.shop import euros
from vetrina.domain.show.limits import Limits

DAY_MS = 86_400_000


@pytest.mark.parametrize(
    ("price", "prior", "deal", "percent", "levels"),
    [
        (2490, 2490, 1890, 24, ["ok", "note", "note"]),
        (2490, 1500, 1890, None, ["note", "note", "note"]),
        (2490, None, 1890, None, ["note", "note", "note"]),
        (2490, 3000, 1890, 24, ["ok", "note", "note"]),
        (2490, 2490, 2490, None, ["stop", "note", "note"]),
        (2490, 2490, 2400, 3, ["stop", "note", "note"]),
        (2490, 2490, 10, 99, ["stop", "note", "note"]),
    ],
)
async def test_a_deal_is_checked_by_the_rules_of_the_server(
    module, price, prior, deal, percent, levels
):
    product = {"price": euros(price), "prior_price": prior and euros(prior), "stock": None}
    path = "control/deals/deal-dialog.js"
    found = await module(path, "checkDeal", product, euros(deal), None, asdict(Limits()))
    assert found["percent"] == percent
    assert [check["level"] for check in found["checks"]] == levels


@pytest.mark.parametrize(
    ("lowest", "deal", "percent", "first"),
    [
        (2065, 1890, 8, {"key": "deal.check.cheaper", "percent": 8, "hoped": 24}),
        (1890, 1890, None, {"key": "deal.check.cheaper_none", "hoped": 24}),
        (1500, 1890, None, {"key": "deal.check.cheaper_none", "hoped": 24}),
        (2489, 1890, 24, {"key": "deal.check.compared"}),
        (2600, 1890, 24, {"key": "deal.check.compared"}),
        (2065, 2490, None, {"key": "deal.check.not_lower"}),
    ],
)
async def test_a_price_that_was_lower_is_warned_about(module, lowest, deal, percent, first):
    product = {"price": euros(2490), "prior_price": euros(2490), "stock": None}
    known = {"kind": "price", "price": euros(lowest), "starts_at": 1, "ends_at": 1_000_001}
    told = (euros(deal), None, asdict(Limits()), known)
    found = await module("control/deals/deal-dialog.js", "checkDeal", product, *told)
    check = found["checks"][0]
    assert found["percent"] == percent
    assert {"key": check["key"], **check["values"]}.items() >= first.items()
    assert check["values"].get("day") in (None, 1_000_000)
    plain = product | {"prior_price": None}
    found = await module("control/deals/deal-dialog.js", "checkDeal", plain, *told)
    assert "cheaper" not in str(found["checks"])


def _offered(amount, since, until=None, kind="price"):
    """In days before now, which is day 100."""
    ends_at = None if until is None else (100 - until) * DAY_MS
    starts_at = (100 - since) * DAY_MS
    return {"kind": kind, "price": euros(amount), "starts_at": starts_at, "ends_at": ends_at}


@pytest.mark.parametrize(
    ("prices", "path"),
    [
        ([_offered(2490, 90)], "M0,4H300"),
        ([_offered(2490, 15)], "M150,4H300"),
        ([_offered(2490, 90, 15), _offered(1990, 15)], "M0,4H150V40H300"),
        ([_offered(1990, 90, 31), _offered(2490, 31)], "M0,4H300"),
        ([_offered(2490, 90, 21), _offered(1990, 15)], "M0,4H90M150,40H300"),
        (
            [_offered(2490, 90), _offered(1990, 15.001, 15, "deal")],
            "M0,4H147V40H150V4H300",
        ),
        ([], ""),
    ],
)
async def test_the_course_of_a_price_is_drawn_step_by_step(module, prices, path):
    """A deal of minutes is as wide as one can see."""
    now = 100 * DAY_MS
    steps = await module("control/deals/price-course.js", "course", prices, now)
    assert await module("control/deals/price-course.js", "pathOf", steps, now) == path


async def test_a_deal_is_checked_by_the_limits_of_this_installation(module):
    limits = asdict(Limits(deal_discount_min_percent=30, deal_duration_max_s=240))
    product = {"price": euros(2490), "prior_price": None, "stock": None}
    path = "control/deals/deal-dialog.js"
    found = await module(path, "checkDeal", product, euros(1890), None, limits)
    assert found["checks"][0]["values"] == {"least": 30, "most": 99}
    assert await module("control/deals/deal-dialog.js", "presets", limits) == [60]
