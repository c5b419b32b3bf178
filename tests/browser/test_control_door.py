"""Logging in and out of the panel, and where its key may be."""

import json

from playwright.async_api import expect

from tests.browser.control_page import KEYS, LEAKS, log_in, refused_page, sit_down
from tests.browser.shop import KEY, MUG, SLUG

STORED = "JSON.stringify(localStorage)"


async def _link(shop) -> str:
    made = await shop.call("POST", "/login-codes", {})
    return made["url"]


async def test_a_pasted_key_opens_the_panel_and_is_seen_nowhere(page, shop):
    await shop.open(MUG)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("websocket", lambda socket: asked.append(socket.url))
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    await sit_down(page, shop)
    await expect(page.locator(".c-status")).to_contain_text("Live")
    assert await page.evaluate(LEAKS, KEYS) == []
    assert any(url.endswith("/ws") for url in asked)
    assert [text for text in (*asked, *said) if "ctl_" in text] == []
    assert KEY in await page.evaluate(STORED)


async def test_a_login_link_works_once_and_leaves_the_address(page, shop, browser):
    await shop.open(MUG)
    link = await _link(shop)
    await page.goto(link)
    await expect(page.locator("control-bag-row")).to_have_count(1)
    assert page.url == f"{shop.url}/control?show={SLUG}"
    async with refused_page(browser) as other:
        await other.goto(link)
        await expect(other.get_by_role("alert")).to_contain_text("used already or is too old")
        assert "#" not in other.url


async def test_a_dock_that_starts_again_with_its_used_link_is_still_logged_in(page, shop):
    await shop.open(MUG)
    link = (await _link(shop)).replace("/control#", f"/control/dock?show={SLUG}#")
    for _ in range(2):
        await page.goto("about:blank")
        await page.goto(link)
        await expect(page.locator("control-bag-row")).to_have_count(1)


async def test_a_whole_link_may_be_pasted_into_the_field(page, shop):
    await shop.open(MUG)
    await page.goto(f"{shop.url}/control")
    await log_in(page, await _link(shop))
    await expect(page.get_by_role("button", name="Spring drop")).to_be_visible()


async def test_a_login_link_pasted_into_the_tab_that_shows_the_panel_works(page, shop):
    await shop.open(MUG)
    await page.goto(f"{shop.url}/control")
    await expect(page.get_by_role("button", name="Log in")).to_be_visible()
    await page.goto(await _link(shop))  # only the fragment changes: the browser loads nothing
    await expect(page.locator("control-bag-row")).to_have_count(1)
    assert "#" not in page.url


async def test_a_show_that_does_not_exist_is_named(page, shop):
    await shop.open(MUG)
    await page.goto(f"{shop.url}/control?show=nosuch")
    await log_in(page, KEY)
    await expect(page.get_by_role("alert")).to_contain_text("no show with the address “nosuch”")
    await expect(page.locator(".c-show", has_text="Spring drop")).to_be_visible()


async def test_a_show_beyond_the_newest_hundred_opens_and_is_listed(page, shop):
    await shop.open(MUG)
    for n in range(100):
        new = {"slug": f"later-{n}", "title": f"Later {n}", "currency": "EUR"}
        await shop.call("POST", "/shows", new)
    await sit_down(page, shop)
    await expect(page.locator("control-bag-row")).to_have_count(1)
    await page.evaluate("localStorage.removeItem('vetrina.control.show')")
    await page.goto(f"{shop.url}/control")
    await expect(page.locator("button.c-show", has_text="Later 99")).to_be_visible()
    await expect(page.locator("button.c-show", has_text="Spring drop")).to_have_count(0)
    await page.get_by_role("button", name="Show more").click()
    await expect(page.locator("button.c-show", has_text="Spring drop")).to_be_visible()
    await expect(page.get_by_role("button", name="Show more")).to_be_hidden()


async def test_a_wrong_key_is_told_at_the_field_and_not_kept(browser, shop):
    async with refused_page(browser) as page:
        await page.goto(f"{shop.url}/control")
        await log_in(page, "")
        field = page.locator("[data-field=key]")
        await expect(field).to_contain_text("Paste a key that starts with ctl_")
        await log_in(page, "ctl_wrong_wrong_wrong_wrong")
        await expect(field).to_contain_text("not known here")
        assert json.loads(await page.evaluate(STORED)) == {}


async def test_logging_out_forgets_everything(page, shop):
    await shop.open(MUG)
    await sit_down(page, shop)
    await page.get_by_role("button", name="New overlay link").click()
    await expect(page.get_by_role("button", name="Copy link")).to_be_visible()
    assert "ovl_" in await page.evaluate(STORED)
    await page.get_by_role("button", name="Spring drop").click()
    await page.get_by_role("menuitem", name="Log out").click()
    await expect(page.get_by_role("button", name="Log in")).to_be_visible()
    assert json.loads(await page.evaluate(STORED)) == {}


async def test_logging_out_revokes_the_key_of_a_login_link_and_no_other(page, shop):
    await shop.open(MUG)
    await page.goto((await _link(shop)).replace("/control#", f"/control?show={SLUG}#"))
    await expect(page.locator("control-bag-row")).to_have_count(1)
    for own in (True, False):
        if not own:
            await log_in(page, KEY)
        await page.get_by_role("button", name="Spring drop").click()
        if await page.get_by_role("menuitem", name="Log out").count() == 0:
            await page.get_by_role("button", name="Spring drop").click()
        await page.get_by_role("menuitem", name="Log out").click()
        await expect(page.get_by_role("button", name="Log in")).to_be_visible()
        await expect(page.get_by_role("alert")).to_be_hidden()
        told = (await shop.call("GET", "/keys"))["keys"]
        revoked = [key["label"] for key in told if key["revoked_at"] is not None]
        assert [label.partition(",")[0] for label in revoked] == ["Login link"]


async def test_a_lost_device_is_revoked_from_the_list(page, shop, browser):
    await shop.open(MUG)
    await sit_down(page, shop)
    async with refused_page(browser) as lost:
        await lost.goto((await _link(shop)).replace("/control#", f"/control?show={SLUG}#"))
        await expect(lost.locator("control-bag-row")).to_have_count(1)
        await page.get_by_role("heading", name="Keys").click()
        devices = page.locator("control-keys .c-keys-group", has_text="Logged-in devices")
        await expect(devices.locator("li")).to_have_count(2)
        await expect(devices.locator("li", has_text="This device")).to_contain_text("Log out")
        key = await lost.evaluate("localStorage.getItem('vetrina.control.key')")
        headers = {"authorization": f"Bearer {key}"}
        body = {"role": "overlay", "label": "Made by it"}
        made = await shop.http.post(f"/api/v1/shows/{SLUG}/keys", json=body, headers=headers)
        await page.reload()
        await page.get_by_role("heading", name="Keys").click()
        others = page.locator("control-keys .c-keys-group", has_text="Overlays")
        await expect(others.locator("li", has_text="Made by it")).to_contain_text("made by Login")
        await page.get_by_role("button", name="Revoke Login link, Chrome on Linux").click()
        await page.get_by_role("dialog").get_by_label("that it made, too: Made by it").check()
        await page.get_by_role("dialog").get_by_role("button", name="Revoke").click()
        await expect(devices.locator("li")).to_have_count(1)
        await expect(others.locator("li", has_text="Made by it")).to_have_count(0)
        told = (await shop.call("GET", "/keys"))["keys"]
        assert made.json()["id"] in [key["id"] for key in told if key["revoked_at"] is not None]
        await expect(lost.get_by_role("alert")).to_contain_text("the key was revoked")


async def test_a_revoked_key_ends_at_the_door_with_a_reason(browser, shop):
    await shop.open(MUG)
    made = await shop.call("POST", f"/shows/{SLUG}/keys", {"role": "control", "label": "Marta"})
    async with refused_page(browser) as page:
        await page.goto(f"{shop.url}/control?show={SLUG}")
        await log_in(page, made["key"])
        await expect(page.locator("control-bag-row")).to_have_count(1)
        await shop.http.delete(f"/api/v1/keys/{made['id']}")
        await expect(page.get_by_role("alert")).to_contain_text("the key was revoked")
        assert "ctl_" not in await page.evaluate(STORED)


async def test_another_device_gets_a_link_that_is_masked(page, shop, browser):
    await shop.open(MUG)
    await sit_down(page, shop)
    await page.get_by_role("button", name="Spring drop").click()
    await page.get_by_role("menuitem", name="Dock for OBS").click()
    secret = page.get_by_label("One-time login link")
    await expect(secret).to_have_attribute("type", "password")
    assert "code=" not in await page.content()
    dock = await browser.new_page(viewport={"width": 300, "height": 600})
    await dock.goto(await secret.input_value())
    await expect(dock.locator("control-dock-bar")).to_contain_text("Live")
