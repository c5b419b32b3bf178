"""F2: nothing is offered to people in the EU without product safety."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vetrina.domain.catalogue.entry import CatalogueEntry
from vetrina.domain.catalogue.safety import Safety
from vetrina.domain.catalogue.variant import Variant
from vetrina.domain.errors import Refused
from vetrina.domain.money import Money
from vetrina.domain.selling.publishing import (
    allowed,
    as_allowed,
    check_publishing,
    publishable,
    safety_of,
)
from vetrina.domain.selling.shop import ShopProfile

OWN = Safety("Maker", "Street 1", "a@maker.example")
DEFAULT = Safety("Giulia", "Via 4", "https://giulia.example")
BLOCKS = st.sampled_from([None, OWN])
STATUSES = st.sampled_from(["draft", "active", "archived"])


def entry(status="active", safety=None, sku="MUG-1"):
    alone = Variant(sku=sku, price=Money(100, "EUR"))
    return CatalogueEntry(key=sku, title="Mug", variants=(alone,), status=status, safety=safety)


def shop(**values):
    return ShopProfile(handle="giulia", name="Giulia", **values)


def test_the_products_own_goes_before_the_shops():
    assert safety_of(entry(safety=OWN), shop(safety=DEFAULT)) == OWN
    assert safety_of(entry(), shop(safety=DEFAULT)) == DEFAULT
    assert safety_of(entry(), None) is None


@given(
    status=STATUSES,
    own=BLOCKS,
    default=st.sampled_from([None, DEFAULT]),
    eu=st.booleans(),
    known=st.none() | st.builds(entry, STATUSES, BLOCKS),
)
def test_nothing_becomes_active_without_and_nothing_active_breaks(status, own, default, eu, known):
    product, seller = entry(status, own), shop(eu=eu, safety=default)
    told = own is not None or default is not None
    assert publishable(product, seller) == (told or not eu)
    begins = status == "active" and (known is None or known.status != "active")
    assert allowed(product, known, seller) == (not begins or told or not eu)
    kept = as_allowed(product, known, seller)
    assert allowed(kept, known, seller)
    assert kept.status == (status if allowed(product, known, seller) else "draft")
    assert allowed(product, known, None)


def test_the_refusal_names_the_products():
    many = [entry(sku=f"S-{n}") for n in range(7)]
    with pytest.raises(Refused, match="of S-0, S-1, S-2, S-3, S-4 and 2 more") as refused:
        check_publishing(many, {}, shop(eu=True))
    assert (refused.value.code, refused.value.status) == ("safety_missing", 409)
    check_publishing(many, {one.sku: one for one in many}, shop(eu=True))
