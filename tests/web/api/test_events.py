import pytest

from tests.web.conftest import fields, problem


async def test_the_log_is_read_page_by_page(site):
    await site.show(bag=False)
    for _ in range(2):
        await site.command([{"type": "panic"}, {"type": "calm"}])
    first = (await site.get("/shows/spring/events?limit=3")).json()
    assert [event["seq"] for event in first["events"]] == [1, 2, 3]
    assert first["seq"] == 5
    rest = (await site.get("/shows/spring/events?after=3")).json()
    assert [event["type"] for event in rest["events"]] == ["panicked", "calmed"]
    assert rest["epoch"] == (await site.store.head("spring")).epoch
    assert (await site.get("/shows/spring/events?after=5")).json()["events"] == []


async def test_control_sees_who_did_it(site):
    await site.show()
    events = (await site.get("/shows/spring/events")).json()["events"]
    assert events[1]["by"] == "host"


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("limit=1001", "limit"), ("after=-1", "after"), ("after=x", "after"),
     ("after=9007199254740992", "after"), ("limit=%D9%A3", "limit")],
)  # fmt: skip
async def test_what_is_no_page(site, query, field):
    await site.show(bag=False)
    told = problem(await site.get(f"/shows/spring/events?{query}"), 422, "invalid")
    assert fields(told) == [field]


async def test_an_unknown_show(site):
    problem(await site.get("/shows/nope/events"), 404, "unknown_show")
