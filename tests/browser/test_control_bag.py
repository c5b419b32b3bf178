"""The bag: pinning, undoing, ordering, stock, adding and taking out."""

import asyncio

import pytest_asyncio
from playwright.async_api import expect

from tests.browser.control_page import bag_skus, numbers, on_air, row, sit_down, state, toast
from tests.browser.shop import APRON, BOWL, MUG, product
from tests.fakes import settled

MUG_TITLE, APRON_TITLE, BOWL_TITLE = (item["title"] for item in (MUG, APRON, BOWL))
FOCUSED = "document.activeElement.getAttribute('aria-label')"


@pytest_asyncio.fixture(loop_scope="session")
async def panel(page, shop):
    """The panel on a live show with three products."""
    await shop.open(MUG, APRON, BOWL)
    await sit_down(page, shop)
    await expect(page.locator("control-bag-row")).to_have_count(3)
    return page


async def _pinned(shop) -> list[tuple[int, str]]:
    return [(pin["slot"], pin["product"]["sku"]) for pin in (await state(shop))["pins"]]


async def test_a_row_shows_what_the_host_needs_to_say(panel):
    apron = row(panel, APRON_TITLE)
    await expect(apron).to_contain_text("SKU APR-3")
    await expect(apron).to_contain_text("8 in stock")
    await expect(apron.locator(".c-price")).to_have_text("€39.00")
    await expect(apron.locator(".c-call")).to_have_text("2")
    await expect(row(panel, BOWL_TITLE)).to_contain_text("sold out")
    await expect(row(panel, MUG_TITLE)).to_contain_text("stock not counted")


async def test_each_place_on_screen_has_its_button(panel, shop):
    apron = row(panel, APRON_TITLE)
    await apron.get_by_role("button", name="Pin Linen apron, olive, place 2").click()
    await on_air(panel, APRON_TITLE)
    await expect(panel.locator("control-stage")).to_contain_text("Number 2 · €39.00")
    assert await _pinned(shop) == [(2, "APR-3")]
    await apron.get_by_role("button", name="Unpin Linen apron, olive, place 2").click()
    await on_air(panel)
    assert await _pinned(shop) == []


async def test_a_pressed_button_shows_it_before_the_server_answers(panel):
    held = asyncio.Event()

    async def hold(route):
        await held.wait()
        await route.continue_()

    await panel.route("**/commands", hold)
    button = panel.get_by_role("button", name="Pin Linen apron, olive, place 1")
    sent: list[str] = []
    panel.on("request", lambda request: sent.append(request.url))
    await button.click()
    await expect(button).to_have_attribute("aria-busy", "true")
    await button.click()
    held.set()
    await on_air(panel, APRON_TITLE)
    await expect(button).not_to_have_attribute("aria-busy", "true")
    assert len([url for url in sent if url.endswith("/commands")]) == 1


async def test_keys_pin_next_unpin_and_take_back(panel, shop):
    await panel.keyboard.press("n")
    await on_air(panel, MUG_TITLE)
    await panel.keyboard.press("n")
    await on_air(panel, APRON_TITLE)
    await panel.keyboard.press("z")
    await on_air(panel, MUG_TITLE)
    await expect(toast(panel)).to_contain_text("Taken back")
    await panel.keyboard.press("u")
    await expect(toast(panel)).to_contain_text("Taken off the screen")
    await toast(panel).get_by_role("button", name="Undo").click()
    await on_air(panel, MUG_TITLE)
    assert await _pinned(shop) == [(1, "MUG-1")]


async def test_undo_leaves_alone_what_somebody_else_has_pinned_since(panel, shop):
    await panel.keyboard.press("1")
    await on_air(panel, MUG_TITLE)
    await shop.do("pin_product", sku="BOWL-9")
    await on_air(panel, BOWL_TITLE)
    await panel.keyboard.press("z")
    await expect(toast(panel)).to_contain_text("Somebody has changed the pin since")
    assert await _pinned(shop) == [(1, "BOWL-9")]


async def test_a_number_key_pins_by_call_number(panel):
    await panel.keyboard.press("2")
    await on_air(panel, APRON_TITLE)
    await panel.keyboard.press("7")
    await expect(toast(panel)).to_contain_text("No product has number 7")


async def test_two_digits_reach_the_tenth_product(page, shop):
    many = [product(f"P-{n}", title=f"Product {n}.") for n in range(1, 12)]
    await shop.open(*many)
    await sit_down(page, shop)
    await page.keyboard.press("1")
    await page.keyboard.press("0")
    await on_air(page, "Product 10.")
    await page.keyboard.press("1")
    await on_air(page, "Product 1.")


async def test_keys_rest_while_somebody_types(panel, shop):
    await panel.keyboard.press("a")
    await panel.keyboard.type("n 12 u z?")
    await expect(panel.get_by_label("Text on screen")).to_have_value("n 12 u z?")
    await panel.keyboard.press("Escape")
    await expect(panel.get_by_role("dialog")).to_have_count(0)
    assert await _pinned(shop) == []


async def test_rows_move_by_keyboard_keep_the_focus_and_say_where_they_are(panel, shop):
    await panel.get_by_role("button", name=f"Move {MUG_TITLE}").focus()
    for _ in range(2):
        await panel.keyboard.press("Alt+ArrowDown")
    said = panel.locator("control-bag [aria-live]")
    await expect(said).to_have_text(f"{MUG_TITLE}: place 3 of 3")
    assert await panel.evaluate(FOCUSED) == f"Move {MUG_TITLE}"
    assert await numbers(panel) == "2 3 1"
    await panel.keyboard.press("Alt+ArrowUp")
    await expect(said).to_have_text(f"{MUG_TITLE}: place 2 of 3")
    await expect(panel.locator("control-bag .c-call")).to_have_text(["2", "1", "3"])
    await expect(panel.locator("control-bag ol")).not_to_have_attribute("aria-busy", "true")
    await panel.reload()
    await expect(panel.locator("control-bag .c-call")).to_have_text(["2", "1", "3"])
    assert await bag_skus(shop) == ["APR-3", "MUG-1", "BOWL-9"]


async def test_a_row_is_dragged_by_its_handle(panel, shop):
    handle = await panel.get_by_role("button", name=f"Move {BOWL_TITLE}").bounding_box()
    first = await row(panel, MUG_TITLE).bounding_box()
    assert handle is not None
    assert first is not None
    await panel.mouse.move(handle["x"] + 8, handle["y"] + 8)
    await panel.mouse.down()
    await panel.mouse.move(handle["x"] + 8, first["y"] + 4, steps=4)
    assert await numbers(panel) == "3 1 2"
    await panel.mouse.up()
    await expect(panel.locator("control-bag ol")).not_to_have_attribute("aria-busy", "true")
    await expect(panel.locator("control-bag .c-call")).to_have_text(["3", "1", "2"])
    assert await bag_skus(shop) == ["BOWL-9", "MUG-1", "APR-3"]


async def test_the_stock_is_set_where_it_stands(panel):
    stock = row(panel, APRON_TITLE).locator(".c-stock")
    field = panel.get_by_label("Stock of Linen apron, olive")
    await stock.click()
    await field.fill("3")
    await field.press("Enter")
    await expect(stock).to_have_text("3 in stock")
    await stock.click()
    await field.fill("9")
    await field.press("Escape")
    await expect(stock).to_have_text("3 in stock")
    await stock.click()
    await field.fill("")
    await field.press("Enter")
    await expect(stock).to_have_text("stock not counted")


async def test_what_is_taken_out_comes_back_with_its_number(panel, shop):
    await panel.get_by_role("button", name=f"Take {APRON_TITLE} out of the bag").click()
    await expect(panel.locator("control-bag-row")).to_have_count(2)
    await expect(toast(panel)).to_contain_text("is out of the bag")
    await toast(panel).get_by_role("button", name="Undo").click()
    await expect(panel.locator("control-bag .c-call")).to_have_text(["1", "2", "3"])


async def test_orders_made_elsewhere_lower_the_stock_here(panel, shop):
    await shop.sell("APR-3", 3)
    await expect(row(panel, APRON_TITLE)).to_contain_text("5 in stock")


async def test_taps_of_the_audience_are_counted_at_the_row(panel, shop, browser):
    await shop.do("pin_product", sku="MUG-1")
    viewer = await browser.new_page()
    await viewer.context.route("https://shop.example/**", lambda route: route.fulfill(body="shop"))
    async with viewer.expect_websocket() as opened:
        await viewer.goto(shop.live)
    socket = await opened.value
    async with socket.expect_event("framereceived", lambda frame: '"ack"' in str(frame)):
        await viewer.locator(".v-pin").get_by_role("link").click()
    for _ in range(20):
        shop.clock.advance(100)
        await settled()
    await expect(row(panel, MUG_TITLE)).to_contain_text("1 tap")
    await expect(panel.locator(".c-figures")).to_contain_text("1watching")


async def test_a_long_bag_is_searched_by_number_name_or_sku(page, shop):
    await shop.open(*(product(f"SKU-{n}", title=f"Thing {chr(64 + n)}") for n in range(1, 12)))
    await sit_down(page, shop)
    find = page.get_by_label("Find by number, name or SKU")
    names = page.locator("control-bag-row:visible .c-name")
    for text, found in (("1", ["Thing A"]), ("thing k", ["Thing K"]), ("sku-10", ["Thing J"])):
        await find.fill(text)
        await expect(names).to_have_text(found)
    await find.fill("nothing")
    await expect(page.get_by_text("Nothing in the bag matches.")).to_be_visible()
    await find.fill("")
    await expect(names).to_have_count(11)
    await shop.fill(product("SKU-1"))
    await expect(find).to_be_hidden()
    await expect(names).to_have_text(["Thing A"])
