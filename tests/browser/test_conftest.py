"""The fixtures themselves: what the page guard sees, and what the file server gives."""

from tests.browser.chromium import watch


async def test_errors_of_a_page_are_seen(browser):
    page = await browser.new_page()
    seen = watch(page)
    await page.set_content("<p>hello</p>")
    async with page.expect_event("pageerror"):
        await page.evaluate("setTimeout(() => { throw new Error('broken') })")
    await page.evaluate("console.error('complaint')")
    assert [line.split()[0] for line in seen] == ["uncaught:", "console:"]
    assert "broken" in seen[0]
    assert "complaint" in seen[1]


async def test_modules_load_from_the_bare_files(page, files_url):
    await page.goto(files_url)
    response = await page.request.get(f"{files_url}/static/css/tokens.css")
    assert response.headers["content-type"].startswith("text/css")
    response = await page.request.get(f"{files_url}/tests/browser/no-such-file.js")
    assert response.status == 404
