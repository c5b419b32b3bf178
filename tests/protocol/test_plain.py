from server.domain.events import SoldItem
from server.domain.money import Money
from server.domain.tally import Totals
from server.protocol.plain import plain


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
