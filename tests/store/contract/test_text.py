"""Every store keeps text as it is, however odd, and compares it byte by byte."""

import pytest

from tests.store.builders import (
    NOW,
    SLUG,
    connection,
    key,
    made_show,
    product,
    receipt,
    record,
    said,
)
from vetrina.store.ports.polls import Poll
from vetrina.store.ports.shows import Append

ODD = [
    "NUL \0 within",
    "\0",
    "\x1a0 and \x1a",
    "\\0 \\x00",
    "'; --",
    "100 % _",
    "👩\u200d🚀 ﷽ é",
    " spaces ",
]


@pytest.mark.parametrize("text", ODD)
async def test_text_is_read_as_it_was_written(store, text):
    await made_show(store, title=text)
    await store.put_products([product(title=text)])
    await store.append(
        Append(
            show=SLUG,
            events=[said(text)],
            by=text,
            receipts=[receipt(text)],
            records=[record(text)],
        )
    )
    await store.add_key(key(text, label=text, actions=(text,)), text)
    await store.add_connection(connection(text, secrets=(text,), options={text: text}))
    assert (await store.show(SLUG)).title == text
    assert [one.title for one in await store.products()] == [text]
    assert [(one.by, one.event.text) for one in await store.events(SLUG)] == [(text, text)]
    assert await store.seen_deliveries("c1", [text]) == {text}
    assert set(await store.order_records("c1", [text])) == {text}
    assert (await store.key(text)).actions == (text,)
    assert (await store.connection(text)).options == {text: text}


@pytest.mark.parametrize("text", ODD)
async def test_what_is_not_there_is_not_found_however_it_is_called(store, text):
    await made_show(store)
    assert await store.show(text) is None
    assert await store.head(text) is None
    assert await store.heads([text, SLUG]) == {SLUG: await store.head(SLUG)}
    assert await store.products([text]) == []
    assert await store.key(text) is None
    assert await store.answer(text, 0) is None


async def test_texts_that_differ_in_case_or_accent_are_two(store):
    skus = ["MUG-1", "mug-1", "Müg-1", "Mu\u0308g-1"]
    await store.put_products([product(sku) for sku in skus])
    assert [one.sku for one in await store.products()] == skus
    assert [one.sku for one in await store.products(["mug-1"])] == ["mug-1"]


async def test_the_order_of_names_is_that_of_bytes(store):
    """As Python sorts, whatever language the database server speaks."""
    names = ["b", "A", "a", "B", "é", "z", "_"]
    for name in names:
        await store.add_connection(connection(name))
        await store.put_poll(Poll(connection=name, address="https://x", key="k", since=NOW))
    assert [poll.connection for poll in await store.polls()] == sorted(names)
