"""The shelf of the viewer page on the real server: the bag and the newest purchases."""

from playwright.async_api import expect

from tests.browser.shop import APRON, MUG, product, visit


async def test_the_bag_is_on_the_page_and_whole_in_the_sheet(phone, shop):
    many = [product(f"P-{n}", title=f"Product {n}") for n in range(1, 13)]
    await shop.open(*many)
    await visit(phone, shop)
    await expect(phone.locator("#bag .row")).to_have_count(5)
    opener = phone.get_by_role("button", name="Bag, 12 products")
    await opener.click()
    sheet = phone.get_by_role("dialog", name="12 products in this show")
    await expect(sheet.locator(".row")).to_have_count(12)
    await sheet.get_by_role("searchbox").fill("number 12")
    await expect(sheet.locator(".row")).to_have_count(1)
    await expect(sheet.locator(".row")).to_contain_text("Product 12")
    await sheet.get_by_role("button", name="Close").click()
    await expect(sheet).to_be_hidden()


async def test_a_changed_bag_is_fetched_again_with_its_etag(phone, shop):
    await shop.open(MUG)
    await visit(phone, shop)
    await expect(phone.locator("#bag .row")).to_have_count(1)
    await shop.call("POST", "/products", [APRON])
    async with phone.expect_request(lambda r: r.url.endswith("/bag")) as asked:
        await shop.fill(MUG, APRON)
    assert (await asked.value).headers["if-none-match"]
    await expect(phone.locator("#bag .row")).to_have_count(2)
    await expect(phone.locator(".bag-count")).to_have_text("2")


async def test_purchases_are_text_and_merge_their_words(phone, shop):
    await shop.open(MUG, APRON)
    await visit(phone, shop)
    bought = phone.locator("#bought")
    await expect(bought).to_contain_text("No orders yet")
    await shop.sell("MUG-1", 2)
    await expect(bought.locator("li")).to_contain_text("2 × ")
    await expect(bought.locator("li")).to_contain_text("someone, just now")
    await shop.sell("APR-3", name="Giulia", consent=True)
    await expect(bought.locator("li").first).to_contain_text("Giulia")
    await expect(phone.locator(".fine")).to_contain_text("Only paid orders appear here.")


async def test_pausing_freezes_the_list_and_counts_what_comes(phone, shop):
    await shop.open(MUG, APRON)
    order = await shop.sell("MUG-1")
    await visit(phone, shop)
    lines = phone.locator("#bought li")
    await expect(lines).to_have_count(1)
    await phone.get_by_role("button", name="Pause").click()
    await shop.sell("APR-3")
    await expect(phone.get_by_role("button", name="Resume, 1 new")).to_be_visible()
    await expect(lines).to_have_count(1)
    await shop.refund(order)
    await expect(lines).to_have_count(0)
    await phone.get_by_role("button", name="Resume, 1 new").click()
    await expect(lines).to_have_count(1)
    await expect(lines).to_contain_text("Linen apron")


async def test_a_rehearsal_marks_every_purchase_as_a_test(phone, shop):
    await shop.open(MUG, status="rehearsal")
    await visit(phone, shop)
    await shop.do("rehearse_purchase", sku="MUG-1")
    await expect(phone.locator(".chip")).to_have_text("Rehearsal")
    await expect(phone.locator("#bought .test-mark")).to_have_text("Test")
    await expect(phone.locator(".rehearsal")).to_contain_text("not real")
