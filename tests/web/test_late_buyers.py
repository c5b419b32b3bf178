"""Late buyers get the same answer at once as the general way gives, and only while it is true."""

import orjson
import pytest

from tests.web.api.test_checkouts import deal, rehearsal, wish  # noqa: F401
from vetrina.shop.checkouts.sold_out import AT_MOST_MS, GOOD_FOR_MS

BODY = orjson.dumps(wish())
PLAIN = {"content-type": "application/json"}


async def press(site, body=BODY, **headers):
    """In a browser that was never here."""
    site.http.cookies.clear()
    return await site.http.post("/api/v1/checkouts", content=body, headers={**PLAIN, **headers})


def known(site, body=BODY, *, path="/api/v1/checkouts", query=b"", client="127.0.0.1", **headers):
    scope = {
        "method": "POST",
        "path": path,
        "query_string": query,
        "client": (client, 1),
        "headers": [
            (name.replace("_", "-").encode(), value.encode())
            for name, value in {**PLAIN, **headers}.items()
        ],
    }
    return site.context.late_buyers.answer(lambda peer, _: peer, scope, bytearray(body))


@pytest.fixture
async def sold(rehearsal):  # noqa: F811
    """The one piece of a deal is gone, and one was told so."""
    await deal(rehearsal, quantity=1)
    rehearsal.first = await press(rehearsal)
    assert rehearsal.first.status_code == 201
    assert known(rehearsal) is None
    rehearsal.told = await press(rehearsal)
    assert rehearsal.told.status_code == 409
    return rehearsal


async def test_the_answer_is_that_of_the_general_way(sold):
    start, body = known(sold)
    assert start["status"] == 409
    assert body["body"] == sold.told.content
    headers = {name.decode(): value.decode() for name, value in start["headers"]}
    assert headers == dict(sold.told.headers)


@pytest.mark.parametrize(
    "other",
    [
        {"body": orjson.dumps(wish({"sku": "MUG-1", "quantity": 2}))},
        {"path": "/api/v1/shows"},
        {"query": b"a=1"},
        {"cookie": "vetrina_buyer=AAAAAAAAAAAAAAAAAAAAAA"},
        {"idempotency_key": "one"},
        {"content_type": "text/plain"},
    ],
)
async def test_everybody_else_goes_the_general_way(sold, other):
    assert known(sold, **{"body": BODY, **other}) is None
    assert known(sold) is not None


async def test_one_asks_again_every_moment_and_none_is_told_for_longer(sold):
    sold.clock.advance(GOOD_FOR_MS)
    assert known(sold) is None
    assert known(sold) is not None
    sold.clock.advance(AT_MOST_MS - GOOD_FOR_MS)
    assert known(sold) is None


async def test_a_piece_that_comes_back_is_sold_to_the_next_one(sold):
    token = sold.first.json()["checkout"]["token"]
    assert (await sold.http.delete(f"/api/v1/checkouts/{token}")).status_code == 204
    assert known(sold) is None
    assert (await press(sold)).status_code == 201


async def test_strangers_are_counted_as_on_the_general_way(sold):
    most = min(sold.context.reads.burst, sold.context.checkout_rate.burst)
    told = [known(sold, client="198.51.100.7") for _ in range(most + 1)]
    assert all(told[:most]) and told[most] is None


async def test_a_process_that_ends_answers_the_general_way(sold):
    sold.context.hub.draining = True
    assert known(sold) is None
