"""The six graphics by themselves, as another OGraf host runs them."""

import json
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.browser.obs_host import MOVED

OVERLAYS = Path(__file__).resolve().parents[2] / "overlays"
NAMES = ("announcement", "disclosure", "flash-deal", "pinned-product", "purchase-ticker", "voucher")
CARDS = dict(
    zip(NAMES, ("announcement", "disclosure", "deal", "pin", "ticker", "voucher"), strict=True)
)
SCHEMA = "https://ograf.ebu.io/v1/specification/json-schemas/graphics/schema.json"
FIELDS = {
    *("$schema", "id", "version", "name", "description", "author", "main", "customActions"),
    *("supportsRealTime", "supportsNonRealTime", "stepCount", "schema", "renderRequirements"),
}
TYPES = {
    "string": str,
    "integer": int,
    "number": float | int,
    "boolean": bool,
    "object": dict,
    "array": list,
}
UPDATE = "(data) => graphic.updateAction({ data })"
HOST = """async ({ name, data }) => {
  const { default: Graphic } = await import(`/overlays/${name}/graphic.js`);
  customElements.define(`host-${name}`, Graphic);
  window.graphic = document.createElement(`host-${name}`);
  document.body.append(window.graphic);
  return await window.graphic.load({ data, renderType: "realtime" });
}"""


def manifest(name):
    return json.loads((OVERLAYS / name / f"{name}.ograf.json").read_text())


def sample(name):
    return json.loads((OVERLAYS / name / "sample.json").read_text())


def misfits(schema, value, path="data"):
    """What of a value does not fit the subset of JSON Schema that the manifests use."""
    if not isinstance(value, TYPES[schema["type"]]):
        return [f"{path} is no {schema['type']}"]
    found = [f"{path}.{key} is missing" for key in schema.get("required", ()) if key not in value]
    if schema["type"] == "object":
        known = schema["properties"]
        found += [f"{path}.{key} is unknown" for key in value if key not in known]
        for key in value.keys() & known.keys():
            found += misfits(known[key], value[key], f"{path}.{key}")
    if schema["type"] == "array":
        for item in value:
            found += misfits(schema["items"], item, f"{path}[]")
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def host(page, files_url):
    """Loads one graphic into an empty page, with its sample or other data."""
    await page.set_viewport_size({"width": 1920, "height": 1080})
    await page.goto(files_url)

    async def put(name, data=None):
        answer = await page.evaluate(HOST, {"name": name, "data": data or sample(name)})
        assert answer == {"statusCode": 200}
        return page.locator(f".v-{CARDS[name]}")

    return put


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_is_an_ograf_manifest(name):
    given = manifest(name)
    assert given["$schema"] == SCHEMA
    assert given["supportsRealTime"] is True
    assert given["supportsNonRealTime"] is False
    assert (OVERLAYS / name / given["main"]).is_file()
    assert given.keys() <= FIELDS
    assert misfits(given["schema"], sample(name)) == []


@pytest.mark.parametrize("name", NAMES)
async def test_it_loads_plays_updates_stops_and_is_gone(name, page, host):
    card = await host(name)
    await expect(card).to_have_count(0)
    await page.evaluate("void graphic.playAction()")
    await expect(card).to_have_count(1)
    await page.evaluate(MOVED)
    assert (await card.inner_text()).strip()
    box = await card.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 1920
    assert box["y"] + box["height"] <= 1080
    await page.evaluate("graphic.updateAction({ data: {} })")
    await page.evaluate("graphic.stopAction()")
    await expect(card).to_have_count(0)
    await page.evaluate("graphic.dispose()")
    assert await page.evaluate("graphic.childElementCount") == 0


@pytest.mark.parametrize("name", NAMES)
async def test_calls_may_overlap_and_the_last_one_decides(name, page, host):
    card = await host(name)
    await page.evaluate(
        """() => {
          for (let turn = 0; turn < 20; turn += 1) {
            void graphic.playAction({ goto: 0 });
            void graphic.updateAction({ data: {} });
            void graphic.stopAction();
          }
          void graphic.playAction({ goto: 0 });
        }"""
    )
    await page.evaluate(MOVED)
    await expect(card).to_have_count(1)
    await expect(card).to_have_css("opacity", "1")
    await page.evaluate("graphic.stopAction({ skipAnimation: true })")
    await expect(card).to_have_count(0)


async def test_a_step_beyond_the_first_is_the_end(page, host):
    card = await host("announcement")
    assert (await page.evaluate("graphic.playAction({ delta: 1 })"))["currentStep"] == 0
    await page.evaluate("graphic.playAction({ delta: 1 })")
    await expect(card).to_have_count(0)


async def test_the_ticker_goes_by_itself(page, host):
    await page.clock.install()
    card = await host("purchase-ticker")
    await page.evaluate("void graphic.playAction()")
    await expect(card).to_contain_text("Someone in Italy bought 2 × ")
    await page.evaluate(MOVED)
    await page.clock.run_for(4_500)
    await page.evaluate(MOVED)
    await page.clock.run_for(500)
    await expect(card).to_have_count(0)


async def test_an_unknown_action_is_refused(page, host):
    await host("disclosure")
    answer = await page.evaluate("graphic.customAction({ id: 'explode' })")
    assert answer["statusCode"] == 404


async def test_the_badge_names_the_kind_of_advertising(page, host):
    card = await host("disclosure")
    await page.evaluate("graphic.playAction()")
    nothing = {"lang": "en", "brand": None, "label": None}
    for data, text in (
        ({"type": "own_brand"}, "Ad · own products"),
        ({"type": "paid_partnership", "brand": "Nord"}, "Ad · paid partnership with Nord"),
        ({"type": "affiliate", "lang": "it"}, "Pubblicità · link affiliati"),
        ({"type": "gifted", "brand": "Nord"}, "Ad · gifted products · Nord"),
        ({"type": "gifted", "label": "Werbung"}, "Werbung"),
    ):
        await page.evaluate(UPDATE, nothing | data)
        await expect(card).to_have_text(text)


async def test_the_ticker_says_who_bought_what(page, host):
    card = await host("purchase-ticker")
    await page.evaluate("void graphic.playAction()")
    item = {"sku": "M", "title": "Mug", "quantity": 1}
    nothing = {"lang": "en", "items": [item], "name": None, "region": None, "count": 1}
    for data, text in (
        ({"name": "Giulia"}, "Giulia bought Mug"),
        ({"region": "IT"}, "Someone in Italy bought Mug"),
        ({"region": "XX"}, "Someone bought Mug"),
        ({"count": 8, "units": 11}, "8 people bought Mug"),
        ({"count": 8, "units": 11, "lang": "it"}, "8 persone hanno comprato Mug"),
    ):
        await page.evaluate(UPDATE, nothing | data)
        shown = await card.locator(".v-ticker__line").inner_text()
        assert shown.replace("\u2068", "").replace("\u2069", "") == text


async def test_several_products_of_one_order_are_counted(page, host):
    items = [{"sku": str(n), "title": f"Mug {n}", "quantity": n} for n in (2, 1, 1)]
    card = await host("purchase-ticker", {"lang": "en", "items": items})
    await page.evaluate("void graphic.playAction()")
    shown = await card.locator(".v-ticker__what").inner_text()
    plain = shown.replace("\u2068", "").replace("\u2069", "").replace("\u00a0", " ")
    assert plain == "2 × Mug 2 and 2 more"


async def test_a_price_is_only_compared_with_a_higher_one_of_its_currency(page, host):
    def euros(amount):
        return {"amount": amount, "currency": "EUR"}

    base = {"lang": "en", "number": 1, "title": "Mug", "percent": 20}
    card = await host("pinned-product", base | {"price": euros(1000), "was": euros(1000)})
    await page.evaluate("graphic.playAction()")
    await expect(card.locator(".v-price__was")).to_be_hidden()
    await expect(card.locator(".v-price__percent")).to_be_hidden()
    update = "(was) => graphic.updateAction({ data: { was } })"
    await page.evaluate(update, {"amount": 2000, "currency": "USD"})
    await expect(card.locator(".v-price__was")).to_be_hidden()
    await page.evaluate(update, euros(1250))
    await expect(card.locator(".v-price__was")).to_have_text("€12.50")
    await expect(card.locator(".v-price__percent")).to_have_text("−20%")


async def test_a_picture_that_cannot_be_had_leaves_the_drawing(browser, files_url):
    page = await browser.new_page()
    await page.goto(files_url)
    data = sample("pinned-product") | {"image": "/nowhere.webp", "qr": "/nowhere.svg"}
    async with page.expect_event("requestfinished", lambda one: one.url.endswith(".webp")):
        await page.evaluate(HOST, {"name": "pinned-product", "data": data})
        await page.evaluate("graphic.playAction()")
    await expect(page.locator(".v-pin__picture .v-blank")).to_be_visible()
    await expect(page.locator(".v-pin__picture img")).to_have_count(0)
    await expect(page.locator(".v-pin__code")).to_be_hidden()
    await page.close()


async def test_a_card_that_is_only_a_code_shows_the_call_number_where_there_is_none(
    browser, files_url
):
    page = await browser.new_page()
    await page.goto(files_url)
    data = sample("pinned-product") | {"qr": "/nowhere.svg", "qr_only": True}
    await page.evaluate(HOST, {"name": "pinned-product", "data": data})
    await page.evaluate("graphic.playAction()")
    await expect(page.locator(".v-pin__number")).to_be_visible()
    await expect(page.locator(".v-pin__title")).to_be_hidden()
    await page.close()
