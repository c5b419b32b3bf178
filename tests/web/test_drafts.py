"""A show that has not begun, asked for in every public way: it says when it begins."""

from __future__ import annotations

import re

import pytest

from tests.web.conftest import BASE, bearer, problem, site_over
from tests.web.pages.test_viewer_page import data_of, text_of

HTML = {"accept": "text/html"}
SECRETS = ("Spring drop", "Moka", "MUG-1", "1890", "18.90", "Apron", "Acme", "mug.example")
STARTS_AT = 1_763_776_400_000
LINKED = {
    "sku": "MUG-1", "title": "Moka mug", "link": "https://mug.example/buy",
    "price": {"amount": 1890, "currency": "EUR"},
}  # fmt: skip
PUBLIC = (
    "/api/v1/shows/spring",
    "/api/v1/shows/spring/bag",
    "/live/spring",
    "/live/spring?preview=ovl_wrong_wrong_wrong_wrong",
    "/live/spring/calendar.ics",
    "/go/spring/1",
    "/qr/spring/1.svg",
)


async def drafted(site, **edits):
    """A draft with a bag, a label of its own and a seller; returns its overlay key."""
    secret = await site.show(status="draft")
    await site.post("/products", LINKED)
    label = {"type": "paid_partnership", "brand": "Acme"}
    await site.command({"type": "set_disclosure", "disclosure": label})
    edits = {"host": {"name": "Lia"}, "starts_at": STARTS_AT, **edits}
    assert (await site.call("PATCH", "/shows/spring", edits)).status_code == 200
    return secret


@pytest.mark.parametrize("path", PUBLIC)
async def test_a_stranger_learns_nothing_of_a_draft_but_when_it_begins(site, path):
    await drafted(site)
    answer = await site.http.get(path, headers=HTML)
    told = answer.text + str(dict(answer.headers))
    assert not [secret for secret in SECRETS if secret in told]


async def test_the_snapshot_of_a_draft_says_when_and_whose(site):
    await drafted(site)
    told = (await site.http.get("/api/v1/shows/spring")).json()["state"]
    assert told["show"]["starts_at"] == STARTS_AT
    assert told["show"]["host"] == {"name": "Lia", "url": None}
    assert (told["show"]["title"], told["show"]["status"]) == ("", "draft")
    assert (await site.http.get("/api/v1/shows/spring/bag")).json()["products"] == []


async def test_whose_it_is_is_told_with_the_time_only(site):
    await drafted(site, starts_at=None)
    told = (await site.http.get("/api/v1/shows/spring")).json()["state"]
    assert (told["show"]["starts_at"], told["show"]["host"]) == (None, None)
    problem(await site.http.get("/live/spring/calendar.ics"), 404, "not_found")


@pytest.mark.parametrize("role", ["control", "overlay"])
async def test_the_team_and_overlays_see_a_draft_as_before(site, role):
    await drafted(site)
    _, secret = await site.key(role, show="spring")
    told = await site.http.get("/api/v1/shows/spring", headers=bearer(secret))
    assert told.json()["state"]["show"]["title"] == "Spring drop"
    bag = await site.http.get("/api/v1/shows/spring/bag", headers=bearer(secret))
    assert [each["sku"] for each in bag.json()["products"]] == ["MUG-1", "APR-3"]
    assert bag.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("role", ["control", "overlay", "hook"])
async def test_a_key_for_another_show_or_another_purpose_sees_no_draft(site, role):
    await drafted(site)
    await site.show("other", bag=False)
    actions = ("panic",) if role == "hook" else ()
    _, secret = await site.key(role, "spring" if role == "hook" else "other", actions)
    told = await site.http.get("/api/v1/shows/spring", headers=bearer(secret))
    assert told.json()["state"]["show"]["title"] == ""


async def test_a_revoked_preview_link_shows_what_strangers_see(site):
    await drafted(site)
    key, secret = await site.key("overlay", show="spring", label="preview")
    page = (await site.http.get(f"/live/spring?preview={secret}", headers=HTML)).text
    assert "Spring drop" in text_of(page)
    assert "Moka mug" in text_of(page)
    assert secret not in page
    await site.call("DELETE", f"/keys/{key.id}")
    page = (await site.http.get(f"/live/spring?preview={secret}", headers=HTML)).text
    assert not [told for told in SECRETS if told in page]


async def test_the_page_of_a_draft_says_when_it_begins_and_leads_to_a_calendar(site):
    await drafted(site)
    answer = await site.http.get("/live/spring?lang=en-GB", headers=HTML)
    page = answer.text
    shown = text_of(page).replace(", ", " ")
    assert "The show begins Saturday 22 November 2025 01:53 UTC" in shown
    assert 'href="/live/spring/calendar.ics"' in page
    assert re.search(r"<title>(.*?)</title>", page)[1] == "Live show: Lia"
    assert 'property="og:title" content="Live show: Lia"' in page
    assert "application/ld+json" not in page
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    start = data_of(page)["start"]
    assert start == (await site.http.get("/api/v1/shows/spring")).json()


async def test_a_time_that_has_passed_is_not_told_as_if_it_lay_ahead(site):
    await drafted(site, starts_at=site.clock.now_ms())
    page = (await site.http.get("/live/spring", headers=HTML)).text
    assert "The show has not started yet" in text_of(page)
    assert "calendar" not in text_of(page)


async def test_once_begun_a_show_is_everybodys_even_when_it_is_over(site):
    await drafted(site)
    await site.command({"type": "start_show"})
    assert "Spring drop" in (await site.http.get("/live/spring", headers=HTML)).text
    await site.command({"type": "end_show"})
    told = (await site.http.get("/api/v1/shows/spring")).json()["state"]["show"]
    assert (told["title"], told["status"]) == ("Spring drop", "ended")


async def test_a_short_link_of_a_draft_leads_to_the_page_that_says_when(site):
    await drafted(site)
    for number in ("1", "99"):
        answer = await site.http.get(f"/go/spring/{number}")
        assert (answer.status_code, answer.headers["location"]) == (302, f"{BASE}/live/spring")
    await site.command({"type": "start_show"})
    answer = await site.http.get("/go/spring/1")
    assert answer.headers["location"] == LINKED["link"]


async def test_a_code_of_a_draft_does_not_tell_which_numbers_there_are(store, tmp_path, clock):
    async with site_over(store, tmp_path, clock, public_url="https://shop.example") as site:
        await drafted(site)
        for number in ("1", "99"):
            problem(await site.http.get(f"/qr/spring/{number}.svg"), 404, "unknown_number")
        known = await site.http.get("/qr/spring/1.svg", headers=site.auth)
        assert known.status_code == 200


async def test_an_ended_show_leads_to_the_shop_of_its_seller(site):
    await drafted(site, host={"name": "Lia", "url": "https://lia.example/shop"})
    await site.command([{"type": "start_show"}, {"type": "end_show"}])
    page = (await site.http.get("/live/spring", headers=HTML)).text
    assert 'href="https://lia.example/shop" target="_blank" rel="noopener"' in page
    assert "To the shop of Lia" in text_of(page)


@pytest.mark.parametrize("host", [None, {"name": "Lia"}])
async def test_without_an_address_an_ended_show_leads_nowhere(site, host):
    await drafted(site, host=host)
    await site.command([{"type": "start_show"}, {"type": "end_show"}])
    page = (await site.http.get("/live/spring", headers=HTML)).text
    assert "To the shop" not in page.split('id="page-data"')[0]


@pytest.mark.parametrize("lang", ["en", "de", "it", "es", "fr"])
@pytest.mark.parametrize("disclosure", ["own_brand", "affiliate"])
async def test_without_a_sellers_name_nobody_is_called_the_host(site, lang, disclosure):
    await site.show()
    command = {"type": "set_disclosure", "disclosure": {"type": disclosure}}
    assert (await site.command(command)).status_code == 200
    page = text_of((await site.http.get(f"/live/spring?lang={lang}", headers=HTML)).text).lower()
    called = ("the host", "der host", "chi conduce", "quien presenta", "qui anime")
    assert not [words for words in called if words in page]
