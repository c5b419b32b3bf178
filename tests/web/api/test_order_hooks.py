"""Addresses that are told of orders, over HTTP."""

from __future__ import annotations

import pytest

from tests.outbound.answering import Answer, answering
from tests.store.selling import change, new, paid
from tests.web.conftest import fields, problem


async def made(site, url: str = "https://erp.example/orders") -> dict:
    answer = await site.post("/order-hooks", {"url": url})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def test_an_address_is_made_listed_and_deleted_and_its_secret_told_once(site):
    told = await made(site)
    assert told["secret"].startswith("whsec_")
    listed = await site.get("/order-hooks")
    [hook] = listed.json()["hooks"]
    assert (hook["id"], hook["url"], hook["waiting"]) == (told["id"], told["url"], 0)
    assert hook["events"] == ["order.paid", "order.refunded", "order.shipped"]
    assert told["secret"] not in listed.text
    assert (await site.call("DELETE", f"/order-hooks/{told['id']}")).status_code == 204
    problem(await site.call("DELETE", f"/order-hooks/{told['id']}"), 404, "unknown_hook")
    problem(await site.get(f"/order-hooks/{told['id']}/deliveries"), 404, "unknown_hook")


@pytest.mark.parametrize(
    "url",
    [
        "", "ftp://erp.example", "http://erp.example/orders", "https://", "https://a:b@erp.example",
        "https://erp.example/#x", "https://erp.example/a b", "https://erp.example:99999/",
        "https://erp.example:0/", "javascript:alert(1)",
    ],
)  # fmt: skip
async def test_what_is_no_address(site, url):
    assert fields(problem(await site.post("/order-hooks", {"url": url}), 422, "invalid")) == ["url"]


async def test_unknown_events_and_too_many_addresses(site):
    body = {"url": "https://erp.example", "events": ["order.eaten"]}
    assert problem(await site.post("/order-hooks", body), 422, "invalid")
    for _ in range(10):
        await made(site)
    answer = await site.post("/order-hooks", {"url": "https://erp.example"})
    problem(answer, 409, "too_many_hooks")


async def test_the_log_tells_what_went_wrong_and_sends_again(site):
    await site.show()
    with answering(lambda _: Answer(503)) as url:
        hook = await made(site, url)
        now = site.clock.now_ms()
        order = await site.store.reserve(new(created_at=now))
        await site.store.change_order(change(order, paid(at=now), stock="sell"))
        sending = site.context.sending_orders
        await sending.look()
        await sending.settled()
        path = f"/order-hooks/{hook['id']}/deliveries"
        [delivery] = (await site.get(path)).json()["deliveries"]
        assert (delivery["status"], delivery["answered"]) == ("waiting", 503)
        assert delivery["problem"] == "refused"
        assert delivery["next_at"] > now
        again = await site.post(f"{path}/{delivery['id']}/attempts")
        assert again.status_code == 204
        assert (await site.get(path)).json()["deliveries"][0]["next_at"] == now
        problem(await site.post(f"{path}/dlv_none/attempts"), 404, "unknown_delivery")
