"""Markets as control reads and sets them."""

import pytest

from tests.web.conftest import fields, problem

EURO = {"currency": "EUR"}
ITALY = {
    "code": "it", "name": "Italy", "countries": ["IT", "SM"],
    "shipping": {"amount": 490, **EURO}, "free_from": {"amount": 6000, **EURO}, "tax_bps": 2200,
}  # fmt: skip
REST = {
    "code": "eu", "name": "Europe", "countries": ["DE"],
    "shipping": {"amount": 990, **EURO}, "free_from": None, "tax_bps": None,
}  # fmt: skip


async def test_markets_are_told_as_they_were_set(site):
    assert (await site.get("/markets")).json() == {"markets": []}
    answer = await site.call("PUT", "/markets", {"markets": [ITALY, REST]})
    assert answer.json() == {"markets": [ITALY, REST]}
    assert (await site.get("/markets")).json() == {"markets": [ITALY, REST]}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("code", "IT!"),
        ("name", " "),
        ("countries", []),
        ("countries", ["Italy"]),
        ("shipping", {"amount": -1, **EURO}),
        ("free_from", {"amount": 6000, "currency": "CHF"}),
        ("tax_bps", 10_001),
    ],
)
async def test_a_field_that_does_not_fit_is_named(site, field, value):
    wrong = {"markets": [REST, {**ITALY, field: value}]}
    told = problem(await site.call("PUT", "/markets", wrong), 422, "invalid")
    assert fields(told) == [f"markets.1.{field}"]
    assert (await site.get("/markets")).json() == {"markets": []}


@pytest.mark.parametrize(
    ("change", "field"), [({"code": "it"}, "code"), ({"countries": ["SM"]}, "countries")]
)
async def test_a_country_is_delivered_to_on_one_set_of_terms(site, change, field):
    wrong = {"markets": [ITALY, {**REST, **change}]}
    told = problem(await site.call("PUT", "/markets", wrong), 422, "invalid")
    assert fields(told) == [f"markets.1.{field}"]


async def test_strangers_set_no_markets(site):
    answer = await site.http.put("/api/v1/markets", json={"markets": []})
    assert answer.status_code == 401
