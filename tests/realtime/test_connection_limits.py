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
    crowd = ConnectionCounter(ConnectionLimits(most=2))
    assert crowd.enter("198.51.100.1")
    assert crowd.enter("198.51.100.2")
    assert not crowd.enter("198.51.100.3")
    crowd.leave("198.51.100.1")
    assert crowd.enter("198.51.100.3")


def test_an_address_has_a_limit():
    crowd = ConnectionCounter(ConnectionLimits(most_per_address=2))
    assert crowd.enter(PHONE)
    assert crowd.enter(PHONE)
    assert not crowd.enter(PHONE)
    assert crowd.enter("203.0.113.8")
    crowd.leave(PHONE)
    assert crowd.enter(PHONE)


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_a_proxy_on_this_machine_is_not_one_client(address):
    crowd = ConnectionCounter(ConnectionLimits(most_per_address=1))
    assert all([crowd.enter(address) for _ in range(5)])


def test_viewers_leave_places_to_overlays_and_control():
    crowd = ConnectionCounter(ConnectionLimits(most=100, reserved=2))
    entered = [crowd.enter(PHONE) for _ in range(98)]
    assert all(entered)
    assert not crowd.full_for_viewers
    assert crowd.enter(PHONE)
    assert crowd.full_for_viewers


def test_a_small_server_has_places_for_viewers_too():
    crowd = ConnectionCounter(ConnectionLimits(most=10, reserved=100))
    assert crowd.enter(PHONE)
    assert not crowd.full_for_viewers


def test_addresses_that_left_are_forgotten():
    crowd = ConnectionCounter()
    for number in range(50):
        crowd.enter(f"10.0.0.{number}")
        crowd.leave(f"10.0.0.{number}")
    assert crowd._by_address == {}


def test_sockets_that_made_room_and_do_not_go_are_torn_down():
    """A flood of silent ones took thousands of descriptors beyond the limit, for two seconds."""
    crowd, transports = ConnectionCounter(ConnectionLimits(most=10)), []
    for _ in range(10 + 2 * MOST_LEAVING):
        assert crowd.enter(PHONE)
        transports.append(FakeTransport())
        crowd.wait(Client(transports[-1], FakeClock(), HubConfig()))
    made_room = transports[: 2 * MOST_LEAVING]
    assert {transport.closed for transport in made_room} == {CloseCode.OVERLOADED}
    assert [transport.aborted for transport in made_room] == [False] * MOST_LEAVING + [
        True
    ] * MOST_LEAVING
    assert {transport.closed for transport in transports[2 * MOST_LEAVING :]} == {None}
