import pytest

from tests.web.conftest import APRON, MUG, fields, problem

FULL = {"prior_price": None, "image": None, "link": None, "stock": None, "status": "active"}


async def test_one_product_or_a_list(site):
    one = await site.post("/products", MUG)
    assert one.json() == {"products": [{**MUG, **FULL}]}
    many = await site.post("/products", [MUG, APRON])
    assert [product["sku"] for product in many.json()["products"]] == ["MUG-1", "APR-3"]
    assert (await site.get("/products")).json()["products"] == many.json()["products"]


async def test_a_known_sku_is_replaced_whole(site):
    await site.post("/products", {**MUG, "stock": 3})
    await site.post("/products", {**MUG, "title": "Blue mug"})
    assert (await site.get("/products")).json() == {
        "products": [{**MUG, **FULL, "title": "Blue mug"}]
    }


async def test_open_shows_follow_the_catalogue(site):
    await site.show()
    await site.post("/products", {**MUG, "stock": 3})
    log = (await site.get("/shows/spring/events")).json()["events"]
    assert log[-1]["type"] == "stock_changed"
    assert (log[-1]["sku"], log[-1]["quantity"], log[-1]["by"]) == ("MUG-1", 3, "host")


async def test_every_item_of_a_list_is_checked(site):
    wrong = [
        {**MUG, "sku": "a\nb"},
        {**MUG, "price": {"amount": "1890", "currency": "EUR"}},
        {**MUG, "sku": "A", "price": {"amount": 1, "currency": "euro"}},
        {"sku": "B"},
        {**MUG, "sku": "C", "stock": -1, "image": "http://x/y.png"},
    ]
    told = problem(await site.post("/products", wrong), 422, "invalid")
    assert fields(told) == ["0.sku", "1.price.amount", "2.price.currency", "3.title", "3.price",
                            "4.image", "4.stock"]  # fmt: skip
    assert (await site.get("/products")).json() == {"products": []}


async def test_the_same_sku_twice_in_a_list_is_a_mistake(site):
    told = problem(await site.post("/products", [MUG, APRON, MUG]), 422, "invalid")
    assert fields(told) == ["2.sku"]
    assert "item 0" in told["errors"][0]["message"]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ([], ""),
        ("mug", ""),
        (None, ""),
        ({**MUG, "title": "a\0b"}, "title"),
        ({**MUG, "stock": 2**53}, "stock"),
        ({**MUG, "link": "javascript:alert(1)"}, "link"),
        ({**MUG, "price": {"amount": 18.9, "currency": "EUR"}}, "price.amount"),
        ({**MUG, "price": {"amount": True, "currency": "EUR"}}, "price.amount"),
    ],
)
async def test_what_is_no_product(site, body, field):
    response = await site.http.post(
        "/api/v1/products", json=body, headers=site.auth
    ) if body is not None else await site.http.post(
        "/api/v1/products", content=b"null",
        headers={**site.auth, "content-type": "application/json"},
    )  # fmt: skip
    assert fields(problem(response, 422, "invalid")) == [field]


async def test_a_list_has_a_bound(site):
    told = problem(
        await site.post("/products", [{**MUG, "sku": str(n)} for n in range(1001)]), 422, "invalid"
    )
    assert "1000" in told["errors"][0]["message"]


async def test_unknown_fields_are_ignored(site):
    assert (await site.post("/products", {**MUG, "colour": "blue"})).status_code == 200


async def test_another_currency_is_refused_while_an_open_show_holds_the_product(site):
    await site.show()
    dollars = {**MUG, "price": {"amount": 2000, "currency": "USD"}}
    new = {**APRON, "sku": "NEW-1"}
    told = problem(await site.post("/products", [new, dollars]), 409, "wrong_currency")
    assert "MUG-1" in told["detail"]
    assert "spring" in told["detail"]
    kept = (await site.get("/products")).json()["products"]
    assert [product["price"] for product in kept] == [MUG["price"], APRON["price"]]
    assert (await site.command({"type": "end_show"})).status_code == 200
    assert (await site.post("/products", dollars)).status_code == 200
