"""A shop that sells, as tests of its pages need it."""

from vetrina.shop.selling_on import Selling

ITALY = {
    "code": "it", "name": "Italy", "countries": ["IT"],
    "shipping": {"amount": 490, "currency": "EUR"},
    "free_from": {"amount": 6000, "currency": "EUR"}, "tax_bps": 2200,
}  # fmt: skip
GERMANY = {
    "code": "de", "name": "Germany", "countries": ["DE"],
    "shipping": {"amount": 990, "currency": "EUR"},
}  # fmt: skip


class SellsBy:
    """One adapter for good."""

    def __init__(self, adapter="stripe"):
        self._selling = Selling(adapter, test=adapter == "test")

    async def selling(self):
        return self._selling


async def deliver(site, *markets):
    answer = await site.call("PUT", "/markets", {"markets": list(markets or [ITALY])})
    assert answer.status_code == 200, answer.text
