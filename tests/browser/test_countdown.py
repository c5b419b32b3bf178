"""The countdown element by itself, on a clock that the test moves."""

import pytest_asyncio

START = 1_763_690_000_000

SETUP = """async ({ left, start }) => {
  await import("/static/js/shared/timers.js");
  const countdown = document.createElement("v-countdown");
  countdown.now = () => start + (performance.now() - window.begun);
  window.begun = performance.now();
  window.told = [];
  for (const type of ["countdown-mark", "countdown-over"]) {
    document.addEventListener(type, ({ detail }) => window.told.push([type, detail.mark ?? 0]));
  }
  countdown.deadline = start + left;
  document.body.append(countdown);
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def countdown(page, files_url):
    """Puts a countdown with this much time left on an empty page."""
    # The clock runs between the two calls, and can only be stopped ahead of where it is.
    await page.clock.install(time=START / 1000 - 600)
    await page.goto(files_url)
    await page.clock.pause_at(START / 1000 + 1)

    async def put(left_ms):
        await page.evaluate(SETUP, {"left": left_ms, "start": START})
        return page.locator("v-countdown")

    return put


async def test_it_counts_down_to_the_deadline_and_stays_there(page, countdown):
    element = await countdown(3_000)
    assert await element.text_content() == "00:03"
    await page.clock.run_for(1_010)
    assert await element.text_content() == "00:02"
    await page.clock.run_for(1_980)
    assert await element.text_content() == "00:01"
    assert await element.get_attribute("data-over") is None
    await page.clock.run_for(60_000)
    assert await element.text_content() == "00:00"
    assert await element.get_attribute("data-over") == ""


async def test_a_correction_of_the_clock_is_shown_at_the_next_tick(page, countdown):
    element = await countdown(60_000)
    await element.evaluate("(e, start) => { e.now = () => start + 20_000; e.refresh() }", START)
    assert await element.text_content() == "00:40"


async def test_marks_are_told_once_and_the_end_once(page, countdown):
    await countdown(61_500)
    await page.clock.run_for(70_000)
    told = await page.evaluate("window.told")
    assert told == [["countdown-mark", 60_000], ["countdown-mark", 30_000], ["countdown-over", 0]]


async def test_a_mark_in_the_past_is_never_told(page, countdown):
    await countdown(29_000)
    await page.clock.run_for(5_000)
    assert await page.evaluate("window.told") == []


async def test_a_sleeping_page_tells_only_the_nearest_mark(page, countdown):
    element = await countdown(400_000)
    await element.evaluate("(e, start) => { e.now = () => start + 375_000; e.refresh() }", START)
    assert await page.evaluate("window.told") == [["countdown-mark", 30_000]]


async def test_words_at_the_end_and_the_clock_time_instead(page, countdown):
    element = await countdown(120_000)
    await element.evaluate("e => { e.overText = 'Ended'; e.mode = 'clock' }")
    shown = await element.text_content()
    assert ":" in shown
    await page.clock.run_for(60_000)
    assert await element.text_content() == shown
    await page.clock.run_for(60_100)
    assert await element.text_content() == "Ended"


async def test_it_is_a_silent_timer_for_screen_readers(countdown):
    element = await countdown(10_000)
    assert await element.get_attribute("role") == "timer"
    assert await element.get_attribute("aria-live") is None
    assert await element.get_attribute("data-last") == ""
