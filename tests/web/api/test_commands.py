import pytest

from tests.web.conftest import fields, problem
from vetrina.domain.errors import REFUSALS

EUR = {"currency": "EUR"}


async def test_one_command(site, clock):
    await site.show()
    told = (await site.command({"type": "pin_product", "sku": "MUG-1"})).json()
    assert told["seq"] == 3
    (event,) = told["events"]
    assert (event["seq"], event["type"], event["at"], event["by"]) == (
        3, "product_pinned", clock.now_ms(), "host",
    )  # fmt: skip


async def test_several_go_together_or_not_at_all(site):
    await site.show()
    wishes = [{"type": "pin_next"}, {"type": "announce", "text": "Ciao"}, {"type": "pin_next"}]
    told = (await site.command(wishes)).json()
    assert [event["type"] for event in told["events"]] == [
        "product_pinned", "announced", "product_pinned",
    ]  # fmt: skip
    refused = [{"type": "panic"}, {"type": "pin_product", "sku": "NOPE"}]
    problem(await site.command(refused), 409, "not_in_bag")
    state = (await site.http.get("/api/v1/shows/spring")).json()
    assert state["seq"] == told["seq"]
    assert state["state"]["panic"] is False


async def test_a_wish_that_changes_nothing_succeeds(site):
    await site.show()
    told = (await site.command({"type": "unpin_product"})).json()
    assert (told["seq"], told["events"]) == (2, [])


async def test_all_commands_of_the_contract_are_known(site):
    await site.show(status="draft")
    told = problem(await site.command({"type": "no_such"}), 422, "invalid")
    for name in (
        *("start_show", "pause_show", "resume_show", "end_show", "pin_product", "unpin_product"),
        *("pin_next", "start_deal", "end_deal", "set_stock", "announce", "clear_announcement"),
        *("set_disclosure", "panic", "calm", "rehearse_purchase"),
    ):
        assert name in told["errors"][0]["message"]


async def test_all_mistakes_of_all_commands_are_told(site):
    await site.show()
    wrong = [
        {"type": "pin_product"},
        {"type": "start_deal", "sku": "MUG-1", "price": {"amount": "1", "currency": "EURO"}},
        7,
        {"type": "calm"},
    ]
    told = problem(await site.command(wrong), 422, "invalid")
    assert fields(told) == ["0.sku", "1.price.amount", "1.duration_s", "2"]


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ({"type": "pin_product", "sku": "NOPE"}, "not_in_bag"),
        ({"type": "pin_product", "sku": "MUG-1", "slot": 2}, "bad_slot"),
        ({"type": "pin_product", "sku": "MUG-1", "ttl_s": 1}, "out_of_range"),
        ({"type": "end_deal", "deal": "d9"}, "unknown_deal"),
        ({"type": "start_show"}, "already_running"),
        ({"type": "resume_show"}, "not_running"),
        ({"type": "announce", "text": " "}, "text_empty"),
        ({"type": "announce", "text": "x" * 141}, "text_too_long"),
        ({"type": "announce", "text": "x", "until": 1}, "deadline_passed"),
        ({"type": "set_disclosure", "disclosure": {"type": "none"}}, "reason_needed"),
        ({"type": "set_disclosure", "disclosure": {"type": "secret"}}, "invalid"),
        ({"type": "rehearse_purchase", "sku": "MUG-1"}, "only_in_rehearsal"),
        (
            {"type": "start_deal", "sku": "MUG-1", "price": {"amount": 1890, **EUR},
             "duration_s": 60},
            "price_not_lower",
        ),
    ],
)  # fmt: skip
async def test_a_refusal_carries_its_code_and_status(site, command, code):
    await site.show()
    problem(await site.command(command), {**REFUSALS, "invalid": 422}[code], code)


async def test_a_disclosure_has_a_type_of_its_own(site):
    await site.show()
    command = {"type": "set_disclosure", "disclosure": {"type": "affiliate", "brand": "Acme"}}
    (event,) = (await site.command(command)).json()["events"]
    assert (event["type"], event["disclosure"]["type"]) == ("disclosure_set", "affiliate")


async def test_an_ended_show_takes_no_more(site):
    await site.show()
    await site.command({"type": "end_show"})
    problem(await site.command({"type": "panic"}), 409, "show_ended")


async def test_an_unknown_show(site):
    problem(await site.command({"type": "panic"}, slug="nope"), 404, "unknown_show")


async def test_commands_are_counted_by_type_and_outcome(site):
    await site.show()
    await site.command([{"type": "panic"}, {"type": "calm"}])
    await site.command({"type": "resume_show"})
    text = (await site.http.get("/metrics")).text
    assert 'vetrina_commands_total{outcome="applied",type="panic"} 1.0' in text
    assert 'vetrina_commands_total{outcome="not_running",type="resume_show"} 1.0' in text
