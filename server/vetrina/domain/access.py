"""Access control: permissions, and roles as sets of them.

What a caller may do is decided here and nowhere else: HTTP operations, the live socket, hooks and
the command line name the permission that they need and ask `may`. Role values are wire and
database values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum, auto
from typing import Final, Literal

from vetrina.domain.show import commands as cmd


class Permission(Enum):
    """One thing that a caller may be allowed to do."""

    WATCH = auto()
    """Follow a show as its viewers see it."""
    PREVIEW = auto()
    """See what a show holds that has not begun."""
    TAP = auto()
    """Tell that a product was tapped."""
    PAINT = auto()
    """Follow a show as an overlay, and tell what was painted."""
    CALL_HOOKS = auto()
    """Do the actions of the key by opening an address."""
    LOG_OUT = auto()
    """Revoke the key of the call."""

    READ_SHOWS = auto()
    """Shows with all that only their team sees: log, overlays, who did what."""
    MANAGE_SHOWS = auto()
    """Create, edit and archive shows."""
    RUN_SHOWS = auto()
    """Start, pause and end a show, rehearse, panic."""
    PIN = auto()
    RUN_DEALS = auto()
    ANNOUNCE = auto()
    DISCLOSE = auto()
    MUTE = auto()
    """Take a buyer's or viewer's words off the screen."""
    EDIT_BAG = auto()

    READ_CATALOGUE = auto()
    WRITE_CATALOGUE = auto()
    SET_STOCK = auto()
    MANAGE_VOUCHERS = auto()
    MANAGE_KEYS = auto()
    MANAGE_CONNECTIONS = auto()
    """Connections to shops, what they call our products, and their polls."""

    READ_ORDERS = auto()
    """What was bought and what became of it, without who bought it."""
    SEE_BUYERS = auto()
    """Names and addresses, as the payment provider tells them."""
    SHIP = auto()
    """Note what was sent, what arrived and what came back."""
    REFUND = auto()
    READ_REPORTS = auto()
    MANAGE_CREATORS = auto()
    READ_STATEMENTS = auto()
    """The statements of all creators."""
    READ_OWN_STATEMENT = auto()


class Role(StrEnum):
    """Who somebody is: a viewer without a key, or what a key was made for."""

    VIEWER = "viewer"
    OVERLAY = "overlay"
    HOOK = "hook"
    CONTROL = "control"
    MODERATOR = "moderator"
    ANALYST = "analyst"
    SHOPKEEPER = "shopkeeper"
    CREATOR = "creator"


KeyRole = Literal[Role.CONTROL, Role.OVERLAY, Role.HOOK]
"""The roles that keys are made for, over HTTP and on the command line."""
KEY_ROLES: Final[tuple[KeyRole, ...]] = (Role.CONTROL, Role.OVERLAY, Role.HOOK)
SocketRole = Literal[Role.VIEWER, Role.OVERLAY, Role.CONTROL]
"""The roles that a `hello` may name."""
SOCKET_ROLES: Final[tuple[SocketRole, ...]] = (Role.VIEWER, Role.OVERLAY, Role.CONTROL)

_READ: Final = frozenset(
    {
        Permission.LOG_OUT,
        Permission.PREVIEW,
        Permission.READ_SHOWS,
        Permission.READ_CATALOGUE,
    }
)
_OF_OTHERS: Final = frozenset(
    {
        Permission.WATCH,
        Permission.TAP,
        Permission.PAINT,
        Permission.CALL_HOOKS,
        Permission.READ_OWN_STATEMENT,
    }
)
ROLES: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.VIEWER: frozenset({Permission.WATCH, Permission.TAP}),
    Role.OVERLAY: frozenset({Permission.PAINT, Permission.PREVIEW}),
    Role.HOOK: frozenset({Permission.CALL_HOOKS}),
    Role.CONTROL: frozenset(Permission) - _OF_OTHERS,
    Role.MODERATOR: _READ | {Permission.PIN, Permission.ANNOUNCE, Permission.MUTE},
    Role.ANALYST: _READ
    | {Permission.READ_ORDERS, Permission.READ_REPORTS, Permission.READ_STATEMENTS},
    Role.SHOPKEEPER: _READ
    | {
        Permission.WRITE_CATALOGUE,
        Permission.SET_STOCK,
        Permission.READ_ORDERS,
        Permission.SEE_BUYERS,
        Permission.SHIP,
        Permission.REFUND,
    },
    Role.CREATOR: frozenset({Permission.LOG_OUT, Permission.READ_OWN_STATEMENT}),
}

SOCKETS: Final[Mapping[SocketRole, Permission]] = {
    Role.VIEWER: Permission.WATCH,
    Role.OVERLAY: Permission.PAINT,
    Role.CONTROL: Permission.READ_SHOWS,
}
"""What a key must permit for its holder to say `hello` in a role; viewers need no key."""

COMMANDS: Final[Mapping[type[cmd.PublicCommand], Permission]] = {
    cmd.StartShow: Permission.RUN_SHOWS,
    cmd.PauseShow: Permission.RUN_SHOWS,
    cmd.ResumeShow: Permission.RUN_SHOWS,
    cmd.EndShow: Permission.RUN_SHOWS,
    cmd.PinProduct: Permission.PIN,
    cmd.UnpinProduct: Permission.PIN,
    cmd.PinNext: Permission.PIN,
    cmd.StartDeal: Permission.RUN_DEALS,
    cmd.EndDeal: Permission.RUN_DEALS,
    cmd.OfferVoucher: Permission.RUN_DEALS,
    cmd.CloseVoucher: Permission.RUN_DEALS,
    cmd.SetStock: Permission.SET_STOCK,
    cmd.Announce: Permission.ANNOUNCE,
    cmd.ClearAnnouncement: Permission.ANNOUNCE,
    cmd.SetDisclosure: Permission.DISCLOSE,
    cmd.Panic: Permission.RUN_SHOWS,
    cmd.Calm: Permission.RUN_SHOWS,
    cmd.RehearsePurchase: Permission.RUN_SHOWS,
}
"""What each command of a show needs."""


SHARED: Final = (cmd.SetStock, cmd.StartDeal)
"""Commands that reach other shows: one stock, and the lowest price of the last 30 days."""


def shared_skus(show: str | None, commands: Iterable[cmd.Command]) -> frozenset[str]:
    """Products that a key may not change like this while other open shows sell them.

    `show` is the one that the key is limited to; a key for all shows (None) may change them all.
    """
    if show is None:
        return frozenset()
    return frozenset(one.sku for one in commands if isinstance(one, SHARED))


def sees_draft(role: Role, key_show: str | None, show: str) -> bool:
    """Whether a key, of a role and for a show or for all (None), sees a show before it begins."""
    return may(role, Permission.PREVIEW) and key_show in (None, show)


def may(role: Role, permission: Permission) -> bool:
    """Whether a role holds a permission."""
    return permission in ROLES[role]
