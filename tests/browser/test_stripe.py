"""From a payment at Stripe to the overlay: real processes all the way."""

from __future__ import annotations

import asyncio
from pathlib import Path

from playwright.async_api import Page, expect

from tests.localstripe import local_stripe
from tests.running_server import make_show, served

SECRET = "whsec_of_the_tests"


async def test_a_payment_in_test_mode_is_on_a_rehearsals_overlay_and_marked(
    page: Page, tmp_path: Path
) -> None:
    """Stripe signs, delivers, and Vetrina shows the purchase as a test."""
    with served(tmp_path / "data") as server, local_stripe() as stripe:
        made = make_show(server, "drop", "rehearsal")
        body = {"kind": "stripe", "show": "drop", "secret": SECRET}
        connection = server.call("POST", "/api/v1/connections", body)
        stripe.deliver_to(f"{server.address}/webhooks/{connection['id']}", SECRET)
        await page.goto(made["urls"]["overlay"])
        await asyncio.to_thread(stripe.pay, 4980, sku="MUG-1", quantity="2")

        await expect(page.get_by_text("Someone bought")).to_be_visible()
        await expect(page.get_by_text("Moka mug, hand-glazed").first).to_be_visible()
        await expect(page.get_by_text("Test", exact=True).first).to_be_visible()
        log = server.call("GET", "/api/v1/shows/drop/events?after=0&limit=100")["events"]
        [bought] = [event for event in log if event["type"] == "purchase_confirmed"]
        assert bought["test"] is True
        assert bought["amounts"] == [{"amount": 4980, "currency": "EUR"}]
        [told] = server.call("GET", "/api/v1/connections")["connections"]
        assert told["last_verified_at"] is not None
        await page.goto("about:blank")
