"""What the overlay makes of time: deadlines, silence, freshness. Time passes only when told."""

import re
from itertools import pairwise

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.obs_host import MOVED, NOW, Air, bought, deal, overlay_address, pin
from tests.browser.shop import product

TICKER = ".v-ticker__line"
NAME = ".v-deal__title"
TIME = re.compile(r"\d{1,2}:\d{2}")
MOVING = "document.getAnimations().length"
COUNT_FRAMES = """() => {
  window.frames_asked = 0;
  const ask = window.requestAnimationFrame;
  window.requestAnimationFrame = (work) => { window.frames_asked += 1; return ask(work); };
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def air(shop, page):
    await page.set_viewport_size({"width": 1920, "height": 1080})
    return Air(page, await overlay_address(shop))


async def test_a_countdown_ends_on_the_second_also_without_a_server(air):
    await air.open(deals=[deal(8)])
    countdown = air.page.locator(".v-deal__countdown")
    await expect(countdown).to_have_text("00:08")
    await air.hang_up()
    await air.passes(7_980)
    await expect(countdown).to_have_text("00:01")
    await air.passes(40)
    await expect(countdown).to_have_text("Ended")
    await expect(air.card("deal")).to_have_attribute("data-phase", "over")
    await air.passes(5_500)
    await expect(air.card("deal")).to_have_count(0)


async def test_the_price_goes_back_when_the_deal_ends_without_a_server(air):
    await air.open(pins=[pin()], deals=[deal(5)])
    price = air.page.locator(".v-pin .v-price__now")
    await expect(price).to_have_text("€18.90")
    await expect(air.page.locator(".v-pin .v-price__was")).to_have_text("€24.90")
    await air.hang_up()
    await air.passes(5_100)
    await expect(price).to_have_text("€24.90")
    await expect(air.page.locator(".v-pin .v-price__was")).to_be_hidden()


async def test_an_announced_deal_starts_on_time_and_turns_red(air):
    soon = deal(320, status="announced", starts_at=NOW + 20_000)
    await air.open(deals=[soon])
    card = air.card("deal")
    await expect(card).to_have_attribute("data-phase", "soon")
    await expect(card.locator(".v-deal__label")).to_have_text("Flash deal starts in")
    await expect(card.locator(".v-deal__countdown")).to_have_text("00:20")
    await air.passes(20_100)
    await expect(card).to_have_attribute("data-phase", "on")
    await expect(card.locator(".v-deal__countdown")).to_have_text("05:00")


async def test_no_time_of_day_stands_where_a_countdown_stood(air):
    """It would be that of the streamer's zone, and 8:22 reads as minutes left."""
    await air.open(deals=[deal(200)])
    card = air.page.locator(".v-deal")
    assert len(TIME.findall(await card.inner_text())) == 1
    await air.hang_up()
    await air.passes(9_100)
    await expect(air.page.locator(".v-deal__countdown")).to_have_text("03:11")
    await air.passes(2_000)
    await expect(air.page.locator(".v-deal__countdown")).to_be_hidden()
    await expect(air.page.locator(".v-deal__label")).to_have_text("Flash deal")
    assert TIME.findall(await card.inner_text()) == []


async def test_prices_leave_after_a_minute_of_silence_and_words_stay(air):
    await air.open(pins=[pin()], deals=[deal(600)], announcement={"text": "Hello", "until": None})
    await air.hang_up()
    await air.passes(59_000)
    await expect(air.card("pin")).to_have_count(1)
    await air.passes(1_500)
    await expect(air.card("pin")).to_have_count(0)
    await expect(air.card("deal")).to_have_count(0)
    await expect(air.card("announcement")).to_have_text("Hello")


async def test_prices_come_back_with_the_server(air):
    await air.open(pins=[pin()])
    await air.hang_up()
    await air.passes(61_500)
    await expect(air.card("pin")).to_have_count(0)
    air.answering = True
    await air.passes(10_100)
    await expect(air.card("pin")).to_have_count(1)


async def test_a_fresh_pin_is_large_for_ten_seconds(air):
    await air.open(pins=[pin()])
    card = air.card("pin")
    code = air.page.locator(".v-pin__code img")
    await expect(card).to_have_attribute("data-fresh", "")
    assert (await code.bounding_box() or {})["width"] >= 240
    await air.passes(9_900)
    await expect(card).to_have_attribute("data-fresh", "")
    await air.passes(200)
    await expect(card).not_to_have_attribute("data-fresh", "")
    assert 140 <= (await code.bounding_box() or {})["width"] < 200
    await air.events({"type": "product_pinned", "pin": pin(number=8, at=air.now, sku="APR-3")})
    await expect(card).to_have_attribute("data-fresh", "")


async def test_a_pin_with_an_end_goes_at_its_end(air):
    await air.open(pins=[pin() | {"expires_at": NOW + 5_000}])
    await air.hang_up()
    await air.passes(4_900)
    await expect(air.card("pin")).to_have_count(1)
    await air.passes(1_000)
    await expect(air.card("pin")).to_have_count(0)


async def test_purchases_come_one_at_a_time_and_four_seconds_each(air):
    await air.open()
    await air.events(bought(1, "Mug"), bought(2, "Apron"))
    await expect(air.page.locator(TICKER)).to_have_text("Someone bought Mug")
    await air.passes(4_000)
    await expect(air.page.locator(TICKER)).to_have_text("Someone bought Mug")
    await air.passes(2_000)
    await expect(air.page.locator(TICKER)).to_have_text("Someone bought Apron")


async def test_a_rush_is_told_together_and_at_most_twelve_times_a_minute(air):
    await air.open("cooldown=0&showtime=4000")
    seen: list[tuple[int, str]] = []
    for second in range(60):
        await air.events(*[bought(10 * second + n, occurred_at=air.now) for n in range(5)])
        await air.passes(1_000)
        now = await air.page.evaluate("Date.now()")
        seen += [(now, text) for text in await air.texts(TICKER)]
    new = [seen[0], *(after for before, after in pairwise(seen) if before[1] != after[1])]
    # The clock of the page goes on by itself, too, so it is asked; on a busy machine late.
    times = [at for at, _ in new]
    assert all(last - first > 50_000 for first, last in zip(times, times[12:], strict=False))
    lines = [text for _, text in new]
    assert len(lines) >= 5
    assert all(line.endswith(" people bought Moka mug") for line in lines)
    assert 5 <= sum(int(line.split()[0]) for line in lines) <= 300


async def test_an_old_purchase_is_no_news(air):
    await air.open()
    old = bought(1, "Apron", occurred_at=NOW - 301_000)
    await air.events(old, bought(2, "Mug"))
    await expect(air.page.locator(TICKER)).to_have_text("Someone bought Mug")


async def test_what_was_taken_back_is_not_shown(air):
    await air.open()
    back = {"type": "purchase_reversed", "purchase": "p2", "items": [], "complete": True}
    await air.events(bought(1, "Mug"), bought(2, "Apron"), bought(3, "Bowl"))
    await air.events(back | {"reason": "refunded", "test": False})
    shown = []
    for _ in range(12):
        shown += await air.texts(TICKER)
        await air.passes(1_000)
    assert "Someone bought Bowl" in shown
    assert "Someone bought Apron" not in shown


async def test_nothing_that_passed_while_hidden_is_replayed(air):
    await air.open()
    await air.page.evaluate(
        "dispatchEvent(new CustomEvent('obsSourceVisibleChanged', {detail: {visible: false}}))"
    )
    await air.until(lambda frame: frame["type"] == "visible" and not frame["visible"])
    for hundred in range(5):
        await air.events(*[bought(100 * hundred + n) for n in range(100)])
    await air.passes(3_000)
    await air.page.evaluate(
        "dispatchEvent(new CustomEvent('obsSourceVisibleChanged', {detail: {visible: true}}))"
    )
    for _ in range(10):
        await air.passes(1_000)
        assert await air.texts(TICKER) == []
    await air.events(bought(501, "Apron", occurred_at=air.now))
    await expect(air.page.locator(TICKER)).to_have_text("Someone bought Apron")


async def test_the_card_belongs_to_the_deal_that_ends_first(air):
    apron = deal(120, "d2", product=product("APR-3", title="Linen apron"))
    await air.open(deals=[deal(300), apron])
    await expect(air.page.locator(NAME)).to_have_text("Linen apron")
    await expect(air.page.locator(".v-deal__more")).to_have_text("and 1 more deal")
    bowl = deal(900, "d3", product=product("BOWL-9", title="Bowl"), starts_at=NOW)
    await air.events({"type": "deal_started", "deal": bowl})
    await expect(air.page.locator(NAME)).to_have_text("Bowl")
    await air.passes(12_100)
    await expect(air.page.locator(NAME)).to_have_text("Linen apron")


async def test_sold_out_is_said_for_some_seconds(air):
    await air.open(deals=[deal(300)])
    ended = {"type": "deal_ended", "deal": "d1", "sku": "MUG-1", "reason": "sold_out"}
    await air.events(ended)
    await expect(air.page.locator(".v-deal__countdown")).to_have_text("Sold out")
    await air.passes(4_000)
    await expect(air.card("deal")).to_have_count(1)
    await air.passes(2_000)
    await expect(air.card("deal")).to_have_count(0)


async def test_a_cancelled_deal_just_goes(air):
    await air.open(deals=[deal(300)])
    ended = {"type": "deal_ended", "deal": "d1", "sku": "MUG-1", "reason": "cancelled"}
    await air.events(ended)
    await air.passes(400)
    await expect(air.card("deal")).to_have_count(0)


async def test_a_periodic_disclosure_returns_in_every_interval(air):
    spoken = {"type": "affiliate", "label": None, "brand": None, "shown": "periodic"}
    await air.open(show={"disclosure": spoken | {"interval_s": 60, "reason": None}})
    badge = air.card("disclosure")
    await expect(badge).to_have_text("Ad · affiliate links")
    await air.passes(10_500)
    await expect(badge).to_have_count(1)
    await air.passes(2_500)
    await expect(badge).to_have_count(0)
    await air.passes(47_500)
    await expect(badge).to_have_count(1)


async def test_delayed_news_wait_and_stock_does_not(air):
    await air.open("delay=8000", pins=[pin(stock=9)], deals=[deal(300)])
    apron = pin(number=3, at=NOW, sku="APR-3", title="Linen apron")
    await air.events({"type": "product_pinned", "pin": apron})
    await air.events({"type": "deal_stock_changed", "deal": "d1", "left": 4})
    await expect(air.page.locator(".v-deal__left")).to_have_text("4 of 50 left")
    await expect(air.page.locator(".v-pin__title")).to_have_text("Moka mug, hand-glazed")
    await air.passes(7_900)
    await expect(air.page.locator(".v-pin__title")).to_have_text("Moka mug, hand-glazed")
    assert [frame for frame in air.heard if frame["type"] == "painted" and frame["seq"]] == []
    await air.passes(200)
    await expect(air.page.locator(".v-pin__title")).to_have_text("Linen apron")
    await air.passes(200)
    await air.until(lambda frame: frame["type"] == "painted" and frame["seq"] == 2)


async def test_panic_passes_a_delay(air):
    await air.open("delay=60000", pins=[pin()])
    await air.events({"type": "panicked"})
    await expect(air.card("pin")).to_have_count(0)


async def test_nothing_moves_when_nothing_happens(air):
    await air.open(pins=[pin()], announcement={"text": "Hello", "until": None})
    await air.passes(15_000)
    await air.page.evaluate(MOVED)
    await air.page.evaluate(COUNT_FRAMES)
    await air.passes(30_000)
    assert await air.page.evaluate(MOVING) == 0
    assert await air.page.evaluate("window.frames_asked") == 0


async def test_new_files_are_taken_when_the_screen_is_empty(air):
    await air.open(pins=[pin()])
    air.assets = "b2"
    await air.hang_up(4000)
    air.answering = True
    await air.passes(3_000)
    await air.page.evaluate("window.before = true")
    await air.passes(20_000)
    assert await air.page.evaluate("window.before") is True
    await air.events({"type": "product_unpinned", "slot": 1, "sku": "MUG-1", "reason": "unpinned"})
    async with air.page.expect_event("load"):
        await air.passes(6_000)
    assert await air.page.evaluate("window.before") is None
