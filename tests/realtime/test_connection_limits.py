"""How many sockets may be open."""

import pytest

from tests.fakes import FakeClock
from tests.realtime.fakes import FakeTransport
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.client import Client
from vetrina.realtime.connection_limits import MOST_LEAVING, ConnectionCounter, ConnectionLimits
from vetrina.realtime.hub_config import HubConfig

PHONE = "203.0.113.7"


def test_the_process_has_a_limit():
    counter = ConnectionCounter(ConnectionLimits(most=2))
    assert counter.enter("198.51.100.1")
    assert counter.enter("198.51.100.2")
    assert not counter.enter("198.51.100.3")
    counter.leave("198.51.100.1")
    assert counter.enter("198.51.100.3")


def test_an_address_has_a_limit():
    counter = ConnectionCounter(ConnectionLimits(most_per_address=2))
    assert counter.enter(PHONE)
    assert counter.enter(PHONE)
    assert not counter.enter(PHONE)
    assert counter.enter("203.0.113.8")
    counter.leave(PHONE)
    assert counter.enter(PHONE)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_a_proxy_on_this_machine_is_not_one_client(address):
    counter = ConnectionCounter(ConnectionLimits(most_per_address=1))
    assert all([counter.enter(address) for _ in range(5)])


def test_viewers_leave_places_to_overlays_and_control():
    counter = ConnectionCounter(ConnectionLimits(most=100, reserved=2))
    entered = [counter.enter(PHONE) for _ in range(98)]
    assert all(entered)
    assert not counter.full_for_viewers
    assert counter.enter(PHONE)
    assert counter.full_for_viewers


def test_a_small_server_has_places_for_viewers_too():
    counter = ConnectionCounter(ConnectionLimits(most=10, reserved=100))
    assert counter.enter(PHONE)
    assert not counter.full_for_viewers


def test_addresses_that_left_are_forgotten():
    counter = ConnectionCounter()
    for number in range(50):
        counter.enter(f"10.0.0.{number}")
        counter.leave(f"10.0.0.{number}")
    assert counter._by_address == {}


def test_sockets_that_made_room_and_do_not_go_are_torn_down():
    """A flood of silent ones took thousands of descriptors beyond the limit, for two seconds."""
    counter, transports = ConnectionCounter(ConnectionLimits(most=10)), []
    for _ in range(10 + 2 * MOST_LEAVING):
        assert counter.enter(PHONE)
        transports.append(FakeTransport())
        counter.wait(Client(transports[-1], FakeClock(), HubConfig()))
    made_room = transports[: 2 * MOST_LEAVING]
    assert {transport.closed for transport in made_room} == {CloseCode.OVERLOADED}
    assert [transport.aborted for transport in made_room] == [False] * MOST_LEAVING + [
        True
    ] * MOST_LEAVING
    assert {transport.closed for transport in transports[2 * MOST_LEAVING :]} == {None}
