"""Fixtures of the browser tests: a browser, a page that tolerates no error, the bare files."""

import threading
from collections.abc import AsyncIterator, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.browser.chromium import KeptPage, chromium, watch
from tests.browser.shop import Address, Shop, open_shop, served_address
from tests.waiting import PATIENCE_MS

expect.set_options(timeout=PATIENCE_MS)

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the shop before the page, in whatever order a test names them.

    What starts first stops last: no page sees its server go away at the end of a test. And all
    tests here share an event loop, because they share a browser.
    """
    for item in items:
        if isinstance(item, pytest.Function) and "shop" in item.fixturenames:
            item.fixturenames.sort(key=lambda name: name != "shop")
        if item.path.is_relative_to(HERE) and item.get_closest_marker("asyncio"):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_browser() -> AsyncIterator[Browser]:
    """A Chromium for all tests of a worker: to start one for each took most of their time."""
    async with chromium() as started:
        yield started


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def one_module_page(one_browser: Browser, files_url: str) -> AsyncIterator[Page]:
    """The page of all `module_page` of a worker."""
    context = await one_browser.new_context()
    opened = await context.new_page()
    opened.set_default_timeout(PATIENCE_MS)
    await opened.goto(files_url)
    yield opened
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def module_page(one_module_page: Page) -> AsyncIterator[Page]:
    """An empty page of the bare files, for functions of modules that leave the page as it was.

    It is not loaded again for each test, which takes ten times as long as most of these functions.
    """
    errors: list[str] = []
    one_module_page.on("pageerror", complain := lambda error: errors.append(str(error)))
    yield one_module_page
    one_module_page.remove_listener("pageerror", complain)
    assert await one_module_page.evaluate("document.body.childElementCount") == 0
    assert errors == []


@pytest.fixture(scope="session")
def kept_page(one_browser: Browser) -> KeptPage:
    return KeptPage(one_browser, viewport={"width": 1280, "height": 800})


@pytest_asyncio.fixture(loop_scope="session")
async def browser(one_browser: Browser, kept_page: KeptPage) -> AsyncIterator[Browser]:
    """A Chromium in which nothing is open, and nothing stays open. Each page keeps to itself."""
    before = set(one_browser.contexts)
    yield one_browser
    for context in set(one_browser.contexts) - before - {kept_page.context}:
        await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, kept_page: KeptPage) -> AsyncIterator[Page]:
    """An empty page, 1280 × 800; the test fails when the page logs an error, a CSP one included."""
    async with kept_page.lent() as opened:
        opened.set_default_timeout(PATIENCE_MS)
        errors = watch(opened)
        yield opened
    assert errors == []


@pytest_asyncio.fixture(loop_scope="session")
async def phone(shop: Shop, page: Page) -> Page:
    """The page in the size of a phone."""
    await page.set_viewport_size({"width": 390, "height": 844})
    return page


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shop_address() -> AsyncIterator[Address]:
    """Where every `shop` of this worker is."""
    async with served_address() as address:
        yield address


@pytest_asyncio.fixture(loop_scope="session")
async def shop(tmp_path: Path, shop_address: Address) -> AsyncIterator[Shop]:
    """The real application with nothing in it yet, on a clock that the test moves."""
    async with open_shop(tmp_path, address=shop_address) as opened:
        yield opened


class _Files(SimpleHTTPRequestHandler):
    """The repository's files, under the addresses that the server gives them."""

    def do_GET(self) -> None:
        if self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><link rel=icon href=data:,><body>")
        else:
            super().do_GET()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a failing test shows what was missing."""


@pytest.fixture(scope="session")
def files_url() -> Iterator[str]:
    """Address of a bare file server: `/static/…`, `/overlays/…`, `/tests/…`, an empty page at `/`.

    For modules and graphics on their own, where the server adds nothing to the test.
    """
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, directory=str(ROOT)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest_asyncio.fixture(loop_scope="session")
async def module(module_page):
    """Calls an exported function of a module: `await module("control/x.js", "name", 1, 2)`."""

    async def call(path, expression, *args):
        return await module_page.evaluate(
            "async ([path, expression, args]) => (await import(path))[expression](...args)",
            [f"/static/js/{path}", expression, args],
        )

    return call
