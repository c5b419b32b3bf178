"""The panel's view of overlays, and the links and keys that it hands out."""

import json
from contextlib import AsyncExitStack

import httpx
import pytest
import pytest_asyncio
from playwright.async_api import expect
from websockets.asyncio.client import connect

from tests.browser.control_page import KEYS, LEAKS, sit_down
from tests.browser.shop import MUG, SLUG, open_shop
from vetrina.realtime.presence import MOST_SIGNALLED

PUBLIC = "https://vetrina.example"
# As OBS says it, whose word counts more than whether the page itself is hidden as it closes.
ON_AIR_IN_OBS = """dispatchEvent(
  new CustomEvent("obsSourceActiveChanged", { detail: { active: true } }))"""

DRAGGED = """(button) => {
  const data = new DataTransfer();
  button.dispatchEvent(new DragEvent("dragstart", { dataTransfer: data, bubbles: true }));
  return data.getData("text/uri-list");
}"""


@pytest_asyncio.fixture(loop_scope="session")
async def panel(page, shop):
    """The panel on a live show with a mug on air."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await shop.open(MUG)
    await shop.do("pin_product", sku="MUG-1")
    await sit_down(page, shop)
    return page


@pytest_asyncio.fixture(loop_scope="session")
async def public_panel(page, shop_address, tmp_path):
    """The panel of a server that viewers can reach."""
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    async with open_shop(tmp_path, address=shop_address, public_url=PUBLIC) as shop:
        await shop.open(MUG)
        await sit_down(page, shop)
        yield page
        await page.goto("about:blank")


async def _new_link(panel) -> str:
    await panel.get_by_role("button", name="New overlay link").click()
    await panel.get_by_role("button", name="Copy link").click()
    await expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    return await panel.evaluate("navigator.clipboard.readText()")


async def test_an_overlay_tells_that_it_is_on_air_and_what_it_painted(panel, browser, shop):
    link = await _new_link(panel)
    await expect(panel.locator("control-overlays")).to_contain_text("No overlay is connected")
    overlay = await browser.new_page(viewport={"width": 1920, "height": 1080})
    await overlay.goto(f"{link}?label=main")
    line = panel.locator("control-overlays li")
    await expect(line).to_have_attribute("data-state", "on_air")
    await expect(line).to_contain_text("main")
    await shop.do("announce", text="Hello")
    await expect(line).to_contain_text("painted")


async def test_an_overlay_lost_on_air_is_an_alarm_until_somebody_takes_note(panel, browser):
    link = await _new_link(panel)
    overlay = await browser.new_page()
    await overlay.goto(f"{link}?label=main")
    line = panel.locator("control-overlays li")
    await expect(line).to_have_attribute("data-state", "on_air")
    await overlay.evaluate(ON_AIR_IN_OBS)
    await overlay.close()
    strip = panel.locator(".c-strip[data-kind=overlay]")
    await expect(strip).to_contain_text("lost the server: main")
    await panel.reload()  # a panel that is opened only now shows it, too
    await expect(strip).to_contain_text("lost the server: main")
    await strip.get_by_role("button", name="I know").click()
    await expect(strip).to_be_hidden()
    await expect(line).to_have_attribute("data-state", "gone")


async def test_the_overlay_link_is_dragged_into_obs_in_the_right_size(panel):
    link = await _new_link(panel)
    wide = await panel.get_by_role("button", name="Drag 16:9").evaluate(DRAGGED)
    tall = await panel.get_by_role("button", name="Drag 9:16").evaluate(DRAGGED)
    wide_url, tall_url = httpx.URL(wide), httpx.URL(tall)
    assert str(wide_url.copy_with(query=None)) == link
    assert wide_url.params["layer-name"] == "Vetrina 16:9 · main"
    sizes = [
        (url.params["layer-width"], url.params["layer-height"]) for url in (wide_url, tall_url)
    ]
    assert sizes == [("1920", "1080"), ("1080", "1920")]
    assert [url.params["label"] for url in (wide_url, tall_url)] == ["main", "vertical"]


async def test_the_overlay_link_stays_masked_until_it_is_revealed(public_panel):
    panel = public_panel
    link = await _new_link(panel)
    await panel.get_by_text("Show the link").click()
    field = panel.get_by_label("Overlay link", exact=True)
    await expect(field).to_have_attribute("type", "password")
    await expect(panel.get_by_label("QR code of the overlay link")).to_have_count(0)
    await panel.get_by_role("button", name="Reveal").click()
    await expect(field).to_have_attribute("type", "text")
    await expect(field).to_have_value(link)
    await expect(panel.get_by_label("QR code of the overlay link")).to_be_visible()
    assert await panel.evaluate(LEAKS, KEYS) == []
    await panel.get_by_role("button", name="Hide").click()
    await expect(field).to_have_attribute("type", "password")
    await expect(panel.get_by_label("QR code of the overlay link")).to_have_count(0)


async def test_a_revoked_link_is_forgotten(panel, shop):
    await _new_link(panel)
    await panel.get_by_role("heading", name="Keys").click()
    keys = panel.locator("control-keys .c-keys-group", has_text="Overlays").locator("li")
    await expect(keys).to_have_count(2)
    await panel.get_by_role("button", name="Revoke Overlay link").click()
    question = panel.get_by_role("dialog")
    await expect(question).to_contain_text("goes blank within a second")
    await question.get_by_role("button", name="Revoke").click()
    await expect(keys).to_have_count(1)
    await expect(panel.get_by_role("button", name="Copy link")).to_have_count(0)
    assert "ovl_" not in await panel.evaluate("JSON.stringify(localStorage)")
    listed = (await shop.call("GET", f"/shows/{SLUG}/keys"))["keys"]
    assert len([key for key in listed if key["revoked_at"] is None]) == 1


async def test_a_link_outlives_a_reload_of_the_panel(panel):
    link = await _new_link(panel)
    await panel.reload()
    await panel.get_by_role("button", name="Copy link").click()
    await expect(panel.get_by_role("button", name="Copied")).to_be_visible()
    assert await panel.evaluate("navigator.clipboard.readText()") == link


async def test_the_viewer_page_has_an_address_and_a_code(public_panel):
    panel = public_panel
    await expect(panel.locator(".c-unreachable")).to_have_count(0)
    await panel.get_by_role("heading", name="Viewer page").click()
    link = panel.locator("control-viewer-link a")
    await expect(link).to_have_attribute("href", f"{PUBLIC}/live/{SLUG}")
    await panel.get_by_role("button", name="QR code").click()
    await expect(panel.get_by_label("QR code of the viewer page")).to_be_visible()


async def test_where_viewers_cannot_come_the_panel_says_so_and_makes_no_code(panel):
    for heading in ("Overlays", "Viewer page"):
        card = panel.locator(".c-card", has=panel.get_by_role("heading", name=heading))
        if heading == "Viewer page":
            await panel.get_by_role("heading", name=heading).click()
        await expect(card.locator(".c-unreachable")).to_contain_text("cannot reach this server")
        what = card.locator(".c-unreachable").get_by_role("link", name="What to do")
        await expect(what).to_have_attribute("href", "/handbook/public-address")
    await panel.get_by_role("button", name="QR code").click()
    why = panel.locator("control-viewer-link .c-qr-box")
    await expect(why).to_contain_text("127.0.0.1 leads another device to itself")
    await expect(panel.get_by_label("QR code of the viewer page")).to_have_count(0)


@pytest.mark.parametrize("path", ["/control", "/control/dock"])
async def test_overlays_are_told_by_the_socket_and_not_asked_for(page, browser, shop, path):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    await shop.open(MUG)
    link = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    await sit_down(page, shop, path)
    where = page.locator("control-overlays, control-dock-bar").first
    overlay = await browser.new_page()
    await overlay.goto(f"{shop.url}/overlay/{link['key']}?label=main")
    await expect(where).to_contain_text("on air")
    for _ in range(20):
        await shop.sell()
    await overlay.evaluate(ON_AIR_IN_OBS)
    await overlay.close()
    await expect(page.locator(".c-strip[data-kind=overlay]")).to_contain_text("main")
    assert [url for url in asked if url.endswith("/overlays")] == []


async def test_very_many_overlays_are_asked_for_now_and_then(panel, shop):
    made = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "overlay"})
    address = f"{shop.url}/ws".replace("http", "ws")
    async with AsyncExitStack() as stack:
        for number in range(MOST_SIGNALLED + 1):
            socket = await stack.enter_async_context(connect(address))
            hello = {"type": "hello", "v": 1, "role": "overlay", "key": made["key"]}
            await socket.send(json.dumps({**hello, "label": f"wall {number}"}))
        await expect(panel.locator("control-overlays li")).to_have_count(MOST_SIGNALLED + 1)
