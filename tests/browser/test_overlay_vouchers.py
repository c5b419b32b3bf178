"""The voucher's card on the stream: honest about what is left, and gone when it is over."""

import os
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.contrast import FAINT_TEXT
from tests.browser.obs_host import MOVED, NOW, Air, deal, overlay_address, pin, voucher
from tests.browser.test_overlay_look import OUTSIDE, OVERLAPS, SIZES

CANVASES = {"16x9": (1920, 1080), "9x16": (1080, 1920), "1x1": (1080, 1080)}
EURO = {"amount": 3000, "currency": "EUR"}


@pytest_asyncio.fixture(loop_scope="session")
async def air(shop, page):
    await page.set_viewport_size({"width": 1920, "height": 1080})
    return Air(page, await overlay_address(shop))


async def test_it_says_what_is_off_for_whom_and_how_many_are_left(air):
    await air.open(vouchers=[voucher(min_spend=EURO)])
    card = air.card("voucher")
    await expect(card).to_contain_text("−10%")
    await expect(card).to_contain_text("Voucher for the first 50")
    await expect(card).to_contain_text("From €30.00 on")
    await expect(card).to_contain_text("31 of 50 left")
    await expect(card).to_contain_text("04:00")
    await air.events({"type": "voucher_left_changed", "voucher": "v1", "left": 7})
    await expect(card).to_contain_text("7 of 50 left")


async def test_half_a_percent_is_not_rounded_away(air):
    """12.5 percent was told as 13."""
    await air.open(vouchers=[voucher(percent=12.5)])
    await expect(air.card("voucher")).to_contain_text("−12.5%")


async def test_when_all_are_taken_it_says_so_and_goes(air):
    await air.open(vouchers=[voucher()])
    await air.events(
        {"type": "voucher_left_changed", "voucher": "v1", "left": 0},
        {"type": "voucher_closed", "voucher": "v1", "reason": "taken"},
    )
    await expect(air.card("voucher")).to_contain_text("All taken")
    await expect(air.card("voucher")).not_to_contain_text("of 50 left")
    await air.page.evaluate(MOVED)
    await air.passes(5_100)
    await expect(air.card("voucher")).to_have_count(0)


async def test_it_ends_by_itself_when_nobody_tells_it(air):
    await air.open(vouchers=[voucher(ends_at=NOW + 3_000)])
    await expect(air.card("voucher")).to_contain_text("00:03")
    await air.passes(3_100)
    await expect(air.card("voucher")).to_contain_text("Ended")
    await air.page.evaluate(MOVED)
    await air.passes(5_100)
    await expect(air.card("voucher")).to_have_count(0)


async def test_the_newest_has_the_card_and_one_that_was_closed_is_gone_at_once(air):
    second = voucher("v2", percent=None, amount=EURO, quantity=None, left=None)
    await air.open(vouchers=[voucher(), second])
    await expect(air.card("voucher")).to_contain_text("−€30.00")
    await expect(air.card("voucher")).not_to_contain_text("left")
    await air.events({"type": "voucher_closed", "voucher": "v2", "reason": "cancelled"})
    await expect(air.card("voucher")).to_contain_text("−10%")
    await air.events({"type": "panicked"})
    await expect(air.card("voucher")).to_have_count(0)


async def test_the_hosts_words_go_first_in_the_place_that_they_share(air):
    await air.open(vouchers=[voucher()], announcement={"text": "Hello", "until": NOW + 5_000})
    await expect(air.card("announcement")).to_have_count(1)
    await expect(air.card("voucher")).to_have_count(0)
    await air.passes(5_100)
    await expect(air.card("voucher")).to_have_count(1)


@pytest.mark.parametrize("theme", ["paper", "notte"])
@pytest.mark.parametrize("canvas", CANVASES)
async def test_its_text_is_large_readable_and_on_the_canvas(theme, canvas, air):
    width, height = CANVASES[canvas]
    await air.page.set_viewport_size({"width": width, "height": height})
    dear = {"amount": 123_456_789, "currency": "KWD"}
    terms = {"percent": None, "amount": dear, "min_spend": dear, "skus": ["X"]}
    longest = voucher(**terms, quantity=10_000, left=9_999)
    await air.open(f"theme={theme}&lang=fr", pins=[pin()], deals=[deal(277)], vouchers=[longest])
    await air.page.evaluate(MOVED)
    await air.passes(50)
    sizes = await air.page.evaluate(SIZES)
    assert [one for one in sizes if one[0] < 24] == []
    assert await air.page.evaluate(FAINT_TEXT) == []
    assert await air.page.evaluate(OUTSIDE) == []
    assert await air.page.evaluate(OVERLAPS) == 0


@pytest.mark.parametrize("canvas", CANVASES)
async def test_it_stands_beside_the_other_cards(canvas, air, tmp_path):
    """Set `VOUCHER_PICTURES` to a folder to look at it."""
    width, height = CANVASES[canvas]
    await air.page.set_viewport_size({"width": width, "height": height})
    await air.open(pins=[pin()], deals=[deal(277)], vouchers=[voucher(min_spend=EURO)])
    await air.page.evaluate(MOVED)
    await air.passes(1_000)
    boxes = [await air.card(name).bounding_box() for name in ("voucher", "pin", "deal")]
    assert all(box and box["x"] >= 0 and box["y"] >= 0 for box in boxes)
    folder = Path(os.environ.get("VOUCHER_PICTURES", tmp_path))
    await air.page.screenshot(path=folder / f"voucher-{canvas}.png")
