import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.protocol.histories import histories, rehearsed
from vetrina.domain.money import Money
from vetrina.domain.show import events as ev
from vetrina.protocol.codec import (
    EVENT_TYPES,
    BadEvent,
    decode_event,
    decode_recorded,
    encode_event,
    encode_recorded,
    to_wire,
    type_of,
    wire_event,
)

PURCHASE = ev.PurchaseConfirmed(
    at=1763690000123,
    purchase="p1",
    items=(ev.SoldItem("MUG-1", "Mug", 2),),
    name=None,
    region="IT",
    occurred_at=1763690000000,
    test=False,
    amounts=(Money(3780, "EUR"),),
)


def test_the_registry_names_every_event_of_the_contract_and_what_was_added_since():
    added = {"purchase_added", "show_edited"}
    added |= {"voucher_offered", "voucher_left_changed", "voucher_closed"}
    assert set(EVENT_TYPES) - added == set(
        "product_pinned product_unpinned deal_announced deal_started deal_stock_changed deal_ended"
        " stock_changed purchase_confirmed purchase_reversed announced announcement_cleared"
        " disclosure_set bag_changed show_started show_paused show_resumed show_ended panicked"
        " calmed".split()
    )


def test_an_event_is_flat_and_the_public_sees_no_amounts():
    event = wire_event(ev.Recorded(43, PURCHASE, by="shopify"), "public")
    assert event.data == {
        "seq": 43,
        "type": "purchase_confirmed",
        "at": 1763690000123,
        "purchase": "p1",
        "items": [{"sku": "MUG-1", "title": "Mug", "quantity": 2}],
        "name": None,
        "region": "IT",
        "occurred_at": 1763690000000,
        "test": False,
    }
    assert list(event.data)[:3] == ["seq", "type", "at"]


def test_control_sees_who_and_how_much():
    event = wire_event(ev.Recorded(43, PURCHASE, by="shopify"), "team")
    assert event.data["by"] == "shopify"
    assert event.data["amounts"] == [{"amount": 3780, "currency": "EUR"}]


def test_a_null_is_written_out():
    event = wire_event(ev.Recorded(1, ev.StockChanged(5, "MUG-1", None)), "public")
    assert event.encoded == (
        b'{"seq":1,"type":"stock_changed","at":5,"sku":"MUG-1","quantity":null}'
    )


@given(histories | rehearsed, st.sampled_from(("public", "team")))
def test_what_is_encoded_is_what_is_looked_into(history, audience):
    for seq, step in enumerate(history, start=1):
        wire = wire_event(ev.Recorded(seq, step.event, "host"), audience)
        assert wire.seq == wire.data["seq"] == seq
        assert json.loads(wire.encoded) == wire.data
        assert to_wire(wire.data) == wire


@given(histories | rehearsed)
def test_events_survive_the_store_and_the_bus(history):
    for seq, step in enumerate(history, start=1):
        stored = decode_event(type_of(step.event), encode_event(step.event))
        assert stored == step.event
        recorded = ev.Recorded(seq, step.event, by=None if seq % 2 else "host")
        assert decode_recorded(encode_recorded(recorded)) == recorded


def test_an_event_of_a_newer_version_is_read_as_far_as_it_is_known():
    assert decode_event("panicked", b'{"at":5,"mood":"bad"}') == ev.Panicked(5)
    older = (
        b'{"at":5,"purchase":"p1","items":[],"name":null,"region":null,"occurred_at":5,"test":true}'
    )
    assert decode_event("purchase_confirmed", older).amounts == ()


@pytest.mark.parametrize(
    ("kind", "data", "hint"),
    [
        ("exploded", b"{}", "expected a type such as"),
        ("panicked", b"{}", "at: Field required"),
        ("panicked", b"{", "expected the fields of panicked"),
        ("stock_changed", {"at": 5, "sku": "A", "quantity": "x"}, "quantity"),
    ],
)
def test_what_is_no_event_says_why(kind, data, hint):
    with pytest.raises(BadEvent, match=hint):
        decode_event(kind, data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"3",
        b"{}",
        b'{"seq":1}',
        b'{"type":"panicked"}',
        b'{"seq":"1","type":"panicked","at":5}',
        b'{"seq":1,"type":"panicked","at":5,"by":7}',
    ],
)
def test_what_is_no_recorded_event_is_refused(data):
    with pytest.raises(BadEvent):
        decode_recorded(data)
