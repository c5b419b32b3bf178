"""A show is edited, put away, and made again from one that was."""

from tests.web.conftest import MUG, bearer, fields, problem

STARTS_AT = 1_763_776_400_000
LIA = {"name": "Lia", "url": "https://lia.example"}


async def test_an_edit_changes_what_it_names_for_everybody_at_once(site):
    await site.show(bag=False)
    edits = {"title": "Summer drop", "host": LIA, "starts_at": STARTS_AT}
    done = await site.call("PATCH", "/shows/spring", edits)
    assert done.status_code == 200, done.text
    told = done.json()["show"]
    assert {name: told[name] for name in edits} == edits
    assert (told["currency"], told["archived"]) == ("EUR", False)
    state = (await site.http.get("/api/v1/shows/spring")).json()["state"]
    assert {name: state["show"][name] for name in edits} == edits
    [row] = (await site.get("/shows")).json()["shows"]
    assert row == told


async def test_who_edited_is_in_the_log(site):
    await site.show(bag=False)
    await site.call("PATCH", "/shows/spring", {"title": "Summer drop"})
    log = (await site.get("/shows/spring/events")).json()["events"]
    assert [(event["type"], event["by"]) for event in log][-1] == ("show_edited", "host")


async def test_null_takes_a_value_away_and_nothing_is_no_edit(site):
    await site.show(bag=False)
    await site.call("PATCH", "/shows/spring", {"host": LIA, "starts_at": STARTS_AT})
    before = (await site.call("PATCH", "/shows/spring", {})).json()["show"]
    assert before["host"] == LIA
    gone = await site.call("PATCH", "/shows/spring", {"host": None, "starts_at": None})
    assert (gone.json()["show"]["host"], gone.json()["show"]["starts_at"]) == (None, None)


async def test_all_mistakes_of_an_edit_are_told_at_once(site):
    await site.show(bag=False)
    wrong = {"title": " ", "currency": "euro", "starts_at": "soon", "host": {"name": ""}}
    told = problem(await site.call("PATCH", "/shows/spring", wrong), 422, "invalid")
    assert sorted(fields(told)) == ["currency", "host.name", "starts_at", "title"]


async def test_an_edit_keeps_the_promise_of_the_currency(site):
    await site.show(status="draft")
    dollars = {"currency": "USD"}
    problem(await site.call("PATCH", "/shows/spring", dollars), 409, "wrong_currency")
    await site.call("PUT", "/shows/spring/bag", {"skus": []})
    assert (await site.call("PATCH", "/shows/spring", dollars)).status_code == 200
    assert (await site.get("/shows/spring/bag")).json()["currency"] == "USD"


async def test_a_strangers_and_another_shows_key_edit_nothing(site):
    await site.show("one", bag=False)
    await site.show("two", bag=False)
    _, secret = await site.key("control", show="one")
    edit = {"title": "Mine"}
    other = await site.http.patch("/api/v1/shows/two", json=edit, headers=bearer(secret))
    problem(other, 403, "forbidden")
    problem(await site.http.patch("/api/v1/shows/two", json=edit), 401, "unauthorized")


async def test_an_ended_show_is_archived_and_one_under_way_is_not(site):
    await site.show(bag=False)
    away = {"archived": True}
    problem(await site.call("PATCH", "/shows/spring", away), 409, "already_running")
    await site.command({"type": "end_show"})
    assert (await site.call("PATCH", "/shows/spring", away)).json()["show"]["archived"]
    [row] = (await site.get("/shows")).json()["shows"]
    assert row["archived"]


async def test_a_new_show_takes_the_bag_and_the_label_of_its_template(site):
    await site.show()
    label = {"type": "paid_partnership", "brand": "Acme"}
    await site.command({"type": "set_disclosure", "disclosure": label})
    await site.call("PUT", "/shows/spring/bag", {"skus": ["APR-3", "MUG-1"]})
    await site.post("/products", {**MUG, "title": "Moka mug, new"})
    again = {"slug": "again", "title": "Spring drop", "currency": "EUR", "template": "spring"}
    made = await site.post("/shows", again)
    assert made.status_code == 201, made.text
    products = (await site.get("/shows/again/bag")).json()["products"]
    assert [(one["sku"], one["number"]) for one in products] == [("APR-3", 1), ("MUG-1", 2)]
    assert products[1]["title"] == "Moka mug, new"
    _, state = await site.context.shows.state("again")
    assert (state.disclosure.type, state.disclosure.brand) == ("paid_partnership", "Acme")
    assert (state.status, state.pins, state.deals) == ("draft", {}, {})


async def test_a_template_that_is_not_there_makes_nothing(site):
    new = {"slug": "again", "title": "Spring drop", "currency": "EUR", "template": "nope"}
    problem(await site.post("/shows", new), 404, "unknown_show")
    assert (await site.get("/shows")).json() == {"shows": []}
