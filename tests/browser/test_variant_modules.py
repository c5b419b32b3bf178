"""Options and variants of the product dialog: which rows come of which values."""

import pytest

MODULE = "/static/js/control/bag/variants.js"
COMBINED = """async ([path, lists, rows, before, gone]) => {
  const { combined, keyOf, suggestedSku } = await import(path);
  const known = { rows, before, gone: new Set(gone.map(keyOf)) };
  return combined(lists, known, (values) => suggestedSku("TEE", values));
}"""
CALL = "async ([path, name, args]) => (await import(path))[name](...args)"


def _row(*values, **more):
    sku = "-".join(("TEE", *values)).upper()
    row = {"values": list(values), "sku": sku, "price": "", "prior": "", "stock": "", "image": None}
    return row | more


async def _combined(page, lists, rows=(), before=(), gone=()):
    return await page.evaluate(COMBINED, [MODULE, lists, list(rows), list(before), list(gone)])


async def test_every_combination_is_a_row_with_a_sku_of_its_own(module_page):
    rows = await _combined(module_page, [["S", "M"], ["black", "off white"]])
    assert [row["sku"] for row in rows] == [
        "TEE-S-BLACK",
        "TEE-S-OFF-WHITE",
        "TEE-M-BLACK",
        "TEE-M-OFF-WHITE",
    ]
    assert await _combined(module_page, []) == []


async def test_a_new_value_keeps_what_is_there_and_starts_with_its_price(module_page):
    small = _row("S", price="18.90", stock="4", sku="OLD-1")
    rows = await _combined(module_page, [["S", "M"]], [small], [["S"]])
    assert rows == [small, _row("M", price="18.90")]


async def test_a_value_that_is_renamed_keeps_its_sku_and_stock(module_page):
    old = [_row("S", stock="4", sku="OLD-S"), _row("M", stock="5", sku="OLD-M")]
    rows = await _combined(module_page, [["S", "Medium"]], old, [["S", "M"]])
    assert [(row["values"], row["sku"], row["stock"]) for row in rows] == [
        (["S"], "OLD-S", "4"),
        (["Medium"], "OLD-M", "5"),
    ]


async def test_a_suggested_sku_follows_a_value_while_it_is_typed(module_page):
    typed = [_row("S"), _row("M", stock="5")]
    rows = await _combined(module_page, [["S", "Mid"]], typed, [["S", "M"]])
    assert rows[1] == _row("Mid", stock="5")


async def test_values_in_another_order_are_the_same_ones(module_page):
    old = [_row("S", stock="4"), _row("M", stock="5")]
    assert await _combined(module_page, [["M", "S"]], old, [["S", "M"]]) == old[::-1]


async def test_an_option_that_comes_or_goes_keeps_each_sku_once(module_page):
    small = _row("S", price="18.90", stock="4", sku="OLD-S")
    more = await _combined(module_page, [["S"], ["black", "white"]], [small], [["S"]])
    assert [(row["sku"], row["price"], row["stock"]) for row in more] == [
        ("OLD-S", "18.90", "4"),
        ("TEE-S-WHITE", "18.90", ""),
    ]
    fewer = await _combined(module_page, [["S"]], more, [["S"], ["black", "white"]])
    assert [(row["values"], row["sku"]) for row in fewer] == [(["S"], "OLD-S")]


async def test_what_was_removed_by_hand_stays_away(module_page):
    rows = await _combined(module_page, [["S", "M", "L"]], gone=[["M"]])
    assert [row["values"] for row in rows] == [["S"], ["L"]]


@pytest.mark.parametrize(
    ("values", "text"),
    [
        (["S", "M"], "S, M"),
        (["0,5 l", "1 l"], "0,5 l; 1 l"),
        (["0,5 l"], "0,5 l;"),
        ([], ""),
    ],
)
async def test_values_are_read_as_they_are_written(module_page, values, text):
    assert await module_page.evaluate(CALL, [MODULE, "valuesText", [values]]) == text
    assert await module_page.evaluate(CALL, [MODULE, "valuesOf", [text]]) == values


async def test_a_value_that_is_typed_twice_is_one(module_page):
    assert await module_page.evaluate(CALL, [MODULE, "valuesOf", [" S ,S,, M"]]) == ["S", "M"]


async def test_a_description_is_read_as_text_and_written_as_paragraphs(module_page):
    html = "<h2>Warm</h2><p>and <b>soft</b><br>3 &lt; 4</p><ul><li>one</li><li>two</li></ul>"
    text = await module_page.evaluate(CALL, [MODULE, "plainText", [html]])
    assert text == "Warm\n\nand soft\n3 < 4\n\none\ntwo"
    written = await module_page.evaluate(CALL, [MODULE, "paragraphs", [text]])
    assert written == "<p>Warm</p><p>and soft<br>3 &lt; 4</p><p>one<br>two</p>"
    assert await module_page.evaluate(CALL, [MODULE, "plainText", [written]]) == text


async def test_a_mistake_in_a_variant_is_told_at_its_cell(module_page):
    fields = {"variants.3.price.amount": "a", "0.sku": "b"}
    errors = [{"field": field, "message": message} for field, message in fields.items()]
    told = await module_page.evaluate(
        "async ([path, errors]) => [...(await import(path)).fieldErrors({ errors })]",
        ["/static/js/control/element.js", errors],
    )
    assert told == [["variants.3.price", "a"], ["sku", "b"]]
