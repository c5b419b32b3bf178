"""What each role may do."""

from typing import get_args

import pytest

from vetrina.domain.access import (
    COMMANDS,
    KEY_ROLES,
    ROLES,
    SOCKETS,
    Permission,
    Role,
    may,
    shared_skus,
)
from vetrina.domain.money import Money
from vetrina.domain.show.commands import PinNext, PublicCommand, SetStock, StartDeal


def test_every_role_has_a_set_and_every_permission_a_role():
    assert set(ROLES) == set(Role)
    assert frozenset().union(*ROLES.values()) == frozenset(Permission)


def test_every_command_needs_a_permission():
    assert set(COMMANDS) == set(get_args(PublicCommand))


def test_control_follows_every_command_and_runs_no_hook_nor_overlay():
    assert all(may(Role.CONTROL, needed) for needed in COMMANDS.values())
    assert not may(Role.CONTROL, Permission.CALL_HOOKS)
    assert not may(Role.CONTROL, Permission.PAINT)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (
            Role.MODERATOR,
            {"PinProduct", "UnpinProduct", "PinNext", "Announce", "ClearAnnouncement"},
        ),
        (Role.SHOPKEEPER, {"SetStock"}),
        (Role.ANALYST, set()),
        (Role.CREATOR, set()),
        (Role.OVERLAY, set()),
        (Role.HOOK, set()),
        (Role.VIEWER, set()),
    ],
)
def test_of_the_commands_each_role_has_its_own(role, allowed):
    assert {kind.__name__ for kind, needed in COMMANDS.items() if may(role, needed)} == allowed


def test_an_analyst_only_reads():
    reads = {permission for permission in Permission if permission.name.startswith("READ")}
    extra = {Permission.LOG_OUT, Permission.PREVIEW, Permission.READ_OWN_STATEMENT}
    assert ROLES[Role.ANALYST] - extra == reads - extra


def test_a_creator_reads_its_own_numbers_and_nothing_else():
    assert ROLES[Role.CREATOR] == {Permission.READ_OWN_STATEMENT, Permission.LOG_OUT}


def test_on_the_socket_each_key_says_hello_in_its_own_role():
    told = {role: [said for said in SOCKETS if may(role, SOCKETS[said])] for role in KEY_ROLES}
    assert told == {
        Role.CONTROL: [Role.CONTROL],
        Role.OVERLAY: [Role.OVERLAY],
        Role.HOOK: [],
    }


def test_a_key_for_one_show_has_no_right_of_its_own_to_stock_and_prior_prices():
    deal = StartDeal(sku="B", price=Money(1, "EUR"), duration_s=60)
    commands = (SetStock("A", 0), deal, PinNext())
    assert shared_skus("spring", commands) == {"A", "B"}
    assert shared_skus(None, commands) == frozenset()
