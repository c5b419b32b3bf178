"""The panel's logic without its page: prices as typed, honest checks, undo, totals, memory."""

import pytest

from tests.browser.shop import euros
from tests.js.catalogues import words_of
from vetrina.connectors import CONNECTORS
from vetrina.connectors.port import Reason

WORDS = {*words_of("control", "en"), *words_of("control-dialogs", "en")}


@pytest.mark.parametrize(
    ("text", "currency", "amount"),
    [
        ("18.90", "EUR", 1890),
        ("18,9", "EUR", 1890),
        (" € 1.234,50 ", "EUR", 123450),
        ("1,234.5", "USD", 123450),
        ("1 234,50", "EUR", 123450),
        ("1.234.567", "EUR", 123456700),
        ("1890", "EUR", 189000),
        ("1,890", "JPY", 1890),
        ("1.890", "KWD", 1890),
        ("0", "EUR", 0),
    ],
)
async def test_prices_are_read_as_people_type_them(module, text, currency, amount):
    read = await module("control/forms/money-field.js", "parseMoney", text, currency)
    assert read == {"money": {"amount": amount, "currency": currency}}


@pytest.mark.parametrize(
    ("text", "currency", "wrong"),
    [
        ("", "EUR", "empty"),
        ("about 5", "EUR", "not_a_number"),
        ("-5", "EUR", "not_a_number"),
        ("1.890", "EUR", "ambiguous"),
        ("1.23.4", "EUR", "ambiguous"),
        ("18.905,123", "EUR", "too_precise"),
        ("15.5", "JPY", "too_precise"),
        ("9" * 20, "EUR", "too_large"),
    ],
)
async def test_what_could_mean_two_prices_is_sent_back(module, text, currency, wrong):
    assert await module("control/forms/money-field.js", "parseMoney", text, currency) == {
        "wrong": wrong
    }


async def test_money_comes_back_as_it_was_typed(module):
    for amount, currency, lang, text in (
        (1890, "EUR", "it", "18,90"),
        (123456, "EUR", "en", "1234.56"),
        (1500, "JPY", "en", "1500"),
        (1500500, "KWD", "en", "1500.500"),
    ):
        money = {"amount": amount, "currency": currency}
        assert await module("control/forms/money-field.js", "moneyText", money, lang) == text


async def test_every_reason_of_the_server_has_words(module, module_page):
    path = "control/shops/purchases.js"
    for reason in Reason:
        assert await module(path, "reasonOf", reason) == reason
    assert await module(path, "reasonOf", "something new") is None
    named = await module_page.evaluate(
        """async () => {
          const { REASONS } = await import("/static/js/control/shops/purchases.js");
          const keys = REASONS.flatMap((reason) => [`shop.why.${reason}`, `shop.todo.${reason}`]);
          return keys;
        }"""
    )
    assert set(named) - WORDS == set()


async def test_every_shop_system_can_be_set_up(module_page):
    named = await module_page.evaluate(
        """async (kinds) => {
          const { KINDS } = await import("/static/js/control/shops/shop-dialog.js");
          const keys = kinds.flatMap((kind) => [
            `connections.kind.${kind}`, `shop.about.${kind}`,
            ...Array.from({length: KINDS[kind].steps}, (_, n) => `shop.step.${kind}.${n + 1}`),
            ...(KINDS[kind].secret === "theirs" ? [`shop.secret.${kind}`] : []),
          ]);
          return keys;
        }""",
        sorted(CONNECTORS),
    )
    assert set(named) - WORDS == set()


@pytest.mark.parametrize(
    ("address", "reachable"),
    [
        ("https://live.shop.example/webhooks/con_1", True),
        ("http://live.shop.example/webhooks/con_1", False),
        ("https://127.0.0.1:8000/webhooks/con_1", False),
        ("https://192.168.1.20/webhooks/con_1", False),
        ("https://studio.local/webhooks/con_1", False),
        ("https://localhost/webhooks/con_1", False),
    ],
)
async def test_a_shop_reaches_only_an_https_address_with_a_name(module, address, reachable):
    assert await module("control/shops/shop-dialog.js", "isReachable", address) is reachable


async def test_undo_is_possible_for_ten_seconds_and_once(module_page):
    outcome = await module_page.evaluate(
        """async () => {
          const { PinUndo } = await import("/static/js/control/show-session.js");
          const undo = new PinUndo();
          const take = (now, there) => undo.take(now, () => there);
          const first = take(0, "A");
          undo.note(2, "A", "B", 1_000);
          const back = [take(11_000, "B"), take(11_000, "B")];
          undo.note(1, null, "B", 1_000);
          const off = take(2_000, "B");
          undo.note(1, "A", "B", 1_000);
          const late = take(11_001, "B");
          undo.note(1, "A", "B", 1_000);
          return [first, ...back, off, late, take(2_000, "C")];
        }"""
    )
    assert outcome == [
        {"none": "nothing"},
        {"command": {"type": "pin_product", "sku": "A", "slot": 2}},
        {"none": "nothing"},
        {"command": {"type": "unpin_product", "slot": 1}},
        {"none": "nothing"},
        {"none": "changed"},
    ]


async def test_totals_add_up_without_tests_and_less_reversals(module):
    totals = {"orders": 1, "units": 1, "gross": [euros(1000)]}
    items = [{"sku": "A", "quantity": 2}]
    path = "control/model-totals.js"

    async def after(event, **changes):
        return await module(path, "totalsAfter", totals, {"type": event, "items": items} | changes)

    bought = await after("purchase_confirmed", amounts=[euros(500), _dollars(300)], test=False)
    assert bought == {"orders": 2, "units": 3, "gross": [euros(1500), _dollars(300)]}
    assert await after("purchase_confirmed", amounts=[euros(500)], test=True) == totals
    back = await after("purchase_reversed", amounts=[euros(400)], complete=False, test=False)
    assert back == {"orders": 1, "units": -1, "gross": [euros(600)]}
    added = await after("purchase_added", amounts=[euros(400)], complete=True, test=False)
    assert added["orders"] == totals["orders"] + 1
    gone = await after("purchase_reversed", amounts=[euros(400)], complete=True, test=False)
    assert gone["orders"] == 0


def _dollars(amount):
    return {"amount": amount, "currency": "USD"}


DEALS_LIVE_AND_LATE = """async (deal) => {
  const { make } = await import("/static/js/control/element.js");
  await import("/static/js/control/show/on-air.js");
  const { translator } = await import("/static/js/shared/i18n.js");
  const { default: en } = await import("/static/js/i18n/control/en.js");
  const t = translator({ en }, "en");
  const price = ({ price }) => `${price.amount}`;
  const deals = make({ t, lang: "en", now: () => 0, price, time: () => "8:22" }, "control-deals");
  document.body.append(deals);
  return [["live", 0], ["offline", Date.now() - 11_000]].map(([status, since]) => {
    deals.update({ state: { deals: [deal] }, status: { status, since } });
    return deals.innerText;
  });
}"""


async def test_a_panel_that_lost_the_server_says_until_when_and_no_bare_time(page, files_url):
    await page.goto(files_url)
    price = {"amount": 1890, "currency": "EUR"}
    deal = {"id": "d1", "product": {"title": "Mug"}, "status": "running", "price": price}
    deal |= {"percent": None, "quantity": None, "left": None, "starts_at": 0, "ends_at": 281_000}
    live, late = await page.evaluate(DEALS_LIVE_AND_LATE, deal)
    assert "04:41" in live
    assert "04:41" not in late
    assert late.count("8:22") == late.count("until 8:22") == 1


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        (" shop.example/mug ", "https://shop.example/mug"),
        ("shop.example:8443/mug", "https://shop.example:8443/mug"),
        ("http://shop.example", "http://shop.example"),
        ("/demo/MUG-1", "/demo/MUG-1"),
        ("", ""),
    ],
)
async def test_a_link_gets_its_https(module, typed, link):
    assert await module("control/forms/form.js", "withScheme", typed) == link


@pytest.mark.parametrize(
    ("lang", "preferred", "region"),
    [
        ("en", ["en-GB", "de-DE"], "en-GB"),
        ("en", ["de-DE", "en-GB"], "en-GB"),
        ("en", ["nl-NL", "nl"], "en-NL"),
        ("de", ["de", "it-CH"], "de-CH"),
        ("it", ["it"], "it"),
        ("it", [], "it"),
    ],
)
async def test_dates_follow_the_browsers_region(module, lang, preferred, region):
    assert await module("shared/i18n.js", "regionOf", lang, preferred) == region
