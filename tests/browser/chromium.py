"""The Chromium that tests and screenshots look through: the system's own, headless, offline."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Frame,
    Page,
    async_playwright,
)

from deploy.bootstrap import ensure_chromium

_FORGET = "try { sessionStorage.clear(); } catch { /* a page without an origin has none */ }"

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


class KeptPage:
    """The one page that a browser keeps for all who ask in turn, as good as new for each.

    To start a page takes half of a test, and what Playwright resets a context with a third: it
    loads two pages, and forgets compiled modules.
    """

    def __init__(self, browser: Browser, **options: Any) -> None:
        self._browser = browser
        self._options = options
        self.context: BrowserContext | None = None
        self._origins: set[str] = set()
        self._listeners: list[tuple[Any, Any]] = []

    @asynccontextmanager
    async def lent(self) -> AsyncIterator[Page]:
        """The page, for the block."""
        if self.context is None:
            await self._open()
        page = self._page
        try:
            yield page
            await page.evaluate(_FORGET)
            await page.goto("about:blank")
            await self._reset()
        except BaseException:
            await self._close()
            raise

    async def _open(self) -> None:
        self.context = await self._browser.new_context(**self._options)
        self._page = await self.context.new_page()
        self._page.on("framenavigated", self._note_origin)
        self._tools = await self.context.new_cdp_session(self._page)
        self._listeners.clear()
        listen = self._page.on

        def on(event: Any, listener: Any) -> None:
            self._listeners.append((event, listener))
            listen(event, listener)

        self._page.on = on  # type: ignore[method-assign,assignment]

    def _note_origin(self, frame: Frame) -> None:
        self._origins.add("/".join(frame.url.split("/", 3)[:3]))

    async def _reset(self) -> None:
        """Only where a clock was installed a new page is needed: what drives it may outlive it."""
        assert self.context is not None
        for other in self.context.pages[1:]:
            await other.close()
        if await self._page.evaluate("'__pwClock' in globalThis"):
            await self._close()
            return
        for event, listener in self._listeners:
            self._page.remove_listener(event, listener)
        self._listeners.clear()
        await self._reset_storage()
        await self.context.unroute_all(behavior="ignoreErrors")
        await self._page.unroute_all(behavior="ignoreErrors")
        await self._page.set_extra_http_headers({})
        await self._page.emulate_media(media="null", color_scheme="null", reduced_motion="null")
        await self._page.set_viewport_size(self._options["viewport"])
        await self._page.mouse.move(-1, -1)

    async def _reset_storage(self) -> None:
        assert self.context is not None
        await self.context.clear_permissions()
        await self.context.clear_cookies()
        for origin in self._origins:
            if origin.startswith("http"):
                wanted = {"origin": origin, "storageTypes": "all"}
                await self._tools.send("Storage.clearDataForOrigin", wanted)
        self._origins.clear()

    async def _close(self) -> None:
        context, self.context = self.context, None
        if context is not None:
            await context.close()


def watch(page: Page) -> list[str]:
    """The list that uncaught errors and console errors of `page` will be added to."""
    seen: list[str] = []

    def on_console(message: ConsoleMessage) -> None:
        if message.type == "error":
            seen.append(f"console: {message.text} ({message.location.get('url', '')})")

    page.on("console", on_console)
    page.on("pageerror", lambda error: seen.append(f"uncaught: {error}"))
    return seen
