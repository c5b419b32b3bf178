"""The Chromium that tests and screenshots look through: the system's own, headless, offline."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Page, async_playwright

from deploy.bootstrap import ensure_chromium

# The list that counts is the last one, so Playwright's own stands here again.
_NO_FEATURES = [
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    # The list below the address bar is a page of its own: made for each context, it took a second
    # of processor time, twice what the context takes.
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
]
_FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(_NO_FEATURES)}",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]


@asynccontextmanager
async def chromium(*flags: str) -> AsyncIterator[Browser]:
    """A browser of its own for the block; `flags` are added to Chromium's command line."""
    sandbox = ["--no-sandbox"] if os.name == "posix" and os.geteuid() == 0 else []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=ensure_chromium(), args=[*_FLAGS, *sandbox, *flags]
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def only_context(browser: Browser, **options: Any) -> AsyncIterator[BrowserContext]:
    """The one context that a browser keeps for all who ask in turn, as good as new for each.

    Pages but one are closed, and storage, routes and permissions reset, as Playwright's own test
    runner does between tests. The page's process stays: to start one took half of a test. Only
    where a clock was installed the context is closed: what drives it may outlive its reset, and
    then every later page of the context fails over a clock that is not there.
    """
    kept = browser._impl_obj
    made = BrowserContext(await kept._new_context_for_reuse(options))
    try:
        yield made
    finally:
        await made.clear_permissions()
        if any([await page.evaluate("'__pwClock' in globalThis") for page in made.pages]):
            await made.close()
        else:
            await kept._disconnect_from_reused_context("the test has ended")


def watch(page: Page) -> list[str]:
    """The list that uncaught errors and console errors of `page` will be added to."""
    seen: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: seen.append(f"uncaught: {error}"))
    return seen
