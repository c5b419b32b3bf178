"""A seller at the panel: connects a shop, and orders that the shop signs come in."""

from __future__ import annotations

import json
from typing import Any

import httpx
from playwright.async_api import Locator, Page, expect

from tests.browser.shop import Shop
from vetrina.connectors import CONNECTORS
from vetrina.connectors.samples import samples

SAMPLES = {f"{kind}/{one.name}": one for kind in CONNECTORS for one in samples(kind)}
SECRET = "hush" * 8
SEEN = """() => {
  delete document.visibilityState;
  document.dispatchEvent(new Event("visibilitychange"));
}"""
UNKNOWN = [
    {
        "id": 1,
        "variant_id": 808950810,
        "product_id": 632910392,
        "title": "Tea towel, striped",
        "sku": "TOWEL-OLD",
        "quantity": 2,
        "price": "12.00",
    }
]


async def connect(panel: Page, kind: str) -> Locator:
    """Make a connection; its dialog."""
    await panel.get_by_role("button", name="Connect a shop").click()
    await panel.get_by_role("dialog").get_by_text(kind, exact=True).click()
    await panel.get_by_role("button", name="Make the webhook address").click()
    dialog = panel.get_by_role("dialog", name=f"Connect {kind}")
    await expect(dialog).to_be_visible()
    return dialog


async def give(dialog: Locator, secret: str) -> None:
    await dialog.locator("[data-field=secret] input").fill(secret)
    await dialog.locator("[data-field=secret] input").press("Enter")
    await expect(dialog.locator("[data-field=secret] input")).to_be_hidden()


async def deliver(shop: Shop, url: str, name: str, secret: str = SECRET, **changes: Any) -> Any:
    """Sign a stored delivery and post it; a second later than the one before."""
    sample = SAMPLES[name]
    shop.clock.advance(1_000)
    body = json.dumps({**json.loads(sample.body), **changes}).encode()
    headers = {name: value for name, value in sample.headers.items() if "webhook-id" not in name}
    signed = CONNECTORS[sample.kind].sign(headers, body, secret, shop.clock.now_ms(), {})
    return await shop.http.post(httpx.URL(url).path, content=body, headers=signed)


def address(dialog: Locator) -> Any:
    return dialog.get_by_label("Webhook address").input_value()


async def marks(dialog: Locator, *states: str) -> None:
    """Wait until the checklist looks like this."""
    line = dialog.locator("control-shop-checks li")
    for number, state_ in enumerate(states):
        await expect(line.nth(number)).to_have_attribute("data-check", state_)
    await expect(line).to_have_count(len(states))


async def only_id(shop: Shop) -> str:
    """The id of the one connection that there is."""
    [connection] = (await shop.call("GET", "/connections"))["connections"]
    return str(connection["id"])
