"""How many sockets may be open."""

import pytest

from tests.fakes import FakeClock
from tests.realtime.fakes import FakeTransport
from vetrina.protocol.close_codes import CloseCode
from vetrina.realtime.client import Client
from vetrina.realtime.connection_limits import MOST_LEAVING, ConnectionCounter, ConnectionLimits
from vetrina.realtime.hub_config import HubConfig

PHONE = "203.0.113.7"
OTHERS = "203.0.113.8"


def waiting(counter, address=PHONE):
    """A socket after its handshake, before it says who it is; its place and its transport."""
    place = counter.enter(address)
    assert place is not None
    transport = FakeTransport()
    counter.wait(place, Client(transport, FakeClock(), HubConfig()))
    return place, transport


def viewers(counter, number, address=PHONE):
    """How many of so many newcomers are admitted as viewers; the others are closed, and gone."""
    admitted = 0
    for _ in range(number):
        place, _ = waiting(counter, address)
        if counter.admit_viewer(place):
            admitted += 1
        else:
            counter.leave(place)
    return admitted


def test_the_process_has_a_limit():
    counter = ConnectionCounter(ConnectionLimits(most=2))
    first = counter.enter("198.51.100.1")
    assert first
    assert counter.enter("198.51.100.2")
    assert not counter.enter("198.51.100.3")
    counter.leave(first)
    assert counter.enter("198.51.100.3")


def test_an_address_has_a_limit_of_viewers():
    counter = ConnectionCounter(ConnectionLimits(most_per_address=2))
    assert viewers(counter, 5) == 2
    assert viewers(counter, 5, OTHERS) == 2


def test_viewers_of_an_address_do_not_lock_out_its_host():
    """500 viewers behind one address locked the panel and the overlay out."""
    counter = ConnectionCounter(ConnectionLimits(most_per_address=500))
    assert viewers(counter, 600) == 500
    assert counter.is_full(PHONE)
    host, _ = waiting(counter)
    assert counter.admit_key(host)
    assert viewers(counter, 5) == 0, "the host's place is none of the viewers'"


def test_silent_sockets_of_an_address_make_room_for_its_host_and_viewers():
    limits = ConnectionLimits(most_per_address=10, unknown_per_address=2)
    counter = ConnectionCounter(limits)
    silent = [waiting(counter) for _ in range(12)]
    assert {transport.closed for _, transport in silent} == {None}
    host, _ = waiting(counter)
    assert counter.admit_key(host)
    assert viewers(counter, 3) == 3
    gone = [transport.closed for _, transport in silent]
    assert gone.count(CloseCode.OVERLOADED) == 3, "of the silent ones, the oldest"
    assert set(gone[:3]) == {CloseCode.OVERLOADED}


def test_silent_sockets_of_an_address_are_bounded():
    counter = ConnectionCounter(ConnectionLimits(most_per_address=10, unknown_per_address=2))
    transports = [waiting(counter)[1] for _ in range(50)]
    assert [transport.closed for transport in transports].count(None) == 12


def test_who_made_room_is_not_admitted_afterwards():
    """Its key was being looked up."""
    counter = ConnectionCounter(ConnectionLimits(most_per_address=1, unknown_per_address=1))
    slow, transport = waiting(counter)
    waiting(counter)
    waiting(counter)
    assert transport.closed is CloseCode.OVERLOADED
    assert not counter.admit_key(slow)
    assert not counter.admit_viewer(slow)


def test_keys_of_one_address_have_a_limit_too():
    counter = ConnectionCounter(ConnectionLimits(most_per_address=2))
    places = [waiting(counter)[0] for _ in range(3)]
    assert [counter.admit_key(place) for place in places] == [True, True, False]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", ""])
def test_a_proxy_on_this_machine_is_not_one_client(address):
    counter = ConnectionCounter(ConnectionLimits(most_per_address=1, unknown_per_address=1))
    assert viewers(counter, 5, address) == 5


def test_viewers_leave_places_to_overlays_and_control():
    counter = ConnectionCounter(ConnectionLimits(most=100, reserved=2))
    assert viewers(counter, 100) == 98
    host, _ = waiting(counter)
    assert counter.admit_key(host)


def test_silent_sockets_take_no_place_of_viewers():
    """They took all but the reserve, and whoever said hello as a viewer was sent away."""
    counter = ConnectionCounter(ConnectionLimits(most=100, reserved=2))
    for number in range(100):
        waiting(counter, f"198.51.100.{number}")
    assert viewers(counter, 10) == 10


def test_a_small_server_has_places_for_viewers_too():
    counter = ConnectionCounter(ConnectionLimits(most=10, reserved=100))
    assert viewers(counter, 10) == 9


def test_addresses_that_left_are_forgotten():
    counter = ConnectionCounter()
    for number in range(60):
        place, _ = waiting(counter, f"10.0.0.{number}")
        if number % 3:
            assert (counter.admit_key if number % 2 else counter.admit_viewer)(place)
        counter.leave(place)
    assert counter._by_address == counter._unknown == {}
    assert (counter._total, counter._viewers) == (0, 0)


def test_sockets_that_made_room_and_do_not_go_are_torn_down():
    """A flood of silent ones took thousands of descriptors beyond the limit, for two seconds."""
    counter, transports = ConnectionCounter(ConnectionLimits(most=10)), []
    for _ in range(10 + 2 * MOST_LEAVING):
        transports.append(waiting(counter)[1])
    made_room = transports[: 2 * MOST_LEAVING]
    assert {transport.closed for transport in made_room} == {CloseCode.OVERLOADED}
    assert [transport.aborted for transport in made_room] == [False] * MOST_LEAVING + [
        True
    ] * MOST_LEAVING
    assert {transport.closed for transport in transports[2 * MOST_LEAVING :]} == {None}
