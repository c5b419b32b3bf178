"""The stage's rules without a screen: address, safe areas, queue, choice of a deal."""

import pytest_asyncio

NOW = 1_763_690_000_000
IMPORT = "async ([path, name, args]) => (await import(`/static/js/stage/${path}`))[name](...args)"
OPTIONS = """async ({ pathname, search }) => {
  const { readOptions } = await import("/static/js/stage/obs-source.js");
  const options = readOptions({ pathname, search });
  return { ...options, widgets: [...options.widgets] };
}"""
QUEUE = """async ([max, steps]) => {
  const { PurchaseQueue } = await import("/static/js/stage/ticker.js");
  const queue = new PurchaseQueue(max);
  return steps.map(([step, value]) => {
    const answer = queue[step](value);
    return answer && answer.items ? [answer.count, answer.units, answer.items[0].title] : answer;
  });
}"""

WISHES = (
    ("?accent=D9B", "accent", "#dd99bb"),
    ("?accent=%232a6fdb", "accent", "#2a6fdb"),
    ("?accent=red;}", "accent", None),
    ("?layout=9x16", "layout", "9x16"),
    ("?layout=4x3", "layout", "auto"),
    ("?safe=tiktok", "safe", "tiktok"),
    ("?theme=notte", "theme", "notte"),
    ("?scale=9", "scale", 2),
    ("?scale=", "scale", 1),
    ("?align=right", "align", "end"),
    ("?lang=it-ch", "lang", "it-CH"),
    ("?lang=!!", "lang", None),
    ("?motion=off", "motion", "off"),
    ("?sound=on", "sound", True),
    ("?showtime=10", "showtime", 4000),
    ("?maxqueue=1e9", "maxqueue", 100),
    ("?delay=-5", "delay", 0),
    ("?preview=true", "preview", False),
    ("?only=pin,alert,x", "widgets", ["pin", "announcement", "qr"]),
    ("?only=pin&hide=qr", "widgets", ["pin"]),
    ("?only=qr", "widgets", ["qr"]),
    ("?hide=qr,ticker", "widgets", ["pin", "deal", "announcement", "voucher", "disclosure"]),
)


@pytest_asyncio.fixture(loop_scope="session")
async def call(module_page):
    """Calls an exported function of a module below static/js/stage."""
    return lambda path, name, *args: module_page.evaluate(IMPORT, [path, name, list(args)])


@pytest_asyncio.fixture(loop_scope="session")
async def options(module_page):
    async def read(search="", pathname="/overlay/ovl_abc"):
        return await module_page.evaluate(OPTIONS, {"pathname": pathname, "search": search})

    return read


@pytest_asyncio.fixture(loop_scope="session")
async def queue(module_page):
    """Runs steps on a queue; returns what the calls of next() gave."""

    async def run(*steps, length=20):
        answers = await module_page.evaluate(QUEUE, [length, [list(step) for step in steps]])
        return [one for (step, _), one in zip(steps, answers, strict=True) if step == "next"]

    return run


def bought(number, title="Mug", **changes):
    item = {"sku": title, "title": title, "quantity": 1}
    return {"purchase": f"p{number}", "items": [item], "test": False, "occurred_at": NOW} | changes


def deal(name, start, end):
    return {"id": name, "starts_at": NOW + start * 1000, "ends_at": NOW + end * 1000}


async def test_an_address_without_wishes_has_good_defaults(options):
    read = await options()
    assert read["key"] == "ovl_abc"
    assert read["widgets"] == [
        "pin",
        "deal",
        "ticker",
        "announcement",
        "voucher",
        "disclosure",
        "qr",
    ]
    assert [read[name] for name in ("layout", "safe", "align", "motion")] == [
        *("auto", "auto", "start", "full")
    ]
    assert [read[name] for name in ("theme", "accent", "lang")] == [None, None, None]
    assert not any(read[name] for name in ("sound", "preview", "debug", "delay"))


async def test_a_wish_is_read_and_a_wrong_one_is_as_if_absent(options):
    for search, name, value in WISHES:
        assert (await options(search))[name] == value, search


async def test_a_widget_in_the_path_is_shown_alone(options):
    read = await options("?only=pin", "/overlay/ovl_abc/flash-deal")
    assert read["key"] == "ovl_abc"
    assert read["widgets"] == ["deal"]


CODES = """async (searches) => {
  const { readOptions } = await import("/static/js/stage/obs-source.js");
  const { hasCode } = await import("/static/js/stage/stage.js");
  return searches.map((search) => {
    const options = readOptions({ pathname: "/overlay/ovl_abc", search });
    const sizes = [[1920, 1080], [1080, 1920], [1080, 1080]];
    return ["pin", "deal"].map((kind) => sizes.map((size) => hasCode(options, kind, ...size)));
  });
}"""


async def test_a_vertical_overlay_has_a_code_only_where_the_address_names_it(module_page):
    searches = ["", "?only=pin", "?only=pin,qr", "?only=qr", "?hide=qr", "?layout=9x16"]
    wide, asked, never = [True, False, True], [True, True, True], [False, False, False]
    deal, deal_asked = [True, False, False], [True, True, False]
    assert await module_page.evaluate(CODES, searches) == [
        *([wide, deal], [wide, deal], [asked, deal_asked], [asked, deal_asked]),
        *([never, never], [never, never]),
    ]


async def test_the_layout_fits_the_canvas(call):
    sizes = [(1920, 1080), (2560, 1080), (1080, 1920), (1080, 1080), (1080, 1280)]
    fitting = [await call("stage.js", "layoutFor", *size) for size in sizes]
    assert fitting == ["16x9", "16x9", "9x16", "1x1", "1x1"]


async def test_an_accent_gets_the_ink_that_is_easier_to_read(call):
    accents = ["#d92b16", "#000000", "#f2b705", "#ffffff"]
    inks = [await call("stage.js", "inkOn", accent) for accent in accents]
    assert inks == ["#fff8f3", "#fff8f3", "#17130e", "#17130e"]


async def test_the_deal_that_ends_first_has_the_card(call):
    deals = [deal("late", -60, 300), deal("early", -60, 200)]
    assert (await call("lanes.js", "chooseDeal", deals, NOW))["id"] == "early"


async def test_a_deal_that_just_started_has_it_for_a_moment(call):
    deals = [deal("new", -5, 900), deal("early", -60, 200)]
    assert (await call("lanes.js", "chooseDeal", deals, NOW))["id"] == "new"
    assert (await call("lanes.js", "chooseDeal", deals, NOW + 7_000))["id"] == "early"


async def test_nothing_takes_the_card_from_a_deal_in_its_last_seconds(call):
    deals = [deal("new", -5, 900), deal("last", -60, 29)]
    assert (await call("lanes.js", "chooseDeal", deals, NOW))["id"] == "last"


async def test_an_announced_deal_waits_for_those_that_run(call):
    deals = [deal("soon", 10, 300), deal("sooner", 5, 400), deal("on", -60, 500)]
    assert (await call("lanes.js", "chooseDeal", deals, NOW))["id"] == "on"
    assert (await call("lanes.js", "chooseDeal", deals[:2], NOW))["id"] == "sooner"
    assert await call("lanes.js", "chooseDeal", [], NOW) is None


async def test_a_few_purchases_are_shown_one_by_one(queue):
    steps = [("add", bought(n, "Mug")) for n in range(4)]
    assert await queue(*steps, ("next", NOW), ("next", NOW)) == [[1, 1, "Mug"], [1, 1, "Mug"]]


async def test_many_of_one_product_become_one_line(queue):
    steps = [("add", bought(n, "Apron" if n == 3 else "Mug")) for n in range(9)]
    shown = await queue(*steps, *[("next", NOW)] * 3)
    assert shown == [[8, 8, "Mug"], [1, 1, "Apron"], None]


async def test_rehearsed_and_real_purchases_are_never_told_together(queue):
    steps = [("add", bought(n, test=n % 2 == 0)) for n in range(8)]
    shown = await queue(*steps, *[("next", NOW)] * 2)
    assert [count for count, *_ in shown] == [4, 4]


async def test_no_more_than_twelve_lines_a_minute(queue):
    many = [("add", bought(n, f"Product {n}")) for n in range(20)]
    shown = await queue(*many, *[("next", NOW + second * 1000) for second in range(20)])
    assert [line is not None for line in shown] == [True] * 12 + [False] * 8
    shown = await queue(
        *many,
        *[("next", NOW + n) for n in range(12)],
        ("next", NOW + 59_999),
        ("next", NOW + 60_000),
    )
    assert shown[-2] is None
    assert shown[-1] is not None


async def test_the_queue_is_bounded_and_drops_the_oldest(queue):
    many = [("add", bought(n, f"Product {n}")) for n in range(300)]
    assert await queue(*many, ("next", NOW), length=5) == [[1, 1, "Product 295"]]


async def test_what_grew_old_in_the_queue_is_dropped(queue):
    steps = [("add", bought(1, "Old")), ("add", bought(2, "New", occurred_at=NOW + 60_000))]
    assert await queue(*steps, ("next", NOW + 300_001)) == [[1, 1, "New"]]


async def test_a_reversal_takes_a_purchase_out_of_the_queue(queue):
    back = {"purchase": "p1", "items": [], "complete": True}
    assert await queue(("add", bought(1)), ("reverse", back), ("next", NOW)) == [None]


async def test_a_reversal_takes_a_purchase_out_of_a_line_of_many(queue):
    steps = [("add", bought(n)) for n in range(8)]
    back = {"purchase": "p3", "items": [], "complete": True}
    assert await queue(*steps, ("reverse", back), ("next", NOW)) == [[7, 7, "Mug"]]


async def test_a_reversal_of_a_part_leaves_the_rest(queue):
    items = [
        {"sku": "A", "title": "Mug", "quantity": 3},
        {"sku": "B", "title": "Cup", "quantity": 1},
    ]
    back = {"purchase": "p1", "items": [{"sku": "A", "quantity": 2}], "complete": False}
    shown = await queue(("add", bought(1, items=items)), ("reverse", back), ("next", NOW))
    assert shown == [[1, 2, "Mug"]]


async def test_a_held_state_has_the_stock_and_the_end_of_deals_of_now(call):
    def show(**parts):
        base = {"show": {"status": "live"}, "pins": [], "deals": [], "panic": False}
        return base | parts

    mug = {"sku": "MUG-1", "stock": 9}
    held = show(
        pins=[{"slot": 1, "product": mug}],
        deals=[{"id": "d1", "product": mug, "left": 5}, {"id": "d2", "product": mug, "left": 1}],
    )
    sold = mug | {"stock": 0}
    latest = show(deals=[{"id": "d1", "product": sold, "left": 2}], panic=True)
    seen = await call("obs-source.js", "upToDate", held, latest)
    assert [held["id"] for held in seen["deals"]] == ["d1"]
    assert seen["deals"][0]["left"] == 2
    assert seen["pins"][0]["product"]["stock"] == 0
    assert seen["panic"] is True
