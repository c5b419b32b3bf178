import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.test_messages import json_values
from vetrina.domain.money import Money
from vetrina.domain.show import commands as cmd
from vetrina.protocol.command_codec import COMMAND_TYPES, BadCommand, FieldError, decode_command

EUROS = {"amount": 1490, "currency": "EUR"}
DEAL = {"type": "start_deal", "sku": "MUG-1", "price": EUROS, "duration_s": 300}


def mistakes(data: object) -> list[FieldError]:
    with pytest.raises(BadCommand) as caught:
        decode_command(data)
    return list(caught.value.errors)


def test_the_registry_names_every_public_command_of_the_contract():
    assert set(COMMAND_TYPES) - {"offer_voucher", "close_voucher"} == set(
        "start_show pause_show resume_show end_show pin_product unpin_product pin_next start_deal"
        " end_deal set_stock announce clear_announcement set_disclosure panic calm"
        " rehearse_purchase".split()
    )


@pytest.mark.parametrize(
    ("data", "command"),
    [
        ({"type": "start_show"}, cmd.StartShow()),
        ({"type": "start_show", "rehearsal": True}, cmd.StartShow(rehearsal=True)),
        ({"type": "pin_product", "sku": "MUG-1"}, cmd.PinProduct("MUG-1")),
        ({"type": "pin_product", "sku": "A", "slot": 2, "ttl_s": 9}, cmd.PinProduct("A", 2, 9)),
        ({"type": "pin_next", "from": "the future"}, cmd.PinNext()),
        (DEAL, cmd.StartDeal(sku="MUG-1", price=Money(1490, "EUR"), duration_s=300)),
        ({"type": "set_stock", "sku": "A", "quantity": None}, cmd.SetStock("A", None)),
        (
            {"type": "set_disclosure", "disclosure": {"type": "gifted", "brand": "Acme"}},
            cmd.SetDisclosure(type="gifted", brand="Acme"),
        ),
    ],
)
def test_a_command_is_read(data, command):
    assert decode_command(data) == command


def test_all_mistakes_come_at_once():
    found = mistakes({**DEAL, "price": {"amount": "12", "currency": 3}, "duration_s": 1.5})
    assert {error.field for error in found} == {"price.amount", "price.currency", "duration_s"}


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ([], ""),
        ("pin_next", ""),
        ({}, "type"),
        ({"type": "explode"}, "type"),
        ({"type": ["pin_next"]}, "type"),
        ({"type": "set_bag", "products": []}, "type"),
        ({"type": "pin_product"}, "sku"),
        ({"type": "pin_product", "sku": None}, "sku"),
        ({"type": "pin_product", "sku": "A", "slot": "1"}, "slot"),
        ({"type": "pin_product", "sku": "A", "slot": True}, "slot"),
        ({"type": "set_stock", "sku": "A"}, "quantity"),
        ({"type": "announce", "text": "Hi", "until": 2**53}, "until"),
        ({"type": "announce", "text": "Hi", "until": 10**400}, "until"),
        ({**DEAL, "price": {"amount": 2**53, "currency": "EUR"}}, "price.amount"),
        ({**DEAL, "price": {"amount": 1, "currency": "euro"}}, "price.currency"),
        ({"type": "announce", "text": "\ud800"}, ""),
        ({"type": "set_disclosure", "disclosure": {"type": "secret"}}, "disclosure.type"),
        ({"type": "set_disclosure", "disclosure": "gifted"}, "disclosure"),
        ({"type": "set_disclosure"}, "disclosure"),
    ],
)
def test_a_mistake_names_its_field(data, field):
    found = mistakes(data)
    assert [error.field for error in found] == [field]
    assert found[0].message


@given(
    json_values
    | st.fixed_dictionaries(
        {"type": st.sampled_from(COMMAND_TYPES)},
        optional={
            name: json_values
            for name in (
                "disclosure",
                "sku",
                "slot",
                "price",
                "text",
                "until",
                "quantity",
                "deal",
                "reason",
            )
        },
    )
)
def test_nothing_but_bad_command_is_raised(data):
    try:
        command = decode_command(json.loads(json.dumps(data)))
    except BadCommand as error:
        assert error.errors
    else:
        assert type(command).__name__ in {kind.title().replace("_", "") for kind in COMMAND_TYPES}
