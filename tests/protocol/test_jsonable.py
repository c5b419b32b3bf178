from vetrina.domain.money import Money
from vetrina.domain.show.events import SoldItem
from vetrina.domain.show.ticker import Totals
from vetrina.protocol.jsonable import plain


def test_a_value_becomes_its_fields_in_order():
    totals = Totals(orders=2, units=3, gross=(Money(100, "EUR"), Money(5, "JPY")))
    assert plain(totals) == {
        "orders": 2,
        "units": 3,
        "gross": [{"amount": 100, "currency": "EUR"}, {"amount": 5, "currency": "JPY"}],
    }
    assert list(plain(SoldItem("A", "B", 1))) == ["sku", "title", "quantity"]


def test_plain_values_stay_what_they_are():
    assert [plain(value) for value in (None, True, 3, "x", ())] == [None, True, 3, "x", []]
