"""Orders of ours for tests."""

from dataclasses import replace

from vetrina.domain.money import Money
from vetrina.domain.selling.checkout import Checkout, CheckoutLine
from vetrina.domain.selling.own_order import OwnOrder

NOW = 1_763_690_000_000


def euros(amount):
    return Money(amount, "EUR")


MUG = CheckoutLine(
    sku="MUG-1",
    product="MUG-1",
    title="Moka mug",
    quantity=2,
    unit=euros(1890),
    own_unit=euros(1890),
    discount=euros(0),
)
SHIRT = CheckoutLine(
    sku="SHIRT-M",
    product="SHIRT",
    title="Shirt",
    choice="M / Olive",
    quantity=1,
    unit=euros(3900),
    own_unit=euros(4900),
    discount=euros(0),
    deal="d_1",
)
CHECKOUT = Checkout(
    id="o_1",
    shop="giulia",
    adapter="test",
    lines=(MUG, SHIRT),
    discount=euros(0),
    shipping=euros(490),
    total=euros(8170),
    show="spring",
    market="it",
    created_at=NOW,
)


def order(*facts, **changed):
    """An order with these facts; `changed` are fields of its checkout."""
    return OwnOrder(
        checkout=replace(CHECKOUT, **changed), expires_at=NOW + 600_000, number=7, facts=facts
    )
